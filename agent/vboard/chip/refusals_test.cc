// Wrong orders that silicon does not forgive, on every chip: each is refused, said, and ends in the
// fault that the chip would have.
#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCfsr = 0xE000ED28, kHfsr = 0xE000ED2C;

struct Write {
  uint32_t address;
  uint32_t value;
};
using Steps = std::vector<Write>;

// How the chip comes to its full speed, in the order of its manual.
struct ChipCase {
  const char* name;
  const char* file;
  uint64_t full_hz;
  Steps start_pll;
  Steps raise_voltage;
  Steps set_latency;
  Steps switch_to_pll;
  Write other_pll_setting;
  Steps too_few_wait_states;
  uint32_t uart_baud_register;  // of one whose clock is off after reset
};

// RM0385 5.3, 4.1.4, 3.3.2
const ChipCase kF746 = {
    "f746",
    kF746File,
    216'000'000,
    {{0x40023800, 0x00010001},
     {0x40023804, 25 | 432 << 6 | 1 << 22 | 9 << 24},
     {0x40023800, 0x01010001}},
    {{0x40023840, 1 << 28}, {0x40007000, 0x0001C000}, {0x40007000, 0x0003C000}},
    {{0x40023C00, 0x307}},
    {{0x40023808, 5 << 10 | 4 << 13}, {0x40023808, 5 << 10 | 4 << 13 | 2}},
    {0x40023804, 8 | 100 << 6},
    {{0x40023C00, 0x306}},
    0x4001100C,
};

// RM0433 8.5.5, 6.6.2, 4.3.8
const ChipCase kH743 = {
    "h743",
    kH743File,
    480'000'000,
    {{0x58024400, 0x00050001},
     {0x58024428, 0x02020022},
     {0x5802442C, 0x01FF0008},
     {0x58024430, 239 | 1 << 9 | 1 << 16 | 1 << 24},
     {0x58024400, 0x01050001}},
    {{0x5802480C, 2}, {0x58024818, 3 << 14}, {0x580244F4, 2}, {0x5800042C, 1}},
    {{0x52002000, 0x24}},
    {{0x58024418, 0x48}, {0x5802441C, 0x440}, {0x58024420, 0x40}, {0x58024410, 3}},
    {0x58024430, 99 | 1 << 9},
    {{0x52002000, 0x23}},
    0x4000480C,
};

class RefusalTest : public ChipTest, public ::testing::WithParamInterface<const ChipCase*> {
 protected:
  RefusalTest() : ChipTest(std::string(GetParam()->file)) { Program({0xE7FE}); }  // b .
  void Play(const Steps& steps) {
    for (const Write& step : steps) {
      Put(step.address, step.value);
      PassNs(1'000'000);
    }
  }
  // The program was stopped by a bus error while fetching, for want of a handler in lockup.
  void ExpectFetchFault() {
    chip.Run(1000);
    EXPECT_TRUE(chip.processor().locked_up());
    EXPECT_NE(Get(kCfsr) & kIbusErr, 0u);
    EXPECT_NE(Get(kHfsr) & kForced, 0u);
  }
  void ExpectSaid(const std::string& words) {
    EXPECT_NE(log.text().find(words), std::string::npos) << log.text();
  }

  const ChipCase& its = *GetParam();
  CapturedLog log;
};

INSTANTIATE_TEST_SUITE_P(All, RefusalTest, ::testing::Values(&kF746, &kH743),
                         [](const auto& chip) { return chip.param->name; });

TEST_P(RefusalTest, InOrderItRunsAtFullSpeedWithoutAWord) {
  Play(its.start_pll);
  Play(its.raise_voltage);
  Play(its.set_latency);
  Play(its.switch_to_pll);
  EXPECT_EQ(chip.rcc().core_hz(), its.full_hz);
  EXPECT_EQ(chip.Run(1000), RunResult::kRan);
  EXPECT_FALSE(chip.processor().locked_up());
  EXPECT_EQ(log.text(), "");
}

TEST_P(RefusalTest, ThePllChangedWhileItIsOn) {
  Play(its.start_pll);
  const uint32_t before = Get(its.other_pll_setting.address);
  Put(its.other_pll_setting.address, its.other_pll_setting.value);
  EXPECT_EQ(Get(its.other_pll_setting.address), before);
  ExpectSaid("written while");
}

TEST_P(RefusalTest, VoltageNotRaised) {
  Play(its.start_pll);
  Play(its.set_latency);
  Play(its.switch_to_pll);
  ExpectSaid("too fast for voltage scale");
  ExpectFetchFault();
}

TEST_P(RefusalTest, VoltageNotWaitedFor) {
  Play(its.start_pll);
  Play(its.set_latency);
  Play({its.raise_voltage.begin(), its.raise_voltage.end() - 1});
  Put(its.raise_voltage.back().address, its.raise_voltage.back().value);
  for (const Write& step : its.switch_to_pll) Put(step.address, step.value);
  ExpectSaid("too fast for voltage scale");
  ExpectFetchFault();
}

TEST_P(RefusalTest, FlashLatencyTooLow) {
  Play(its.start_pll);
  Play(its.raise_voltage);
  Play(its.too_few_wait_states);
  Play(its.switch_to_pll);
  ExpectSaid("flash wait states");
  ExpectFetchFault();
}

TEST_P(RefusalTest, UartWithoutItsClock) {
  Put(its.uart_baud_register, 139);
  EXPECT_EQ(Get(its.uart_baud_register), 0u);
  ExpectSaid("its clock is off");
}

TEST_P(RefusalTest, FloatingPointBeforeCpacr) {
  Program({0xEEB0, 0x0A40, 0xE7FE});  // vmov.f32 s0, s0
  chip.Run(1000);
  EXPECT_TRUE(chip.processor().locked_up());
  EXPECT_NE(Get(kCfsr) & kNoCp, 0u);
  ExpectSaid("before CPACR");
}

}  // namespace
}  // namespace edgerack::vboard
