#include "agent/vboard/chip/exception_table.h"

#include <gtest/gtest.h>

namespace edgerack::vboard {
namespace {

constexpr int Irq(int n) { return kFirstIrq + n; }

TEST(ExceptionTable, OnlyFourPriorityBitsExist) {
  ExceptionTable table(8);
  table.SetPriority(Irq(0), 0xAB);
  EXPECT_EQ(table.priority(Irq(0)), 0xA0);
}

TEST(ExceptionTable, TakesTheMostUrgentAndOfEqualsTheLowestNumber) {
  ExceptionTable table(8);
  for (int n : {1, 3, 5}) {
    table.SetEnabled(Irq(n), true);
    table.SetPending(Irq(n), true);
  }
  table.SetPriority(Irq(1), 0x80);
  table.SetPriority(Irq(3), 0x40);
  table.SetPriority(Irq(5), 0x40);
  EXPECT_EQ(table.Takeable({}), Irq(3));
  table.SetPending(Irq(3), false);
  EXPECT_EQ(table.Takeable({}), Irq(5));
}

TEST(ExceptionTable, AnActiveHandlerIsPreemptedOnlyByAHigherGroup) {
  ExceptionTable table(8);
  for (int n : {0, 1}) table.SetEnabled(Irq(n), true);
  table.SetPriority(Irq(0), 0x60);
  table.SetActive(Irq(0), true);
  table.SetPriority(Irq(1), 0x60);
  table.SetPending(Irq(1), true);
  EXPECT_EQ(table.Takeable({}), kNoException);
  table.SetPriority(Irq(1), 0x50);
  EXPECT_EQ(table.Takeable({}), Irq(1));
  // With two bits of sub-priority 0x50 and 0x60 are one group.
  table.SetPriorityGroup(5);
  EXPECT_EQ(table.Takeable({}), kNoException);
}

TEST(ExceptionTable, Masks) {
  ExceptionTable table(8);
  table.SetEnabled(Irq(0), true);
  table.SetPriority(Irq(0), 0x50);
  table.SetPending(Irq(0), true);
  ExceptionMasks masks;
  masks.basepri = 0x50;
  EXPECT_EQ(table.Takeable(masks), kNoException);
  masks.basepri = 0x60;
  EXPECT_EQ(table.Takeable(masks), Irq(0));
  masks.primask = true;
  EXPECT_EQ(table.Takeable(masks), kNoException);
  EXPECT_TRUE(table.WakesFromSleep(masks)) << "PRIMASK does not keep a core asleep";
  table.SetPending(kHardFault, true);
  EXPECT_EQ(table.Takeable(masks), kHardFault);
  masks.faultmask = true;
  EXPECT_EQ(table.Takeable(masks), kNoException);
  table.SetPending(kNmi, true);
  EXPECT_EQ(table.Takeable(masks), kNmi);
}

TEST(ExceptionTable, DebuggerMasksInterruptsButNotFaults) {
  ExceptionTable table(8);
  table.SetEnabled(Irq(0), true);
  table.SetPending(Irq(0), true);
  table.SetEnabled(kBusFault, true);
  table.SetPriority(kBusFault, 0x80);
  table.SetPending(kBusFault, true);
  ExceptionMasks masks;
  EXPECT_EQ(table.Takeable(masks), Irq(0));
  masks.debugger_masks_interrupts = true;
  EXPECT_EQ(table.Takeable(masks), kBusFault);
}

TEST(ExceptionTable, ALineStillHighPendsAgainAfterReturn) {
  ExceptionTable table(8);
  table.SetEnabled(Irq(2), true);
  table.SetLine(2, true);
  EXPECT_EQ(table.Takeable({}), Irq(2));
  table.SetPending(Irq(2), false);
  EXPECT_TRUE(table.pending(Irq(2))) << "clearing does not help while the line is high";
  table.SetActive(Irq(2), true);
  table.SetPending(Irq(2), false);
  EXPECT_FALSE(table.pending(Irq(2)));
  table.SetActive(Irq(2), false);
  table.AfterReturn(Irq(2));
  EXPECT_TRUE(table.pending(Irq(2)));
  table.SetLine(2, false);
  table.SetPending(Irq(2), false);
  table.AfterReturn(Irq(2));
  EXPECT_FALSE(table.pending(Irq(2)));
}

}  // namespace
}  // namespace edgerack::vboard
