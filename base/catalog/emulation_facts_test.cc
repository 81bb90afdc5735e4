#include "base/catalog/emulation_facts.h"

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(EmulationFactsTest, ReadsWhatAChipsFileSays) {
  auto facts = ParseEmulationFacts(
      "[estimate]\nemulation = \"virtual-x\"\nmedian_percent = 1\nworst_percent = 2\n"
      "streaming_percent = 3\nsource = \"s\"\n",
      "chip.toml");
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->emulation, "virtual-x");
  EXPECT_EQ(facts->median_percent, 1u);
  EXPECT_EQ(facts->worst_percent, 2u);
  EXPECT_EQ(facts->streaming_percent, 3u);
  EXPECT_EQ(facts->source, "s");
}

TEST(EmulationFactsTest, AChipMayHaveNone) {
  auto facts = ParseEmulationFacts("id = \"x\"\n", "chip.toml");
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->emulation, "");
  EXPECT_EQ(facts->median_percent, 0u);
}

TEST(EmulationFactsTest, NamesTheKeyThatIsWrong) {
  auto facts =
      ParseEmulationFacts("[estimate]\nmedian_percent = 3\nworst_percent = 2\n", "chip.toml");
  EXPECT_EQ(ErrorCodeOf(facts.status()), "BAD_CHIP_FILE");
  EXPECT_NE(ErrorMessageOf(facts.status()).find("estimate.worst_percent"), std::string::npos);
}

TEST(EmulationFactsTest, ReadsABoardsCrystal) {
  BoardKind kind;
  kind.folder = "firmware/boards/nucleo-f746zg";
  auto hz = ReadCrystalHz(kind);
  ASSERT_TRUE(hz.ok()) << hz.status();
  EXPECT_EQ(*hz, 8'000'000u);
  kind.folder = "firmware/boards/host";
  EXPECT_EQ(*ReadCrystalHz(kind), 0u);
}

}  // namespace
}  // namespace edgerack
