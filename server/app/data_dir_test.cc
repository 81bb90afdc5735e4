#include "server/app/data_dir.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack::app {
namespace {

TEST(DataDirTest, OneServerAtATime) {
  TempDir temp;
  auto first = DataDir::Open(temp.path() / "a" / "b");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(std::filesystem::is_directory(temp.path() / "a" / "b"));
  EXPECT_EQ(ErrorCodeOf(DataDir::Open(temp.path() / "a" / "b").status()), "DIR_IN_USE");
  first->reset();
  EXPECT_TRUE(DataDir::Open(temp.path() / "a" / "b").ok());
}

TEST(DataDirTest, SaysWhatCannotBeWritten) {
  EXPECT_EQ(ErrorCodeOf(DataDir::Open("/proc/nothing").status()), "DIR_NOT_WRITABLE");
}

}  // namespace
}  // namespace edgerack::app
