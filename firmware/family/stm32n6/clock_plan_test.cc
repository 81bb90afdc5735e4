#include "firmware/family/stm32n6/clock_plan.h"

#include <gtest/gtest.h>

namespace {

constexpr uint32_t kMhz = 1'000'000;

TEST(ClockPlan, CrystalAndInternalOscillatorGiveTheSameTree) {
  for (uint32_t source : {48 * kMhz, 64 * kMhz}) {
    er_clock_plan_t plan;
    ASSERT_TRUE(er_clock_plan(source, 600 * kMhz, &plan));
    EXPECT_EQ(plan.m, source / (16 * kMhz));
    EXPECT_EQ(plan.n, 75u);
    EXPECT_EQ(er_clock_of(source, plan.m, plan.n, plan.core), 600 * kMhz);
    EXPECT_EQ(er_clock_of(source, plan.m, plan.n, plan.bus), 400 * kMhz);
    EXPECT_EQ(er_clock_of(source, plan.m, plan.n, plan.npu), 600 * kMhz);
    EXPECT_EQ(er_clock_of(source, plan.m, plan.n, plan.sram), 400 * kMhz);
  }
}

TEST(ClockPlan, NoClockIsOverItsLimit) {
  int plans = 0;
  for (uint32_t core = 80 * kMhz; core <= 600 * kMhz; core += 8 * kMhz) {
    er_clock_plan_t plan;
    if (!er_clock_plan(48 * kMhz, core, &plan)) continue;
    plans++;
    EXPECT_EQ(er_clock_of(48 * kMhz, plan.m, plan.n, plan.core), core);
    EXPECT_LE(er_clock_of(48 * kMhz, plan.m, plan.n, plan.bus), 400 * kMhz);
    EXPECT_LE(er_clock_of(48 * kMhz, plan.m, plan.n, plan.npu), 800 * kMhz);
    EXPECT_LE(er_clock_of(48 * kMhz, plan.m, plan.n, plan.sram), 400 * kMhz);
  }
  EXPECT_EQ(plans, 66);
}

TEST(ClockPlan, RefusesWhatThePllCannotMake) {
  er_clock_plan_t plan;
  EXPECT_FALSE(er_clock_plan(48 * kMhz, 800 * kMhz, &plan)) << "overdrive";
  EXPECT_FALSE(er_clock_plan(25 * kMhz, 600 * kMhz, &plan)) << "not a multiple of 16 MHz";
  EXPECT_FALSE(er_clock_plan(0, 600 * kMhz, &plan));
  EXPECT_FALSE(er_clock_plan(64 * kMhz, 601 * kMhz, &plan));
  EXPECT_FALSE(er_clock_plan(64 * kMhz, 0, &plan));
  EXPECT_EQ(er_clock_of(48 * kMhz, 0, 75, 2), 0u);
  EXPECT_EQ(er_clock_of(48 * kMhz, 3, 75, 0), 0u);
}

}  // namespace
