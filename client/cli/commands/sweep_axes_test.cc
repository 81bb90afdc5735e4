#include "client/cli/commands/sweep_axes.h"

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

v1::ChipFacts Chip() {
  v1::ChipFacts chip;
  auto add = [&](const char* name, const char* kind, const char* alias) {
    v1::ChipMemory* memory = chip.add_memories();
    memory->set_name(name);
    memory->set_kind(kind);
    memory->set_alias_name(alias);
  };
  add("ITCM", "itcm", "");
  add("FLASH", "flash", "FLASH_ITCM");
  add("DTCM", "dtcm", "");
  add("SRAM1", "ram", "");
  chip.set_arena_region("SRAM1");
  chip.set_stack_region("DTCM");
  chip.add_code_regions("FLASH_ITCM");
  chip.add_code_regions("ITCM");
  chip.add_compared_clocks_hz(216'000'000);
  chip.add_compared_clocks_hz(288'000'000);
  return chip;
}

std::vector<std::string> Labels(const Axis& axis) {
  std::vector<std::string> labels;
  for (const AxisValue& value : axis.values) labels.push_back(value.label);
  return labels;
}

TEST(SweepAxesTest, NamesAndOwnValuesCombine) {
  auto axes = ParseAxes({"fpu,build", "samples=1,2"}, {});
  ASSERT_TRUE(axes.ok()) << axes.status();
  ASSERT_EQ(axes->size(), 3u);
  EXPECT_EQ(Labels((*axes)[0]), (std::vector<std::string>{"on", "off"}));
  EXPECT_EQ((*axes)[1].values[3].options, (Options{{"build", "O0"}}));
  EXPECT_EQ((*axes)[2].values[1].options, (Options{{"samples", "2"}}));
}

TEST(SweepAxesTest, CachesAreTwoOptionsInOne) {
  auto axes = ParseAxes({"caches=both,none"}, {});
  ASSERT_TRUE(axes.ok()) << axes.status();
  EXPECT_EQ((*axes)[0].values[0].options, Options{});
  EXPECT_EQ((*axes)[0].values[1].options, (Options{{"icache", "off"}, {"dcache", "off"}}));
}

TEST(SweepAxesTest, PlacementMovesOneThingAtATime) {
  EXPECT_TRUE(NeedsChip({"fpu", "caches,placement"}));
  EXPECT_TRUE(NeedsChip({"placement=usual,arena DTCM + code ITCM"}));
  EXPECT_FALSE(NeedsChip({"fpu", "arena=DTCM"}));
  auto axes = ParseAxes({"placement"}, Chip());
  ASSERT_TRUE(axes.ok()) << axes.status();
  EXPECT_EQ(Labels((*axes)[0]),
            (std::vector<std::string>{"usual", "arena ITCM", "arena DTCM", "weights ITCM",
                                      "weights FLASH_ITCM", "weights DTCM", "weights SRAM1",
                                      "code ITCM", "stack SRAM1", "arena DTCM + code ITCM"}));
  EXPECT_EQ((*axes)[0].values.back().options, (Options{{"arena", "DTCM"}, {"code", "ITCM"}}));
  auto some = ParseAxes({"placement=usual,arena DTCM + code ITCM"}, Chip());
  ASSERT_TRUE(some.ok()) << some.status();
  EXPECT_EQ((*some)[0].values[1].options, (Options{{"arena", "DTCM"}, {"code", "ITCM"}}));
}

TEST(SweepAxesTest, TheClocksAreTheChips) {
  auto axes = ParseAxes({"clock"}, Chip());
  ASSERT_TRUE(axes.ok()) << axes.status();
  EXPECT_EQ((*axes)[0].values[1].options, (Options{{"clock", "288"}}));
  auto own = ParseAxes({"clock=100"}, Chip());
  ASSERT_TRUE(own.ok());
  EXPECT_EQ((*own)[0].values[0].options, (Options{{"clock", "100"}}));
}

TEST(SweepAxesTest, WhatCannotBeVariedSaysWhatCan) {
  for (const char* item : {"speed", "=1", "build=", "clock"}) {
    auto axes = ParseAxes({item}, {});
    EXPECT_EQ(ErrorCodeOf(axes.status()), "BAD_USAGE") << item;
  }
  auto many = ParseAxes({"build,build,build,build,build"}, {});
  EXPECT_NE(ErrorMessageOf(many.status()).find("1024 runs"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::cli
