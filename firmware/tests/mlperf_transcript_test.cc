// A whole conversation in MLPerf Tiny's protocol with the firmware as it is, byte for byte: on
// virtual boards and as a process. Of the answers only the time is not known before.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ostream>
#include <regex>
#include <string>
#include <vector>

#include "firmware/kernels/quantize/quantize.h"
#include "firmware/package/format.h"
#include "firmware/tests/board_fixture.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

constexpr int kAnswerMs = 20'000;

struct Place {
  const char* name;
  std::vector<std::string> program;  // and its arguments
  bool native;                       // executes Armv7E-M kernels
};

void PrintTo(const Place& place, std::ostream* out) { *out << place.name; }

std::string Hex(const std::vector<uint8_t>& bytes) {
  static const char kDigits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// As a float32 of so many bytes.
std::vector<uint8_t> Floats(const std::vector<float>& values) {
  std::vector<uint8_t> bytes(values.size() * 4);
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// An int8 model that answers its eight input elements as they are, with these quantizations.
struct Copy {
  float in_scale;
  int32_t in_zero_point;
  float out_scale;
  int32_t out_zero_point;
  std::vector<int32_t> out_dims;
};

void Quantize(std::vector<uint8_t>& package, size_t tensor, float scale, int32_t zero_point) {
  er_package_header_t header;
  std::memcpy(&header, package.data(), sizeof header);
  const size_t at = header.tensors_offset + tensor * sizeof(er_package_tensor_t);
  er_package_tensor_t record;
  std::memcpy(&record, package.data() + at, sizeof record);
  record.scale = scale;
  record.zero_point = zero_point;
  std::memcpy(package.data() + at, &record, sizeof record);
}

std::vector<uint8_t> BuildCopy(const Copy& copy) {
  PackageBuilder b;
  const uint16_t x = b.Arena("x", ER_DTYPE_S8, {1, 8}, 0);
  const uint16_t y = b.Arena("y", ER_DTYPE_S8, copy.out_dims, 16);
  er_requantize_s8_params_t params = {8, 0, 0, 1 << 30, 1};  // times one
  b.Op(0x110, "copy", {x}, {y}, params);
  b.Io({x}, {y});
  std::vector<uint8_t> package = b.Build(ER_ISA_SCALAR, 32);
  Quantize(package, x, copy.in_scale, copy.in_zero_point);
  Quantize(package, y, copy.out_scale, copy.out_zero_point);
  SealPackage(package);
  return package;
}

class MlperfTranscript : public BoardFixture, public testing::WithParamInterface<Place> {
 protected:
  void SetUp() override {
    BoardFixture::SetUp();
    std::vector<std::string> arguments(GetParam().program.begin() + 1, GetParam().program.end());
    for (std::string& argument : arguments) {
      if (argument == "PTY") argument = pty();
      if (argument == "PORT") argument = std::to_string(20000 + getpid() % 20000);
      if (argument.rfind("firmware/", 0) == 0) argument = SharedFile(argument);
    }
    Start(BuiltBinary(GetParam().program[0]), arguments);
  }

  // One command and its answer, with "N" for the number of each time.
  std::string Say(const std::string& command) {
    const std::string bytes = command + "%";
    link_->SendRaw({bytes.begin(), bytes.end()});
    said_ = link_->ReadText("m-ready\r\n", kAnswerMs);
    return std::regex_replace(said_, std::regex("m-lap-us-[0-9]+"), "m-lap-us-N");
  }

  // After frames the board wants a silence before it hears text: the first command again and again.
  void BeginText() {
    for (int i = 0; i < 40; i++) {
      const std::string name = "name%";
      link_->SendRaw({name.begin(), name.end()});
      if (!link_->ReadText("m-ready\r\n", 500).empty()) return;
    }
    FAIL() << "the board does not answer text";
  }

  void Load(const std::vector<uint8_t>& bytes) {
    ASSERT_EQ(Say("db load " + std::to_string(bytes.size())),
              "m-[Expecting " + std::to_string(bytes.size()) + " bytes]\r\nm-ready\r\n");
    const std::string hex = Hex(bytes);
    for (size_t at = 0; at < hex.size(); at += 62) {
      const bool last = at + 62 >= hex.size();
      ASSERT_EQ(Say("db " + hex.substr(at, 62)),
                last ? "m-load-done\r\nm-ready\r\n" : "m-ready\r\n");
    }
  }

  std::vector<uint8_t> Package() { return BuildTinyModel(GetParam().native).package; }

  std::string said_;
};

INSTANTIATE_TEST_SUITE_P(
    All, MlperfTranscript,
    testing::Values(
        Place{"host", {"edgerack-firmware-host", "--uart-pty", "PTY"}, false},
        Place{"f746",
              {"edgerack-vboard", "--board", "virtual-f746", "--stlink-port", "PORT", "--uart-pty",
               "PTY", "--cycle-model", "off", "--elf", "firmware/stm32f746g-disco/firmware.elf"},
              true},
        Place{"h743",
              {"edgerack-vboard", "--board", "virtual-h743", "--stlink-port", "PORT", "--uart-pty",
               "PTY", "--cycle-model", "off", "--elf", "firmware/nucleo-h743zi/firmware.elf"},
              true},
        Place{"n6",
              {"edgerack-vboard", "--board", "virtual-n6", "--stlink-port", "PORT", "--uart-pty",
               "PTY", "--elf", "firmware/virtual-n6/firmware.elf"},
              false}),
    [](const auto& place) { return std::string(place.param.name); });

std::string Results(const std::vector<float>& values) {
  std::string text = "m-results-[";
  for (size_t i = 0; i < values.size(); i++) {
    char number[32];
    std::snprintf(number, sizeof number, "%s%0.3f", i ? "," : "", static_cast<double>(values[i]));
    text += number;
  }
  return text + "]\r\n";
}

// The tiny model's output has no quantization: its real values are the numbers themselves.
std::string Results(const std::vector<uint8_t>& output) {
  std::vector<float> values;
  for (uint8_t byte : output) values.push_back(static_cast<int8_t>(byte));
  return Results(values);
}

TEST_P(MlperfTranscript, ToTheLetter) {
  const auto package = Package();
  LoadPackage(package);
  BeginText();
  EXPECT_EQ(Say("name"), "m-name-dut-[edgerack]\r\nm-ready\r\n");
  EXPECT_EQ(Say("timestamp"), "m-lap-us-N\r\nm-ready\r\n");
  EXPECT_EQ(Say("profile"),
            "m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\n"
            "m-model-[sha-00000000]\r\nm-ready\r\n");
  EXPECT_EQ(Say("reset"), "e-[Unknown command: reset]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db"), "e-[Command 'db' requires a subcommand]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db load"), "e-[Command 'db load' requires the # of bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db load 0"), "e-[Command 'db load' must be >0 bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer 0"), "e-[Inference iterations must be >0]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer 1 -1"), "e-[Inference warmup must be >=0]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer 1 0"), "e-[Input db has 0 bytes, expected 192]\r\nm-ready\r\n");

  const auto x = RandomInput(1);
  Load(x);
  std::string print;
  for (size_t i = 0; i < x.size(); i++) {
    print += i % 8 ? "-" : "m-buffer-";
    print += Hex({x[i]});
    if (i % 8 == 7) print += "\r\n";
  }
  EXPECT_EQ(Say("db print"), print + "m-ready\r\n");
  const std::string results = Results(ExpectedOutput(package, x));
  EXPECT_EQ(Say("infer 3 2"),
            "m-warmup-start-2\r\nm-warmup-done\r\nm-infer-start-3\r\nm-lap-us-N\r\nm-lap-us-N\r\n"
            "m-infer-done\r\n" +
                results + "m-ready\r\n");
  EXPECT_EQ(Say("results"), results + "m-ready\r\n");
  EXPECT_EQ(Say("db load 3"), "m-[Expecting 3 bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db 0x"), "e-[Invalid hex digit '0x']\r\nm-ready\r\n");
  EXPECT_EQ(Say("db 012"), "e-[Insufficent number of hex digits]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db 01020304"), "m-load-done\r\nm-ready\r\n");
  EXPECT_EQ(Say("db print"), "m-buffer-01-02-03\r\n\r\nm-ready\r\n");

  // Frames go on beside it, and the model is still loaded.
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  Run(0, 1);
  EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x));
  EXPECT_EQ(Call(ER_MSG_LINK_STATISTICS).fields, std::vector<uint8_t>(4, 0));
}

