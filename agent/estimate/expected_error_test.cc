#include "agent/estimate/expected_error.h"

#include <gtest/gtest.h>

namespace edgerack::estimate {
namespace {

const EmulationFacts kFacts = {.emulation = "virtual-x",
                               .median_percent = 10,
                               .worst_percent = 20,
                               .streaming_percent = 15,
                               .source = "measured"};

Chip ChipWithCache() {
  Chip chip;
  chip.dcache_bytes = 1'000;
  MemoryRegion flash, tcm;
  flash.name = "FLASH";
  flash.line_cycles = 30;
  tcm.name = "DTCM";
  chip.memories = {flash, tcm};
  return chip;
}

core::Memory Weights(int64_t bytes, const std::string& region) {
  core::Memory memory;
  memory.weights_bytes = bytes;
  memory.weights_region = region;
  return memory;
}

TEST(ExpectedErrorTest, IsTheChipsOwnWhileTheWeightsFitTheCache) {
  auto expected = ExpectedErrorOf(kFacts, ChipWithCache(), Weights(1'000, "FLASH"));
  ASSERT_TRUE(expected);
  EXPECT_EQ(expected->median_percent, 10);
  EXPECT_EQ(expected->worst_percent, 20);
  EXPECT_EQ(expected->source, "measured");
}

TEST(ExpectedErrorTest, GrowsWhereWeightsStream) {
  auto expected = ExpectedErrorOf(kFacts, ChipWithCache(), Weights(1'001, "FLASH"));
  ASSERT_TRUE(expected);
  EXPECT_EQ(expected->median_percent, 25);
  EXPECT_EQ(expected->worst_percent, 35);
}

TEST(ExpectedErrorTest, DoesNotGrowInMemoryWithoutWaits) {
  EXPECT_EQ(ExpectedErrorOf(kFacts, ChipWithCache(), Weights(5'000, "DTCM"))->worst_percent, 20);
}

TEST(ExpectedErrorTest, IsAbsentWhereTheChipsFileHasNone) {
  EXPECT_FALSE(ExpectedErrorOf(EmulationFacts(), Chip(), Weights(1, "FLASH")));
}

}  // namespace
}  // namespace edgerack::estimate
