#include "agent/board/conditions.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack::agent {
namespace {

Chip F746() {
  const std::string file = "firmware/family/stm32f7/chips/stm32f746.toml";
  auto chip = ParseChip(ReadFile(file).value_or(""), file);
  EXPECT_TRUE(chip.ok()) << chip.status();
  return chip.value_or(Chip{});
}

Assignment With(const OperatingConditions& conditions) {
  Assignment assignment;
  assignment.package_bytes = 40'000;
  assignment.conditions = conditions;
  return assignment;
}

TEST(ConditionsTest, ThePlaceOfTheCodeNamesABuild) {
  const Chip chip = F746();
  Assignment assignment = With({});
  EXPECT_EQ(FirmwareVariant(chip, assignment), "");
  assignment.conditions.placement.code = "FLASH_ITCM";
  EXPECT_EQ(FirmwareVariant(chip, assignment), "");
  assignment.conditions.placement.code = "ITCM";
  EXPECT_EQ(FirmwareVariant(chip, assignment), "O3-ITCM");
  assignment.firmware_variant = "O0";  // which no image is built as
  EXPECT_EQ(FirmwareVariant(chip, assignment), "O0-ITCM");
  assignment.conditions.placement.code = "";
  EXPECT_EQ(FirmwareVariant(chip, assignment), "O0");
}

TEST(ConditionsTest, UsualConditionsAskForNothingButCaches) {
  auto request = MakeConfigureRequest(F746(), With({}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->clock_hz, 0u);
  EXPECT_EQ(request->settings, ER_SETTINGS_SWITCHED);
  EXPECT_EQ(request->arena_bytes + request->weights_bytes + request->stack_bytes, 0u);
}

TEST(ConditionsTest, WhatIsMovedHasAnAddress) {
  OperatingConditions wanted;
  wanted.clock_hz = 288'000'000;
  wanted.dcache = false;
  wanted.placement = {.arena = "DTCM", .weights = "SRAM1", .code = "", .stack = "SRAM2"};
  auto request = MakeConfigureRequest(F746(), With(wanted));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->clock_hz, 288'000'000u);
  EXPECT_EQ(request->settings, static_cast<uint32_t>(ER_SETTING_ICACHE | ER_SETTING_ART));
  EXPECT_EQ(request->arena_address >> 16, 0x2000u);
  EXPECT_EQ(request->weights_address + request->weights_bytes, 0x2004'C000u);
  EXPECT_EQ(request->stack_address, 0x2004'C000u);
}

TEST(ConditionsTest, AnArenaThatLostAPartOfItsMemoryIsTold) {
  OperatingConditions wanted;
  wanted.placement.stack = "SRAM1";
  auto request = MakeConfigureRequest(F746(), With(wanted));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->stack_address, 0x2001'0000u);
  EXPECT_EQ(request->arena_address, 0x2001'0000u + 16'384);
  EXPECT_EQ(request->arena_bytes, 245'760u - 16'384);
}

TEST(ConditionsTest, ARefusalSpeaksOfTheOption) {
  OperatingConditions wanted;
  wanted.clock_hz = 217'000'000;
  const absl::Status clock = ExplainRefusedConditions(
      MakeError(absl::StatusCode::kUnimplemented, ErrorClass::kBoard, "BOARD_REFUSED", "no"),
      With(wanted));
  EXPECT_EQ(ErrorCodeOf(clock), "CLOCK_NOT_AVAILABLE");
  EXPECT_EQ(ErrorClassOf(clock), ErrorClass::kJob);
  EXPECT_NE(ErrorMessageOf(clock).find("clock=217"), std::string::npos);
  const absl::Status place = ExplainRefusedConditions(
      MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBoard, "BOARD_REFUSED", "no"),
      With({}));
  EXPECT_EQ(ErrorCodeOf(place), "PLACE_NOT_AVAILABLE");
  const absl::Status lost = MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure,
                                      "CONSOLE_LOST", "gone");
  EXPECT_EQ(ExplainRefusedConditions(lost, With({})), lost);
}

}  // namespace
}  // namespace edgerack::agent
