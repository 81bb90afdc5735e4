// The parts of the cycle model together, on a whole chip: what is switched on, what the program's
// own registers change, and the counter inside a block.
#include "agent/vboard/chip/timing/core_timing.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCcr = 0xE000ED14, kFlashAcr = 0x40023C00, kSram = 0x20020000;
constexpr uint32_t kDcisw = 0xE000EF60, kDccimvac = 0xE000EF70, kIciallu = 0xE000EF50;
constexpr uint32_t kCaches = 3u << 16;

// ldr r0,[r1],#4; subs r2,#1; bne; wfi
const std::vector<uint16_t> kReadWords = {0xF851, 0x0B04, 0x3A01, 0xD1FB, 0xBF30, 0xE7FD};

class CoreTimingTest : public ChipTest {
 protected:
  using ChipTest::ChipTest;

  void Start(const std::vector<uint16_t>& code) {
    Program(code);
    Put(kFlashAcr, 7);
  }
  // Cycles of the program at 0x08000100 from r1 over r2 rounds to its WFI.
  uint64_t CyclesOf(uint32_t r1, uint32_t r2) {
    Core& core = chip.processor().core();
    core.set_r(1, r1);
    core.set_r(2, r2);
    core.set_r(15, 0x08000100);
    const uint64_t before = chip.clock().cycles();
    chip.processor().DebugHalt(kDebugHalted);  // ends the sleep of the run before
    chip.processor().DebugResume(false);
    EXPECT_EQ(chip.Run(1'000'000), RunResult::kSleeping);
    return chip.clock().cycles() - before;
  }
  // With the caches full and the branches learnt.
  uint64_t WarmCyclesOf(uint32_t r1, uint32_t r2) {
    for (int i = 0; i < 4; ++i) CyclesOf(r1, r2);
    return CyclesOf(r1, r2);
  }
};

TEST_F(CoreTimingTest, CachesOffCostWhatTheMemoriesCost) {
  Start(kReadWords);
  const uint64_t off = CyclesOf(kSram, 256);
  Put(kCcr, kCaches);
  const uint64_t cold = CyclesOf(kSram, 256);
  const uint64_t warm = CyclesOf(kSram, 256);
  EXPECT_GT(off, 256 * 17u) << "each round fetches from flash";
  EXPECT_NEAR(static_cast<double>(cold - warm), 256 / 8 * 9, 100) << "32 lines and the code's";
  EXPECT_LT(warm, 2 * 256 + 50u);
}

TEST_F(CoreTimingTest, MaintenanceEmptiesTheCaches) {
  Start(kReadWords);
  Put(kCcr, kCaches);
  const uint64_t warm = WarmCyclesOf(kSram, 8);
  EXPECT_EQ(CyclesOf(kSram, 8), warm);
  Put(kDccimvac, kSram);
  EXPECT_EQ(CyclesOf(kSram, 8), warm + 9) << "one line anew";
  Put(kDccimvac, kSram + 0x1000);
  EXPECT_EQ(CyclesOf(kSram, 8), warm) << "another line of the set";
  const uint32_t set = kSram / 32 % 32;
  for (uint32_t way = 0; way < 4; ++way) Put(kDcisw, way << 30 | set << 5);
  EXPECT_EQ(CyclesOf(kSram, 8), warm + 9);
  Put(kIciallu, 0);
  EXPECT_GE(CyclesOf(kSram, 8), warm + 17) << "the code's line from flash";
}

TEST_F(CoreTimingTest, AnMpuRegionWithoutCachingDoes) {
  Start(kReadWords);
  Put(kCcr, kCaches);
  const uint64_t cached = WarmCyclesOf(kSram, 64);
  Put(0xE000ED98, 0);  // region 0
  Put(0xE000ED9C, kSram + 0x8000);
  Put(0xE000EDA0, 1u << 19 | 3u << 24 | 14u << 1 | 1);  // 32 KiB, normal, not cached
  Put(0xE000ED94, 5);
  EXPECT_EQ(CyclesOf(kSram, 64), cached);
  EXPECT_GE(CyclesOf(kSram + 0x8000, 64), cached + 64 * 8);
}

TEST_F(CoreTimingTest, PlacesDiffer) {
  Start(kReadWords);
  Put(kCcr, kCaches);
  CyclesOf(0x20000000, 256);
  const uint64_t dtcm = CyclesOf(0x20000000, 256);
  const uint64_t sram = CyclesOf(kSram, 256);
  const uint64_t flash = CyclesOf(0x08010000, 256);
  EXPECT_LT(dtcm, sram);
  EXPECT_LT(sram, flash);
}