TEST_P(MlperfTranscript, TimeGrowsWithTheInferences) {
  LoadPackage(Package());
  BeginText();
  Load(RandomInput(2));
  uint64_t us[2];
  for (int i : {0, 1}) {
    Say(i ? "infer 200 1" : "infer 20 1");
    std::smatch laps;
    ASSERT_TRUE(
        std::regex_search(said_, laps, std::regex("m-lap-us-([0-9]+)\r\nm-lap-us-([0-9]+)\r\n")))
        << said_;
    us[i] = std::stoull(laps[2]) - std::stoull(laps[1]);
  }
  EXPECT_GT(us[0], 0u);
  EXPECT_GT(us[1], 3 * us[0]);
}

TEST_P(MlperfTranscript, AnImageIsSentAsUint8) {
  LoadPackage(BuildCopy({1.0f / 255.0f, -128, 0.5f, -128, {8}}));
  BeginText();
  Load({0, 1, 127, 128, 129, 200, 254, 255});
  EXPECT_NE(Say("infer 1 0")
                .find(Results(std::vector<float>{0, 0.5f, 63.5f, 64, 64.5f, 100, 127, 127.5f})),
            std::string::npos)
      << said_;
}

TEST_P(MlperfTranscript, AnAutoencodersResultIsItsError) {
  const float scale = 0.25f;
  const int32_t zero_point = 3;
  LoadPackage(BuildCopy({scale, zero_point, scale, zero_point, {1, 8}}));
  BeginText();
  const std::vector<float> values = {0.0f, 0.1f, -0.13f, 0.375f, -0.375f, 1000.0f, -1000.0f, 5.5f};
  float sum = 0;
  for (float value : values) {
    const float q = std::clamp(std::round(value / scale) + zero_point, -128.0f, 127.0f);
    const float difference = (q - zero_point) * scale - value;
    sum += difference * difference;
  }
  Load(Floats(values));
  EXPECT_NE(Say("infer 2 0").find(Results(std::vector<float>{sum / 8})), std::string::npos)
      << said_;
  EXPECT_EQ(Say("results"), Results(std::vector<float>{sum / 8}) + "m-ready\r\n");
  Say("db load 4");
  EXPECT_EQ(Say("results"), "e-[Input db has 0 bytes, expected 8]\r\nm-ready\r\n");
}

TEST_P(MlperfTranscript, TheBootSaysSoAndTheStoredModelIsReady) {
  const auto package = Package();
  LoadPackage(package);
  EXPECT_EQ(Call(ER_MSG_RESET).status, ER_OK);
  const std::string boot = link_->ReadText("m-ready\r\n", kAnswerMs);
  EXPECT_TRUE(
      std::regex_search(boot, std::regex("m-timestamp-mode-performance\r\nm-lap-us-[0-9]+\r\n"
                                         "m-init-done\r\nm-ready\r\n$")))
      << boot;
  // At once: nothing but the boot came before.
  const auto x = RandomInput(3);
  Load(x);
  EXPECT_NE(Say("infer 1 0").find(Results(ExpectedOutput(package, x))), std::string::npos) << said_;
}

}  // namespace
}  // namespace edgerack::firmware
