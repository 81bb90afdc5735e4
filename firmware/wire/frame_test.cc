#include "firmware/wire/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <vector>

namespace {

std::vector<uint8_t> Encode(uint8_t kind, uint8_t id, uint16_t sequence,
                            const std::vector<uint8_t>& payload) {
  const er_frame_t frame = {kind, id, sequence, payload.data(),
                            static_cast<uint32_t>(payload.size())};
  std::vector<uint8_t> encoded(ER_FRAME_MAX_ENCODED_BYTES);
  encoded.resize(er_frame_encode(&frame, encoded.data(), encoded.size()));
  return encoded;
}

struct Received {
  uint8_t kind, id;
  uint16_t sequence;
  std::vector<uint8_t> payload;
};

class Reader {
 public:
  Reader() { er_frame_decoder_init(&decoder_); }
  std::vector<Received> Feed(const std::vector<uint8_t>& bytes) {
    std::vector<Received> frames;
    er_frame_t f;
    for (uint8_t byte : bytes) {
      if (er_frame_decoder_push(&decoder_, byte, &f)) {
        frames.push_back({f.kind, f.id, f.sequence, {f.payload, f.payload + f.payload_bytes}});
      }
    }
    return frames;
  }
  uint32_t dropped() const { return decoder_.dropped_frames; }

 private:
  er_frame_decoder_t decoder_;
};

std::vector<uint8_t> RandomPayload(std::mt19937& random, size_t bytes, bool many_zeros) {
  std::vector<uint8_t> payload(bytes);
  for (uint8_t& b : payload) {
    b = many_zeros && random() % 3 == 0 ? 0 : static_cast<uint8_t>(random());
  }
  return payload;
}

TEST(Crc32, EqualsZlib) {
  std::mt19937 random(1);
  for (size_t bytes : {0u, 1u, 9u, 1000u}) {
    const auto data = RandomPayload(random, bytes, false);
    EXPECT_EQ(er_crc32(0, data.data(), bytes), crc32(0, data.data(), static_cast<uInt>(bytes)));
  }
  const char* check = "123456789";
  EXPECT_EQ(er_crc32(er_crc32(0, check, 4), check + 4, 5), 0xCBF43926u);
}

TEST(Frame, RoundTripOfEverySize) {
  std::mt19937 random(2);
  Reader reader;
  for (size_t bytes = 0; bytes <= ER_WIRE_MAX_PAYLOAD; bytes++) {
    const auto payload = RandomPayload(random, bytes, bytes % 2);
    const auto encoded = Encode(ER_WIRE_REPLY, 7, static_cast<uint16_t>(bytes * 61), payload);
    ASSERT_FALSE(encoded.empty());
    for (size_t i = 1; i + 1 < encoded.size(); i++) ASSERT_NE(encoded[i], 0);
    const auto frames = reader.Feed(encoded);
    ASSERT_EQ(frames.size(), 1u) << bytes;
    EXPECT_EQ(frames[0].kind, ER_WIRE_REPLY);
    EXPECT_EQ(frames[0].id, 7);
    EXPECT_EQ(frames[0].sequence, static_cast<uint16_t>(bytes * 61));
    EXPECT_EQ(frames[0].payload, payload);
  }
  EXPECT_EQ(reader.dropped(), 0u);
}

TEST(Frame, LongRunsWithoutZeroFillTheBound) {
  Reader reader;
  const std::vector<uint8_t> payload(ER_WIRE_MAX_PAYLOAD, 0xA5);
  const auto encoded = Encode(ER_WIRE_REQUEST, 1, 0xA5A5, payload);
  ASSERT_FALSE(encoded.empty());
  EXPECT_LE(encoded.size(), ER_FRAME_MAX_ENCODED_BYTES);
  const auto frames = reader.Feed(encoded);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].payload, payload);
}

TEST(Frame, EncodeRefusesWhatDoesNotFit) {
  const std::vector<uint8_t> payload(ER_WIRE_MAX_PAYLOAD + 1, 1);
  EXPECT_TRUE(Encode(1, 1, 1, payload).empty());
  const er_frame_t frame = {1, 1, 1, payload.data(), 100};
  std::vector<uint8_t> to(100);
  EXPECT_EQ(er_frame_encode(&frame, to.data(), to.size()), 0u);
}

TEST(Frame, EverySingleBitFlipIsDetected) {
  std::mt19937 random(3);
  const auto payload = RandomPayload(random, 40, true);
  const auto encoded = Encode(ER_WIRE_REQUEST, 0x22, 0x1234, payload);
  for (size_t bit = 0; bit < encoded.size() * 8; bit++) {
    auto damaged = encoded;
    damaged[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    Reader reader;
    for (const Received& f : reader.Feed(damaged)) {
      // A damaged delimiter loses nothing; everything else must not arrive.
      EXPECT_EQ(f.payload, payload);
      EXPECT_TRUE(bit / 8 == 0 || bit / 8 == encoded.size() - 1) << bit;
    }
  }
}

TEST(Frame, FindsTheNextFrameAfterNoise) {
  std::mt19937 random(4);
  for (int round = 0; round < 200; round++) {
    Reader reader;
    reader.Feed(RandomPayload(random, random() % 3000, false));
    const auto payload = RandomPayload(random, random() % 100, true);
    auto frames = reader.Feed(Encode(ER_WIRE_REQUEST, 9, 77, payload));
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].payload, payload);
  }
}

TEST(Frame, OverflowDropsOneFrameOnly) {
  Reader reader;
  std::vector<uint8_t> endless(5000, 1);
  EXPECT_TRUE(reader.Feed(endless).empty());
  const auto frames = reader.Feed(Encode(1, 2, 3, {4, 5}));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(reader.dropped(), 1u);
}

TEST(Messages, RunRoundTrips) {
  const er_run_request_t request = {0, 3, 100, ER_WIRE_ALL_LAYERS, 0, 0xE0042FFC};
  uint8_t bytes[64];
  ASSERT_EQ(er_encode_run_request(&request, bytes, sizeof bytes), 12u);
  er_run_request_t again;
  ASSERT_TRUE(er_decode_run_request(&again, bytes, 12));
  EXPECT_EQ(again.warmup, 3);
  EXPECT_EQ(again.samples, 100);
  EXPECT_EQ(again.layers, ER_WIRE_ALL_LAYERS);
  EXPECT_EQ(again.extra_counter, 0xE0042FFCu);
  EXPECT_FALSE(er_decode_run_request(&again, bytes, 11));
}

TEST(Messages, TailTakesTheRest) {
  const uint8_t data[3] = {7, 8, 9};
  er_package_write_request_t request = {};
  request.offset = 0x01020304;
  request.data = data;
  request.data_bytes = 3;
  uint8_t bytes[16];
  ASSERT_EQ(er_encode_package_write_request(&request, bytes, sizeof bytes), 7u);
  EXPECT_EQ(er_encode_package_write_request(&request, bytes, 6), 0u);
  er_package_write_request_t again;
  ASSERT_TRUE(er_decode_package_write_request(&again, bytes, 7));
  EXPECT_EQ(again.offset, 0x01020304u);
  EXPECT_THAT(std::vector<uint8_t>(again.data, again.data + again.data_bytes),
              testing::ElementsAre(7, 8, 9));
}

}  // namespace
