#include "agent/vboard/chip/virtual_clock.h"

#include <gtest/gtest.h>

#include "agent/vboard/chip/systick.h"

namespace edgerack::vboard {
namespace {

using Pace = VirtualClock::Pace;

TEST(VirtualClock, TimeIsContinuousOverAChangeOfFrequency) {
  VirtualClock clock(16'000'000);
  clock.Advance(16'000);
  EXPECT_EQ(clock.NowNs(), 1'000'000u);
  clock.SetFrequency(216'000'000);
  EXPECT_EQ(clock.NowNs(), 1'000'000u);
  clock.Advance(216'000);
  EXPECT_EQ(clock.NowNs(), 2'000'000u);
  EXPECT_EQ(clock.NsToCycles(3'000'000), clock.cycles() + 216'000);
}

TEST(VirtualClock, EventsInNanosecondsMoveWithTheFrequency) {
  VirtualClock clock(1'000'000);
  int fired = 0;
  const auto id = clock.AddEvent(Pace::kFree, [&] { ++fired; });
  clock.ScheduleAtNs(id, 10'000);
  EXPECT_EQ(clock.next_due_cycle(), 10u);
  clock.SetFrequency(100'000'000);
  EXPECT_EQ(clock.next_due_cycle(), 1000u);
  clock.Advance(999);
  clock.RunDue();
  EXPECT_EQ(fired, 0);
  clock.Advance(1);
  clock.RunDue();
  EXPECT_EQ(fired, 1);
  EXPECT_EQ(clock.next_due_cycle(), VirtualClock::kNever);
}

TEST(VirtualClock, RunsEventsInOrderAndKnowsWhichKeepPace) {
  VirtualClock clock(1'000'000'000);
  std::string order;
  const auto a = clock.AddEvent(Pace::kRealTime, [&] { order += 'a'; });
  const auto b = clock.AddEvent(Pace::kFree, [&] { order += 'b'; });
  clock.ScheduleAtNs(a, 20);
  clock.ScheduleAtNs(b, 10);
  EXPECT_FALSE(clock.NextIsRealTime());
  clock.Advance(10);
  clock.RunDue();
  EXPECT_TRUE(clock.NextIsRealTime());
  clock.Advance(10);
  clock.RunDue();
  EXPECT_EQ(order, "ba");
}

TEST(SysTick, CountsDownReloadsAndInterrupts) {
  VirtualClock clock(16'000'000);
  int pended = 0;
  SysTick systick(&clock, [&] { ++pended; });
  systick.Write(4, 99, 0xFFFFFFFF);
  systick.Write(8, 0, 0xFFFFFFFF);
  systick.Write(0, 7, 0xFFFFFFFF);
  clock.Advance(1);
  EXPECT_EQ(systick.Read(8), 99u);
  clock.Advance(98);
  EXPECT_EQ(systick.Read(8), 1u);
  clock.RunDue();
  EXPECT_EQ(pended, 0);
  clock.Advance(1);
  clock.RunDue();
  EXPECT_EQ(pended, 1);
  EXPECT_EQ(systick.Read(8), 0u);
  EXPECT_NE(systick.Read(0) & (1u << 16), 0u);
  EXPECT_EQ(systick.Read(0) & (1u << 16), 0u) << "reading clears COUNTFLAG";
  clock.Advance(100);
  clock.RunDue();
  EXPECT_EQ(pended, 2);
}

TEST(SysTick, StandsStillWhileFrozen) {
  VirtualClock clock(16'000'000);
  int pended = 0;
  SysTick systick(&clock, [&] { ++pended; });
  systick.Write(4, 99, 0xFFFFFFFF);
  systick.Write(8, 0, 0xFFFFFFFF);
  systick.Write(0, 7, 0xFFFFFFFF);
  clock.Advance(50);
  const uint32_t before = systick.Read(8);
  systick.SetFrozen(true);
  clock.Advance(1000);
  clock.RunDue();
  EXPECT_EQ(systick.Read(8), before);
  EXPECT_EQ(pended, 0);
  systick.SetFrozen(false);
  clock.Advance(50);
  clock.RunDue();
  EXPECT_EQ(pended, 1);
}

}  // namespace
}  // namespace edgerack::vboard
