#include "agent/vboard/chip/watchdog.h"

#include <gtest/gtest.h>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kKr = 0x0, kPr = 0x4, kRlr = 0x8, kWinr = 0x10;
constexpr uint32_t kAll = 0xFFFFFFFF;
constexpr uint64_t kLsiHz = 32'000;

class WatchdogTest : public testing::Test {
 protected:
  void Write(uint32_t offset, uint32_t value) { watchdog.Write(offset, value, kAll); }
  void Start(uint32_t prescaler, uint32_t reload) {
    Write(kKr, 0xCCCC);
    Write(kKr, 0x5555);
    Write(kPr, prescaler);
    Write(kRlr, reload);
    Write(kKr, 0xAAAA);
  }
  void Pass(uint64_t ms) {
    clock.Advance(ms * 16'000);
    clock.RunDue();
  }

  VirtualClock clock{16'000'000};
  int resets = 0;
  Watchdog watchdog{&clock, kLsiHz, [this] { ++resets; }};
};

TEST_F(WatchdogTest, LongestPeriodIs32768Ms) {
  Start(6, 0xFFF);
  Pass(32'767);
  EXPECT_EQ(resets, 0);
  Pass(2);
  EXPECT_EQ(resets, 1);
}

TEST_F(WatchdogTest, SeventhPrescalerIsTheSixthAgain) {
  Start(7, 0xFFF);
  Pass(32'767);
  EXPECT_EQ(resets, 0);
  Pass(2);
  EXPECT_EQ(resets, 1);
}

TEST_F(WatchdogTest, CountsFromTheTopUntilItIsFirstReloaded) {
  Write(kKr, 0xCCCC);  // by 4 at 32 kHz: 512 ms
  Pass(511);
  EXPECT_EQ(resets, 0);
  Pass(2);
  EXPECT_EQ(resets, 1);
}

TEST_F(WatchdogTest, ReloadBeginsThePeriodAnew) {
  Start(3, 999);  // by 32: 1 s
  for (int i = 0; i < 10; ++i) {
    Pass(990);
    Write(kKr, 0xAAAA);
  }
  EXPECT_EQ(resets, 0);
  Pass(1'001);
  EXPECT_EQ(resets, 1);
}

TEST_F(WatchdogTest, RegistersAreLockedAndItCannotBeStopped) {
  Start(3, 999);
  Write(kRlr, 0xFFF);  // AAAA has locked it again
  Write(kKr, 0);
  Pass(1'001);
  EXPECT_EQ(resets, 1);
}

TEST_F(WatchdogTest, ReloadBeforeTheWindowResets) {
  Start(3, 999);
  Write(kKr, 0x5555);
  Write(kWinr, 499);
  Pass(499);
  Write(kKr, 0xAAAA);
  EXPECT_EQ(resets, 1);
}

TEST_F(WatchdogTest, ReloadInTheWindowIsTaken) {
  Start(3, 999);
  Write(kKr, 0x5555);
  Write(kWinr, 499);
  Pass(501);
  Write(kKr, 0xAAAA);
  Pass(999);
  EXPECT_EQ(resets, 0);
}

TEST_F(WatchdogTest, StandsStillWhileFrozen) {
  Start(3, 999);
  Pass(900);
  watchdog.SetFrozen(true);
  Pass(60'000);
  EXPECT_EQ(resets, 0);
  watchdog.SetFrozen(false);
  Pass(99);
  EXPECT_EQ(resets, 0);
  Pass(2);
  EXPECT_EQ(resets, 1);
}

}  // namespace
}  // namespace edgerack::vboard
