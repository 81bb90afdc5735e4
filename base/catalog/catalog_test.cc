#include "base/catalog/catalog.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

absl::StatusOr<std::string> ChipFile() {
  return ReadFile("firmware/family/stm32f7/chips/stm32f746.toml");
}

TEST(CatalogTest, ReadsEveryChipAndBoardOfTheRepository) {
  TempDir share;
  namespace fs = std::filesystem;
  fs::create_directories(share.path() / "chips");
  for (const auto& file : fs::recursive_directory_iterator("firmware/family")) {
    // A family's own facts stand one folder higher.
    if (file.path().parent_path().filename() != "chips") continue;
    fs::copy(file.path(), share.path() / "chips");
  }
  fs::copy("firmware/boards", share.path() / "boards", fs::copy_options::recursive);
  auto catalog = Catalog::Load(share.path());
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  auto kind = catalog->FindBoardKind("virtual-f746");
  ASSERT_TRUE(kind.ok());
  EXPECT_TRUE(kind->is_virtual);
  EXPECT_EQ(kind->image, "stm32f746g-disco");
  auto chip = catalog->FindChip(kind->chip);
  ASSERT_TRUE(chip.ok());
  EXPECT_EQ(chip->FindMemory("FLASH")->alias_address, 0x0020'0000u);
  EXPECT_EQ(chip->PackageMemory()->name, "FLASH");
  EXPECT_TRUE(chip->FirmwareInFlash());
  EXPECT_TRUE(kind->cycle_counter);
  EXPECT_FALSE(catalog->FindChip("mps3-an547")->FirmwareInFlash());
  EXPECT_FALSE(catalog->FindBoardKind("virtual-n6")->cycle_counter);
  EXPECT_EQ(ErrorCodeOf(catalog->FindBoardKind("nucleo").status()), "UNKNOWN_BOARD_KIND");
}

TEST(CatalogTest, NamesTheKeyThatIsWrong) {
  auto text = ChipFile();
  ASSERT_TRUE(text.ok());
  std::string broken = *text;
  broken.replace(broken.find("arena_region = \"SRAM1\""), 22, "arena_region = \"SRAM9\"");
  auto chip = ParseChip(broken, "chip.toml");
  EXPECT_EQ(ErrorCodeOf(chip.status()), "BAD_CHIP_FILE");
  EXPECT_NE(ErrorMessageOf(chip.status()).find("layout.arena_region"), std::string::npos);
}

TEST(CatalogTest, NamesTheLineThatIsNotToml) {
  auto chip = ParseChip("id = \"x\"\nfamily = \n", "chip.toml");
  EXPECT_NE(ErrorMessageOf(chip.status()).find("chip.toml:2"), std::string::npos);
}

}  // namespace
}  // namespace edgerack
