#include "agent/estimate/stand_in.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace edgerack::estimate {
namespace {

class StandInTest : public testing::Test {
 protected:
  void SetUp() override {
    auto found = ShareDir();
    ASSERT_TRUE(found.ok()) << found.status();
    share = *found;
    auto loaded = Catalog::Load(share);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    catalog = *std::move(loaded);
  }
  absl::StatusOr<StandIn> Find(const std::string& kind) {
    return FindStandIn(share, catalog, *catalog.FindBoardKind(kind));
  }

  std::filesystem::path share;
  Catalog catalog;
};

TEST_F(StandInTest, EveryKindButTheHostHasOneThatCountsInstructions) {
  for (const auto& [id, kind] : catalog.board_kinds()) {
    if (id == "host") continue;
    auto found = Find(id);
    ASSERT_TRUE(found.ok()) << id << ": " << found.status();
    EXPECT_EQ(found->kind.extra_counter_unit, "instructions") << id;
    EXPECT_NE(found->kind.extra_counter, 0u) << id;
    EXPECT_EQ(found->chip.id, found->kind.chip) << id;
  }
}

TEST_F(StandInTest, ARealKindRunsItsOwnImageOnItsOwnCrystal) {
  auto found = Find("nucleo-f746zg");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->kind.image, "nucleo-f746zg");
  EXPECT_EQ(found->crystal_hz, 8'000'000u);
  EXPECT_EQ(found->kind.uart_instance, "USART3");
  EXPECT_EQ(found->clock_hz, 0);
  EXPECT_EQ(found->note, "");
}

TEST_F(StandInTest, TheH747RunsAsAnH743AtItsOwnClockAndSaysSo) {
  auto found = Find("stm32h747i-disco");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->kind.id, "virtual-h743");
  EXPECT_EQ(found->clock_hz, 400'000'000);
  EXPECT_NE(found->note.find("no emulation of the stm32h747"), std::string::npos) << found->note;
}

TEST_F(StandInTest, TheN6HasNoCyclesAndSaysSo) {
  auto found = Find("stm32n6570-dk");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_FALSE(found->kind.cycle_counter);
  EXPECT_EQ(found->clock_hz, 0);
  EXPECT_NE(found->note.find("instructions, not cycles"), std::string::npos) << found->note;
  EXPECT_EQ(Find("virtual-n6")->note, "");
}

TEST_F(StandInTest, TheHostIsRefusedWithTheKindsThatWouldDo) {
  auto found = Find("host");
  EXPECT_EQ(ErrorCodeOf(found.status()), "NOT_ESTIMATED");
  EXPECT_EQ(ErrorClassOf(found.status()), ErrorClass::kUser);
  EXPECT_NE(ErrorMessageOf(found.status()).find("nucleo-h743zi"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::estimate
