// The very images of real boards on the virtual ones: their clocks, UART, flash, counters and fault
// handlers, and that their kernels give the bits the reference gives.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "firmware/package/format.h"
#include "firmware/tests/board_fixture.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

constexpr uint32_t kInstructionCounter = 0xE0042FFC;  // extra_counter of the virtual boards
constexpr uint32_t kUnmapped = 0x2F000000;

class VirtualChip : public BoardFixture {
 protected:
  void StartImage(const std::string& kind, const std::string& image,
                  std::vector<std::string> more = {}) {
    std::vector<std::string> args = {
        "--board",    kind,  "--stlink-port", std::to_string(20000 + getpid() % 20000),
        "--uart-pty", pty(), "--elf",         SharedFile("firmware/" + image + "/firmware.elf")};
    args.insert(args.end(), more.begin(), more.end());
    Start(BuiltBinary("edgerack-vboard"), args);
  }
};

// What the image says of itself on its board.
struct BoardCase {
  const char* kind;
  const char* image;
  uint32_t clock_hz;
  uint32_t device_id;
  uint32_t cpuid;
  uint32_t accelerator;  // er_setting_t
  uint32_t package_bytes;
  uint32_t arena_bytes;
  uint32_t code_address;  // of the MiB that it executes from
};

void PrintTo(const BoardCase& board, std::ostream* out) { *out << board.kind; }

class VirtualBoard : public VirtualChip, public testing::WithParamInterface<BoardCase> {
 protected:
  void SetUp() override {
    VirtualChip::SetUp();
    StartImage(GetParam().kind, GetParam().image);
  }
};

INSTANTIATE_TEST_SUITE_P(
    All, VirtualBoard,
    testing::Values(BoardCase{"virtual-f746", "stm32f746g-disco", 216'000'000, 0x449, 0x410FC271,
                              ER_SETTING_ART, 917'504, 245'760, 0x00200000},
                    BoardCase{"virtual-h743", "nucleo-h743zi", 480'000'000, 0x450, 0x411FC271, 0,
                              1'966'080, 524'288, 0x08000000}),
    [](const auto& board) {
      return std::string(board.param.kind).substr(std::string("virtual-").size());
    });

// The NUCLEO's image expects 8 MHz where this board has 25: its PLL cannot lock.
TEST_F(VirtualChip, AnswersWithoutItsClock) {
  StartImage("virtual-f746", "nucleo-f746zg", {"--uart-instance", "USART3"});
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(name_, "nucleo-f746zg");
  EXPECT_EQ(hello.clock_hz, 16000000u);
  EXPECT_TRUE(hello.settings & ER_SETTING_CLOCK_FALLBACK);
}

// This one wants a supply that the board does not have, and 25 MHz where it has 8.
TEST_F(VirtualChip, AnswersWithoutItsSupply) {
  StartImage("virtual-h743", "stm32h747i-disco", {"--uart-instance", "USART1"});
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(name_, "stm32h747i-disco");
  EXPECT_EQ(hello.clock_hz, 64000000u);
  EXPECT_TRUE(hello.settings & ER_SETTING_CLOCK_FALLBACK);
}

TEST_P(VirtualBoard, Hello) {
  const BoardCase& board = GetParam();
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(name_, board.image);
  EXPECT_EQ(hello.clock_hz, board.clock_hz);
  EXPECT_EQ(hello.device_id & 0xFFF, board.device_id);
  EXPECT_EQ(hello.cpuid, board.cpuid);
  EXPECT_EQ(hello.isa, ER_ISA_ARMV7EM);
  EXPECT_EQ(hello.settings,
            ER_SETTING_ICACHE | ER_SETTING_DCACHE | ER_SETTING_FPU | board.accelerator);
  EXPECT_EQ(hello.package_address, 0x08020000u);
  EXPECT_EQ(hello.package_capacity_bytes, board.package_bytes);
  EXPECT_EQ(hello.arena_capacity_bytes, board.arena_bytes);
  EXPECT_EQ(hello.fault_present, 0);
  std::string build_id;
  std::ifstream(SharedFile(std::string("firmware/") + board.image + "/build_id")) >> build_id;
  std::string reported;
  for (uint8_t byte : hello.build_id) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", byte);
    reported += hex;
  }
  EXPECT_EQ(reported, build_id);
}

TEST_P(VirtualBoard, NativeKernelsGiveTheReferenceBits) {
  const auto package = BuildTinyModel(true).package;
  LoadPackage(package);
  for (uint32_t seed = 0; seed < 10; seed++) {
    const auto x = RandomInput(seed);
    ASSERT_EQ(WriteInput(x).status, ER_OK);
    Run(0, 1);
    EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x)) << seed;
  }
}

TEST_P(VirtualBoard, NativeDepthwiseGivesTheReferenceBits) {
  const auto package = BuildTinyDepthwiseModel();
  LoadPackage(package);
  std::vector<uint8_t> x = RandomInput(6);
  x.resize(216, 0x7F);
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  Run(0, 1);
  EXPECT_EQ(ReadTensor(1, 216), ExpectedOutput(package, x));
}

