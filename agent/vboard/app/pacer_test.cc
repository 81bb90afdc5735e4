#include "agent/vboard/app/pacer.h"

#include <gtest/gtest.h>

namespace edgerack::vboard {
namespace {

constexpr uint64_t kMs = 1'000'000;

TEST(Pacer, AnIdleBoardWaitsInRealTime) {
  Pacer pacer;
  pacer.WaitNs(100 * kMs, 0, kMs);
  EXPECT_EQ(pacer.WaitNs(101 * kMs, kMs, 2 * kMs), kMs);
}

TEST(Pacer, OversleepingIsMadeUpFor) {
  Pacer pacer;
  pacer.WaitNs(100 * kMs, 0, kMs);
  EXPECT_EQ(pacer.WaitNs(101 * kMs + 300'000, kMs, 2 * kMs), kMs - 300'000);
}

TEST(Pacer, ALongComputationIsNotMadeUpFor) {
  Pacer pacer;
  pacer.WaitNs(0, 0, kMs);
  uint64_t waited = 0;
  for (uint64_t i = 0; i < 10; ++i)
    waited += pacer.WaitNs(5000 * kMs + waited, (i + 1) * kMs, (i + 2) * kMs);
  EXPECT_GE(waited, 7 * kMs);
}

TEST(Pacer, TimeTakenInAdvanceIsNotWaitedFor) {
  Pacer pacer;
  pacer.WaitNs(0, 0, kMs);
  EXPECT_EQ(pacer.WaitNs(1 * kMs, 9000 * kMs, 9001 * kMs), kMs);
}

}  // namespace
}  // namespace edgerack::vboard
