// Which places CONFIGURE may give away, on a board of this test's.
#include "firmware/app/places.h"

#include <cstring>

#include "firmware/package/format.h"
#include "gtest/gtest.h"

namespace {

constexpr uintptr_t kTcm = 0x2000'0000, kRam = 0x2400'0000, kFlash = 0x0800'0000;
const er_memory_range_t kMemories[] = {{kTcm, 65'536}, {kRam, 65'536}};
const er_memory_range_t kOwn[] = {{kTcm, 16'384}, {kFlash, 131'072}};

er_board_memory_t Board() {
  er_board_memory_t memory{};
  memory.arena = reinterpret_cast<uint8_t*>(kRam);
  memory.arena_bytes = 65'536;
  memory.stack_low = reinterpret_cast<uint8_t*>(kTcm);
  memory.stack_bytes = 4'096;
  memory.store_address = kFlash + 131'072;
  memory.store_bytes = 65'536;
  memory.store_alias_address = 0x0022'0000;
  memory.ram = kMemories;
  memory.ram_count = 2;
  memory.own = kOwn;
  memory.own_count = 2;
  return memory;
}

er_board_memory_t board = Board();
alignas(32) uint8_t stored[256];

class PlacesTest : public testing::Test {
 protected:
  void SetUp() override {
    board = Board();
    places_ = er_places_usual();
  }
  bool Good() const { return er_places_problem(&places_) == nullptr; }

  er_places_t places_{};
};

TEST_F(PlacesTest, TheUsualOnesAreGood) {
  EXPECT_TRUE(Good());
  EXPECT_EQ(places_.arena.address, kRam);
  EXPECT_EQ(places_.weights.address, kFlash + 131'072);
}

TEST_F(PlacesTest, FreeRamIsTaken) {
  places_.arena = {kTcm + 16'384, 49'152};
  EXPECT_TRUE(Good());
  places_.weights = {kRam, 65'536};
  EXPECT_TRUE(Good());
  places_.weights = {kRam + 4'096, 61'440};
  places_.stack = {kRam, 4'096};
  EXPECT_TRUE(Good());
}

TEST_F(PlacesTest, WhatTheFirmwareNeedsIsNot) {
  for (const er_memory_range_t range :
       {er_memory_range_t{kTcm, 32'768},          // its stack
        er_memory_range_t{kTcm + 16'352, 1'024},  // the last line of its data
        er_memory_range_t{kRam, 65'536 + 32},     // past the end
        er_memory_range_t{kTcm - 32, 1'024},      // before the start
        er_memory_range_t{0xFFFF'FFE0, 0x40},     // around the end of all addresses
        er_memory_range_t{0x4000'0000, 1'024},    // registers
        er_memory_range_t{kFlash, 1'024},         // the image
        er_memory_range_t{kTcm + 16'385, 1'024},  // not aligned
        er_memory_range_t{kTcm + 16'384, 1'025}}) {
    places_ = er_places_usual();
    places_.arena = range;
    EXPECT_FALSE(Good()) << std::hex << range.address << " + " << range.bytes;
    places_ = er_places_usual();
    places_.arena = {kTcm + 32'768, 32'768};
    places_.stack = range;
    EXPECT_FALSE(Good()) << std::hex << range.address << " + " << range.bytes;
  }
}

TEST_F(PlacesTest, TheyMustNotOverlap) {
  places_.weights = {kRam + 1'024, 1'024};  // in the usual arena
  EXPECT_FALSE(Good());
  places_.arena = {kRam, 1'024};
  EXPECT_TRUE(Good());
  places_.stack = {kRam + 2'016, 1'024};
  EXPECT_FALSE(Good());
}

TEST_F(PlacesTest, AStackHasALeastSize) {
  places_.arena = {kRam, 1'024};
  places_.stack = {kRam + 32'768, 992};
  EXPECT_FALSE(Good());
  places_.stack.bytes = 1'024;
  EXPECT_TRUE(Good());
}

TEST_F(PlacesTest, ThePackageStaysInTheStoreOrItsAlias) {
  EXPECT_EQ(er_places_ready_package(&places_), stored);
  places_.weights.address = 0x0022'0000;
  EXPECT_TRUE(Good());
  EXPECT_EQ(er_places_ready_package(&places_), reinterpret_cast<uint8_t*>(0x0022'0000));
}

TEST_F(PlacesTest, OrIsCopiedWhereItFits) {
  alignas(32) static uint8_t ram[sizeof stored];
  er_package_header_t header{};
  header.total_bytes = sizeof stored;
  std::memcpy(stored, &header, sizeof header);
  stored[255] = 42;
  places_.weights = {reinterpret_cast<uintptr_t>(ram), sizeof ram - 1};
  EXPECT_EQ(er_places_ready_package(&places_), nullptr);
  EXPECT_EQ(ram[255], 0);
  places_.weights.bytes = sizeof ram;
  EXPECT_EQ(er_places_ready_package(&places_), ram);
  EXPECT_EQ(ram[255], 42);
}

}  // namespace

extern "C" const er_board_memory_t* er_board_memory(void) { return &board; }
extern "C" const uint8_t* er_board_store(void) { return stored; }