TEST_P(VirtualBoard, FloatKernelsGiveTheReferenceBits) {
  const auto package = BuildTinyFloatModel();
  LoadPackage(package);
  std::vector<uint8_t> x;
  for (int i = 0; i < 72; i++) {
    const float value = static_cast<float>(i - 30) / 17.0f;
    const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
    x.insert(x.end(), bytes, bytes + 4);
  }
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  Run(0, 1);
  EXPECT_EQ(ReadTensor(kTinyFloatOutputTensor, 28), ExpectedOutput(package, x));
}

// Quantizing in each run takes divisions and, where it is asymmetric, double precision.
TEST_P(VirtualBoard, HybridKernelsGiveTheReferenceBits) {
  const auto package = BuildTinyHybridModel();
  LoadPackage(package);
  for (float middle : {0.0f, 50.0f, 200.0f}) {
    std::vector<uint8_t> x;
    for (uint32_t i = 0; i < kTinyHybridInputBytes / 4; i++) {
      const float value = (static_cast<float>(i * 37 % 108) - middle) / 17.0f;
      const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
      x.insert(x.end(), bytes, bytes + 4);
    }
    ASSERT_EQ(WriteInput(x).status, ER_OK);
    Run(0, 1);
    EXPECT_EQ(ReadTensor(kTinyHybridOutputTensor, kTinyHybridOutputBytes),
              ExpectedOutput(package, x))
        << middle;
  }
}

TEST_P(VirtualBoard, CountsCyclesAndInstructions) {
  LoadPackage(BuildTinyModel(true).package);
  ASSERT_EQ(WriteInput(RandomInput(1)).status, ER_OK);
  const er_run_reply_t run = Run(1, 20, ER_WIRE_ALL_LAYERS, kInstructionCounter);
  EXPECT_EQ(run.clock_hz, GetParam().clock_hz);
  EXPECT_GT(run.extra_counts, 20000u);
  EXPECT_LT(run.extra_counts, 200000u);
  const auto samples = ReadSamples(20);
  ASSERT_EQ(samples.size(), 20u);
  for (uint32_t cycles : samples) EXPECT_GT(cycles, run.extra_counts / 3);

  const er_profile_reply_t profile = Profile(kInstructionCounter);
  const auto counts = ReadProfile(profile.layers);
  ASSERT_EQ(counts.size(), 2u * TinyModel::kLayers);
  uint32_t instructions = 0;
  for (size_t i = 0; i < counts.size(); i += 2) instructions += counts[i + 1];
  // The layers, dispatch included, are the whole run.
  EXPECT_NEAR(instructions, run.extra_counts, run.extra_counts / 100.0);

  const er_memory_reply_t memory = Memory();
  EXPECT_EQ(memory.stack_capacity_bytes, 16384u);
  EXPECT_GT(memory.stack_used_bytes, 400u);
  EXPECT_LT(memory.stack_used_bytes, 4096u);
  EXPECT_GT(memory.code_bytes, 20000u);
  EXPECT_LT(memory.code_bytes, 131072u);
}

TEST_P(VirtualBoard, AFaultIsReportedAfterTheReset) {
  LoadPackage(BuildTinyModel(true).package);
  const uint32_t boots = Hello().boot_count;
  // A counter at an address where nothing answers: the run faults, the chip resets itself.
  const auto payload =
      Payload<er_run_request_t>({0, 0, 1, ER_WIRE_ALL_LAYERS, 0, kUnmapped}, er_encode_run_request);
  EXPECT_FALSE(link_->Call(ER_MSG_RUN, payload, 1000).has_value());
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(hello.fault_present, 1);
  EXPECT_EQ(hello.boot_count, boots + 1);
  EXPECT_EQ(hello.reset_cause, ER_RESET_SOFTWARE);
  const er_fault_reply_t fault = Fault(true);
  EXPECT_EQ(fault.present, 1);
  EXPECT_EQ(fault.kind, ER_FAULT_BUS);
  EXPECT_EQ(fault.layer, ER_WIRE_NO_LAYER);
  EXPECT_EQ(fault.pc >> 20, GetParam().code_address >> 20);
  EXPECT_EQ(Fault(false).present, 0);
  EXPECT_EQ(Hello().fault_present, 0);
}

TEST_P(VirtualBoard, ResetKeepsTheStore) {
  const auto package = BuildTinyModel(true).package;
  LoadPackage(package);
  EXPECT_EQ(Call(ER_MSG_RESET).status, ER_OK);
  EXPECT_EQ(Hello().reset_cause, ER_RESET_SOFTWARE);
  EXPECT_EQ(Call(ER_MSG_PROFILE, {0, 0, 0, 0}).status, ER_FAILED_PRECONDITION);
  EXPECT_EQ(Call(ER_MSG_PACKAGE_LOAD).status, ER_OK);
  const auto x = RandomInput(4);
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  Run(0, 1);
  EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x));
}

}  // namespace
}  // namespace edgerack::firmware
