#include "base/files.h"

#include <set>

#include "base/ids.h"
#include "base/sha256.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(FilesTest, WritesAndReads) {
  TempDir dir;
  std::string bytes("a\0b", 3);
  ASSERT_TRUE(WriteFileAtomic(dir.path() / "f", bytes).ok());
  EXPECT_EQ(*ReadFile(dir.path() / "f"), bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
}

TEST(FilesTest, NamesWhatIsMissingAndWhatIsTooLarge) {
  TempDir dir;
  EXPECT_EQ(ErrorCodeOf(ReadFile(dir.path() / "none").status()), "FILE_NOT_FOUND");
  ASSERT_TRUE(WriteFileAtomic(dir.path() / "f", "12345").ok());
  EXPECT_EQ(ErrorCodeOf(ReadFile(dir.path() / "f", 4).status()), "FILE_TOO_LARGE");
  EXPECT_EQ(ErrorCodeOf(WriteFileAtomic(dir.path() / "no" / "f", "x")), "FILE_NOT_FOUND");
}

TEST(IdsTest, AreUniqueAndSortable) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(SystemIds().NewId());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(ids.begin()->size(), 16u);
}

TEST(Sha256Test, KnownAnswer) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(IsSha256Hex(Sha256Hex("")));
  EXPECT_FALSE(IsSha256Hex("../etc/passwd"));
}

}  // namespace
}  // namespace edgerack
