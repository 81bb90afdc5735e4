#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kRcc = 0x40023800, kCr = kRcc, kPllCfgr = kRcc + 4, kCfgr = kRcc + 8,
                   kAhb1Enr = kRcc + 0x30, kApb1Enr = kRcc + 0x40, kCsr = kRcc + 0x74,
                   kPwrCr1 = 0x40007000, kPwrCsr1 = 0x40007004, kFlashAcr = 0x40023C00;
constexpr uint32_t kHseOn = 1u << 16, kHseRdy = 1u << 17, kPllOn = 1u << 24, kPllRdy = 1u << 25;
constexpr uint32_t kPll216 = 25u | 432u << 6 | 1u << 22 | 9u << 24;

class ClockTreeTest : public ChipTest {
 protected:
  ClockTreeTest() { Program({0xE7FE}); }  // b .
  void StartHse() {
    Put(kCr, Get(kCr) | kHseOn);
    PassNs(1'000'000);
  }
  void StartPll(uint32_t config) {
    Put(kPllCfgr, config);
    Put(kCr, Get(kCr) | kPllOn);
    PassNs(1'000'000);
  }
  void OverDrive() {
    Put(kApb1Enr, 1u << 28);
    Put(kPwrCr1, Get(kPwrCr1) | 1u << 16);
    PassNs(100'000);
    Put(kPwrCr1, Get(kPwrCr1) | 1u << 17);
    PassNs(100'000);
  }
  uint32_t Source() { return Get(kCfgr) >> 2 & 3; }
};

TEST_F(ClockTreeTest, StartsFromHsi) {
  EXPECT_EQ(chip.rcc().hclk_hz(), 16'000'000u);
  EXPECT_NE(Get(kCr) & 2, 0u);
}

TEST_F(ClockTreeTest, ReadyFlagsTakeTime) {
  Put(kCr, Get(kCr) | kHseOn);
  EXPECT_EQ(Get(kCr) & kHseRdy, 0u);
  PassNs(1'000'000);
  EXPECT_NE(Get(kCr) & kHseRdy, 0u);
  Put(kPllCfgr, kPll216);
  Put(kCr, Get(kCr) | kPllOn);
  EXPECT_EQ(Get(kCr) & kPllRdy, 0u);
  PassNs(1'000'000);
  EXPECT_NE(Get(kCr) & kPllRdy, 0u);
}

TEST_F(ClockTreeTest, FullSpeedAsTheManualSays) {
  StartHse();
  StartPll(kPll216);
  OverDrive();
  EXPECT_EQ(Get(kPwrCsr1) >> 16 & 3, 3u);
  Put(kFlashAcr, 0x307);
  Put(kCfgr, 5u << 10 | 4u << 13);
  Put(kCfgr, 5u << 10 | 4u << 13 | 2);
  EXPECT_EQ(Source(), 2u);
  EXPECT_EQ(chip.rcc().hclk_hz(), 216'000'000u);
  EXPECT_EQ(chip.rcc().pclk_hz(ApbBus::kApb1), 54'000'000u);
  EXPECT_EQ(chip.rcc().pclk_hz(ApbBus::kApb2), 108'000'000u);
  EXPECT_EQ(chip.rcc().timer_hz(ApbBus::kApb1), 108'000'000u);
  EXPECT_EQ(chip.clock().hz(), 216'000'000u);
  EXPECT_EQ(chip.Run(1000), RunResult::kRan);
  EXPECT_FALSE(chip.processor().locked_up());
}

TEST_F(ClockTreeTest, ASwitchToAClockThatIsNotReadyIsRefused) {
  Put(kCfgr, 2);
  EXPECT_EQ(Source(), 0u);
  Put(kCfgr, 1);
  EXPECT_EQ(Source(), 0u);
}

TEST_F(ClockTreeTest, APllOutOfRangeNeverLocks) {
  StartHse();
  StartPll(2u | 432u << 6 | 1u << 22);  // 12.5 MHz input
  EXPECT_EQ(Get(kCr) & kPllRdy, 0u);
}

TEST_F(ClockTreeTest, ThePllCannotBeSetWhileItRuns) {
  StartHse();
  StartPll(kPll216);
  Put(kPllCfgr, 8u | 100u << 6);
  EXPECT_EQ(Get(kPllCfgr), kPll216);
}

TEST_F(ClockTreeTest, TooFewWaitStatesStopTheProgram) {
  StartHse();
  StartPll(kPll216);
  Put(kCfgr, 2);
  chip.Run(1000);
  EXPECT_TRUE(chip.processor().locked_up());
}

TEST_F(ClockTreeTest, OverDriveNotWhileRunningFromThePll) {
  StartHse();
  StartPll(kPll216);
  Put(kApb1Enr, 1u << 28);
  Put(kFlashAcr, 7);
  Put(kCfgr, 2);
  Put(kPwrCr1, Get(kPwrCr1) | 1u << 16);
  PassNs(1'000'000);
  EXPECT_EQ(Get(kPwrCsr1) & (1u << 16), 0u);
}

TEST_F(ClockTreeTest, OverDriveSwitchNeedsOverDriveFirst) {
  Put(kApb1Enr, 1u << 28);
  Put(kPwrCr1, Get(kPwrCr1) | 1u << 17);
  PassNs(1'000'000);
  EXPECT_EQ(Get(kPwrCsr1) & (1u << 17), 0u);
}

TEST_F(ClockTreeTest, APeripheralWithoutClockReadsZeroAndIgnoresWrites) {
  EXPECT_EQ(Get(0x40020000), 0u);
  Put(0x40020000, 0x12345678);
  Put(kAhb1Enr, Get(kAhb1Enr) | 1);
  EXPECT_EQ(Get(0x40020000), 0xA8000000u) << "the reset value: the write before was lost";
  Put(0x40020000, 0x12345678);
  EXPECT_EQ(Get(0x40020000), 0x12345678u);
}

TEST_F(ClockTreeTest, ResetCauses) {
  EXPECT_NE(Get(kCsr) & (1u << 27), 0u) << "power-on";
  Put(kCsr, 1u << 24);
  EXPECT_EQ(Get(kCsr) >> 25, 0u);
  Put(0xE000ED0C, 0x05FA0004);
  chip.Run(10);
  EXPECT_NE(Get(kCsr) & (1u << 28), 0u) << "software";
  Put(kCsr, 1u << 24);
  chip.SetResetPin(true);
  chip.SetResetPin(false);
  EXPECT_EQ(Get(kCsr) >> 25, 2u) << "pin alone";
  Put(kCsr, 1u << 24);
  chip.SetResetPin(false);  // a debugger that attaches
  Put(0xE000ED0C, 0x05FA0004);
  chip.Run(10);
  EXPECT_NE(Get(kCsr) & (1u << 28), 0u) << "software";
}

TEST_F(ClockTreeTest, TheWatchdogResetsTheChip) {
  Put(0x40003000, 0x5555);
  Put(0x40003008, 31);  // 32 * 4 / 32 kHz = 4 ms
  Put(0x40003000, 0xCCCC);
  RunFor(16'000 * 3);
  EXPECT_EQ(Get(kCsr) & (1u << 29), 0u);
  Put(0x40003000, 0xAAAA);
  RunFor(16'000 * 3);
  EXPECT_EQ(Get(kCsr) & (1u << 29), 0u) << "reloaded in time";
  RunFor(16'000 * 3);
  EXPECT_NE(Get(kCsr) & (1u << 29), 0u);
}

TEST_F(ClockTreeTest, TimerCountsAtItsClock) {
  Put(kApb1Enr, 1);
  Put(0x40000028, 15);  // prescaler: 1 MHz
  Put(0x40000014, 1);
  Put(0x40000000, 1);
  PassNs(1'000'000);
  EXPECT_NEAR(Get(0x40000024), 1000, 2);
}

TEST_F(ClockTreeTest, Identity) {
  EXPECT_EQ(Get(0xE0042000), 0x10016449u);
  EXPECT_EQ(Get(0x1FF0F442, 2), 1024u);
  EXPECT_EQ(Get(0xE000ED00), 0x410FC271u);
  uint32_t value = 0;
  EXPECT_FALSE(chip.DebugRead(0x60000000, 4, &value));
}

}  // namespace
}  // namespace edgerack::vboard