// The counter read twice with seven simple instructions between, all in one block.
TEST_F(CoreTimingTest, TheCounterIsRightInsideABlock) {
  // ldr r3,[r1]; 6 × (mul r0,r0,r0); ldr r4,[r1]; subs r3,r4,r3; wfi
  Start({0x680B, 0x4340, 0x4340, 0x4340, 0x4340, 0x4340, 0x4340, 0x680C, 0x1AE3, 0xBF30, 0xE7FD});
  Put(kCcr, kCaches);
  Put(0xE000EDFC, 1u << 24);
  Put(0xE0001000, 1);
  CyclesOf(0xE0001004, 0);
  CyclesOf(0xE0001004, 0);
  // Six dependent multiplies are issued in cycles 1, 3, 5, 7, 9 and 11 behind the first load, and
  // the second load beside the last.
  EXPECT_NEAR(chip.processor().core().r(3), 11, 1);
}

// Published for whole programs from flash on the AXI bus: CoreMark 7.7 times, Dhrystone 5 times.
TEST_F(CoreTimingTest, AProgramWithoutCachesIsSeveralTimesSlower) {
  const char* folder = std::getenv("VBOARD_FOREIGN");
  ASSERT_NE(folder, nullptr);
  std::ifstream file(std::string(folder) + "/bench_integer.bin", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(bytes.empty());
  std::memcpy(chip.bus().flash_bytes(), bytes.data(), bytes.size());
  chip.PowerOn();
  Put(kFlashAcr, 7);
  chip.Run(200'000);  // past its start, which turns the caches on
  const auto cycles_per_instruction = [this] {
    const uint64_t cycles = chip.clock().cycles();
    const uint64_t instructions = chip.processor().core().instructions();
    chip.Run(2'000'000);
    return static_cast<double>(chip.clock().cycles() - cycles) /
           static_cast<double>(chip.processor().core().instructions() - instructions);
  };
  const double on = cycles_per_instruction();
  Put(kCcr, 0);
  const double off = cycles_per_instruction();
  EXPECT_GT(off / on, 5);
  EXPECT_LT(off / on, 12);
  std::printf("caches on %.2f, off %.2f cycles per instruction: %.1f times\n", on, off, off / on);
}

TEST(CycleParts, AreNamed) {
  EXPECT_TRUE(ParseCycleParts("on")->banks);
  EXPECT_FALSE(ParseCycleParts("off")->any());
  const auto some = ParseCycleParts("pipeline,dcache");
  ASSERT_TRUE(some.ok());
  EXPECT_TRUE(some->pipeline && some->dcache);
  EXPECT_FALSE(some->branches || some->icache);
  const auto none = ParseCycleParts("pipeline,magic");
  EXPECT_FALSE(none.ok());
  EXPECT_NE(none.status().message().find("'magic'"), absl::string_view::npos) << none.status();
  EXPECT_NE(none.status().message().find("unaligned"), absl::string_view::npos);
}

// Each part alone must make a difference where it matters.
TEST(CycleParts, EachCounts) {
  const auto cycles = [](const std::string& parts, const std::vector<uint16_t>& code, uint32_t r1) {
    struct Runner : CoreTimingTest {
      explicit Runner(const ProcessorOptions& options) : CoreTimingTest(options) {}
      void TestBody() override {}
      using CoreTimingTest::CyclesOf;
      using CoreTimingTest::Put;
      using CoreTimingTest::Start;
    };
    ProcessorOptions options;
    options.cycles = *ParseCycleParts(parts);
    Runner runner(options);
    runner.Start(code);
    runner.Put(kCcr, kCaches);
    return runner.CyclesOf(r1, 100);
  };
  const uint64_t none = cycles("off", kReadWords, kSram);
  EXPECT_EQ(none, 100 * 3 + 1u);
  EXPECT_LT(cycles("pipeline", kReadWords, kSram), none);
  EXPECT_GT(cycles("branches", kReadWords, kSram), none);
  EXPECT_GT(cycles("icache", kReadWords, kSram), none);
  EXPECT_GT(cycles("dcache", kReadWords, kSram), none + 100);
  EXPECT_GT(cycles("unaligned", kReadWords, kSram + 1), none + 299);
  // Three nops, then subs r2,#1; bne: a loop of one cycle across a border of 8 bytes.
  const std::vector<uint16_t> border = {0xBF00, 0xBF00, 0xBF00, 0x3A01, 0xD1FD, 0xBF30, 0xE7FD};
  EXPECT_NEAR(static_cast<double>(cycles("pipeline", border, kSram)), 100, 4);
  EXPECT_NEAR(static_cast<double>(cycles("pipeline,fetch", border, kSram)), 200, 4);
  // ldr r0,[r1]; ldr r3,[r1,#8]: a pair in one bank
  const std::vector<uint16_t> pair = {0x6808, 0x688B, 0x3A01, 0xD1FB, 0xBF30, 0xE7FD};
  EXPECT_EQ(cycles("pipeline,banks", pair, kSram), cycles("pipeline", pair, kSram) + 100);
  // strb r0,[r1]; the same byte: four cycles each once the buffer is full
  const std::vector<uint16_t> bytes = {0x7008, 0x3A01, 0xD1FC, 0xBF30, 0xE7FD};
  EXPECT_GT(cycles("stores", bytes, kSram), cycles("off", bytes, kSram) + 80);
}

}  // namespace
}  // namespace edgerack::vboard
