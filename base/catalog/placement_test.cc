#include "base/catalog/placement.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

Chip ReadChip(const std::string& file) {
  auto text = ReadFile("firmware/family/" + file);
  auto chip = ParseChip(text.value_or(""), file);
  EXPECT_TRUE(chip.ok()) << chip.status();
  return chip.value_or(Chip{});
}

Chip F746() { return ReadChip("stm32f7/chips/stm32f746.toml"); }
Chip H743() { return ReadChip("stm32h7/chips/stm32h743.toml"); }

TEST(PlacementTest, TheUsualPlacesAreTheLayouts) {
  const Chip chip = F746();
  auto rooms = Place(chip, {}, 40'000);
  ASSERT_TRUE(rooms.ok()) << rooms.status();
  EXPECT_EQ(rooms->arena.region, "SRAM1");
  EXPECT_EQ(rooms->arena.address, 0x2001'0000u);
  EXPECT_EQ(rooms->arena.bytes, 245'760u);
  EXPECT_EQ(rooms->weights.region, "FLASH");
  EXPECT_EQ(rooms->weights.address, 0x0802'0000u);
  EXPECT_FALSE(rooms->weights_copied);
  EXPECT_EQ(rooms->stack.region, "DTCM");
  EXPECT_EQ(rooms->code_region, "FLASH_ITCM");
}

TEST(PlacementTest, AnArenaBesideTheStackGetsWhatTheFirmwareLeaves) {
  const Chip chip = F746();
  auto rooms = Place(chip, {.arena = "DTCM"}, 40'000);
  ASSERT_TRUE(rooms.ok()) << rooms.status();
  const uint64_t firmware = chip.layout.stack_bytes + chip.layout.static_bytes;
  EXPECT_EQ(rooms->arena.address, 0x2000'0000 + firmware);
  EXPECT_EQ(rooms->arena.bytes, 65'536 - firmware);
}

TEST(PlacementTest, WeightsInRamLieAtItsEndAndTheArenaGetsTheRest) {
  auto rooms = Place(H743(), {.weights = "AXI_SRAM"}, 40'001);
  ASSERT_TRUE(rooms.ok()) << rooms.status();
  EXPECT_TRUE(rooms->weights_copied);
  EXPECT_EQ(rooms->store.region, "FLASH");
  EXPECT_EQ(rooms->weights.bytes, 40'032u);
  EXPECT_EQ(rooms->weights.address, 0x2400'0000u + 524'288 - 40'032);
  EXPECT_EQ(rooms->arena.address, 0x2400'0000u);
  EXPECT_EQ(rooms->arena.bytes, 524'288u - 40'032);
}

TEST(PlacementTest, WeightsThatDoNotFitGetWhatThereIs) {
  auto rooms = Place(H743(), {.weights = "SRAM3"}, 900'000);
  ASSERT_TRUE(rooms.ok()) << rooms.status();
  EXPECT_EQ(rooms->weights.bytes, 32'768u);
}

TEST(PlacementTest, TheStoreHasAnAlias) {
  auto rooms = Place(F746(), {.weights = "FLASH_ITCM"}, 40'000);
  ASSERT_TRUE(rooms.ok()) << rooms.status();
  EXPECT_EQ(rooms->weights.address, 0x0022'0000u);
  EXPECT_FALSE(rooms->weights_copied);
}

TEST(PlacementTest, AMovedStackTakesItsPartOfTheArenasMemory) {
  auto rooms = Place(H743(), {.stack = "AXI_SRAM"}, 40'000);
  ASSERT_TRUE(rooms.ok()) << rooms.status();
  EXPECT_EQ(rooms->stack.address, 0x2400'0000u);
  EXPECT_EQ(rooms->arena.address, 0x2400'0000u + 16'384);
  EXPECT_EQ(rooms->arena.bytes, 524'288u - 16'384);
}

TEST(PlacementTest, WhatCannotBeIsRefusedWithWhatCan) {
  const std::vector<Placement> wrong = {
      {.arena = "SDRAM"},       // no such memory
      {.arena = "FLASH"},       // not writable
      {.stack = "FLASH_ITCM"},  // nor its alias
      {.code = "SRAM1"},        // not linked for it
      {.arena = "ITCM", .code = "ITCM"},
      {.weights = "ITCM", .code = "ITCM"},
  };
  for (const Placement& placement : wrong) {
    const absl::Status status = Place(F746(), placement, 40'000).status();
    EXPECT_EQ(ErrorCodeOf(status), "BAD_OPTION");
    EXPECT_EQ(ErrorClassOf(status), ErrorClass::kJob);
    EXPECT_NE(ErrorMessageOf(status).find("stm32f746 takes "), std::string::npos)
        << ErrorMessageOf(status);
  }
}

TEST(PlacementTest, MemoryThatHoldsTheImageOrTheStoreIsNotGivenAway) {
  const Chip chip = ReadChip("stm32n6/chips/stm32n657.toml");
  auto store = Place(chip, {.arena = "AXISRAM3_6"}, 40'000);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(store->arena.bytes, 0u);  // the package store is all of it
  auto usual = Place(chip, {.weights = "AXISRAM1_2"}, 40'000);
  ASSERT_TRUE(usual.ok());
  EXPECT_LE(usual->weights.address + usual->weights.bytes, chip.layout.firmware_address);
}

}  // namespace
}  // namespace edgerack
