#include "firmware/app/text_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "firmware/wire/frame.h"

namespace {

using Bytes = std::vector<uint8_t>;

class TextLine : public testing::Test {
 protected:
  void SetUp() override { er_text_line_init(&line_); }

  std::vector<std::string> Feed(const std::string& bytes) {
    std::vector<std::string> commands;
    for (char byte : bytes) {
      if (er_text_line_push(&line_, static_cast<uint8_t>(byte))) commands.push_back(line_.command);
    }
    return commands;
  }
  std::vector<std::string> Feed(const Bytes& bytes) {
    return Feed(std::string(bytes.begin(), bytes.end()));
  }

  er_text_line_t line_;
};

using Commands = std::vector<std::string>;

// What a payload must never be taken for.
Bytes FrameFullOfCommands(size_t payload_bytes) {
  const std::string text = "infer 999999 0%db load 9%name%";
  Bytes payload;
  while (payload.size() < payload_bytes) payload.insert(payload.end(), text.begin(), text.end());
  const er_frame_t frame = {ER_WIRE_REQUEST, ER_MSG_PACKAGE_WRITE, 0x6161, payload.data(),
                            static_cast<uint32_t>(payload_bytes)};
  Bytes encoded(ER_FRAME_MAX_ENCODED_BYTES);
  encoded.resize(er_frame_encode(&frame, encoded.data(), encoded.size()));
  return encoded;
}

TEST_F(TextLine, CommandsEndWithAPercentSign) {
  EXPECT_EQ(Feed("name%"), Commands{"name"});
  EXPECT_EQ(Feed("infer 10 2%timestamp%"), (Commands{"infer 10 2", "timestamp"}));
  EXPECT_EQ(Feed("\r\nna"), Commands{});
  EXPECT_EQ(Feed("me%\r\n%"), (Commands{"name", ""}));
}

TEST_F(TextLine, ALongCommandIsCutToEightyCharacters) {
  EXPECT_EQ(Feed("db " + std::string(100, 'a') + "%"), Commands{"db " + std::string(77, 'a')});
  EXPECT_EQ(Feed("name%"), Commands{"name"});
}

TEST_F(TextLine, AZeroEndsTextUntilASilence) {
  EXPECT_EQ(Feed(std::string("na\0me%name%", 11)), Commands{});
  er_text_line_silence(&line_);
  EXPECT_EQ(Feed("name%"), Commands{"name"});
}

TEST_F(TextLine, ASilenceLeavesWhatAPersonTypes) {
  EXPECT_EQ(Feed("na"), Commands{});
  er_text_line_silence(&line_);
  EXPECT_EQ(Feed("me%"), Commands{"name"});
}

// One byte of a frame, any one, may be any other.
TEST_F(TextLine, AFrameWithAWrongByteIsNoText) {
  const Bytes frame = FrameFullOfCommands(120);
  const Bytes next = FrameFullOfCommands(60);
  for (size_t at = 1; at < frame.size(); at++) {
    for (int value = 0; value < 256; value++) {
      er_text_line_init(&line_);
      Bytes damaged = frame;
      damaged[at] = static_cast<uint8_t>(value);
      damaged.insert(damaged.end(), next.begin(), next.end());
      ASSERT_EQ(Feed(damaged), Commands{}) << "byte " << at << " is " << value;
    }
  }
}

// Any run of bytes may be lost, the leading zero with them, as long as a frame came before.
TEST_F(TextLine, WhatIsLeftOfAFrameIsNoText) {
  const Bytes frame = FrameFullOfCommands(200);
  const Bytes before = FrameFullOfCommands(10);
  for (size_t from = 0; from < frame.size(); from++) {
    for (size_t to = from; to <= frame.size(); to++) {
      er_text_line_init(&line_);
      Bytes damaged = before;
      damaged.insert(damaged.end(), frame.begin(), frame.begin() + static_cast<long>(from));
      damaged.insert(damaged.end(), frame.begin() + static_cast<long>(to), frame.end());
      ASSERT_EQ(Feed(damaged), Commands{}) << from << ".." << to;
    }
  }
}

// Without a frame before it the frame's own head tells: its kind is no printable character.
TEST_F(TextLine, AFrameWithoutItsZeroIsNoText) {
  Bytes frame = FrameFullOfCommands(200);
  frame.erase(frame.begin());
  EXPECT_EQ(Feed(frame), Commands{});
}

// The decoder beside it does not take text for damage.
TEST_F(TextLine, TheDecoderDoesNotCountTextAsDamage) {
  er_frame_decoder_t decoder;
  er_frame_decoder_init(&decoder);
  er_frame_t frame;
  int frames = 0;
  const std::string text(3000, 'x');
  Bytes bytes(text.begin(), text.end());
  const Bytes encoded = FrameFullOfCommands(40);
  bytes.insert(bytes.end(), encoded.begin(), encoded.end());
  for (char c : std::string("m-ready\r\n")) bytes.push_back(static_cast<uint8_t>(c));
  bytes.insert(bytes.end(), encoded.begin(), encoded.end());
  for (uint8_t byte : bytes) frames += er_frame_decoder_push(&decoder, byte, &frame);
  EXPECT_EQ(frames, 2);
  EXPECT_EQ(decoder.dropped_frames, 0u);
}

}  // namespace
