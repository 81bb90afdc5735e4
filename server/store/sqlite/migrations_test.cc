#include "server/store/sqlite/migrations.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack::store {
namespace {

class MigrationsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open(dir_.path() / "db", Database::Mode::kReadWrite, 100);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = std::move(*opened);
  }

  TempDir dir_;
  std::unique_ptr<Database> database_;
  std::vector<Migration> two_ = {{1, "0001_a.sql", "CREATE TABLE a (x INTEGER) STRICT;"},
                                 {2, "0002_b.sql", "CREATE TABLE b (x INTEGER) STRICT;"}};
};

TEST_F(MigrationsTest, TheEmbeddedOnesApplyTwiceWithoutHarm) {
  EXPECT_TRUE(Migrate(*database_, Migrations(), 1).ok());
  EXPECT_TRUE(Migrate(*database_, Migrations(), 2).ok());
}

TEST_F(MigrationsTest, AppliesOnlyWhatIsMissing) {
  ASSERT_TRUE(Migrate(*database_, {two_[0]}, 1).ok());
  ASSERT_TRUE(database_->Execute("INSERT INTO a VALUES (7)").ok());
  ASSERT_TRUE(Migrate(*database_, two_, 2).ok());
  EXPECT_TRUE(database_->Execute("INSERT INTO b SELECT x FROM a").ok());
}

TEST_F(MigrationsTest, RefusesANewerSchema) {
  ASSERT_TRUE(Migrate(*database_, two_, 1).ok());
  EXPECT_EQ(ErrorCodeOf(Migrate(*database_, {two_[0]}, 2)), "NEWER_SCHEMA");
}

TEST_F(MigrationsTest, RefusesAChangedStep) {
  ASSERT_TRUE(Migrate(*database_, two_, 1).ok());
  two_[0].sql += " ";
  EXPECT_EQ(ErrorCodeOf(Migrate(*database_, two_, 2)), "CHANGED_MIGRATION");
}

TEST_F(MigrationsTest, RefusesAGap) {
  two_[1].version = 3;
  EXPECT_EQ(ErrorCodeOf(Migrate(*database_, two_, 1)), "BAD_MIGRATIONS");
}

TEST_F(MigrationsTest, AFailingStepLeavesNothingBehind) {
  two_[1].sql = "CREATE TABLE b (x INTEGER); CREATE TABLE a (x INTEGER);";
  absl::Status status = Migrate(*database_, two_, 1);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(ErrorMessageOf(status).find("0002_b.sql"), std::string::npos);
  EXPECT_FALSE(database_->Execute("SELECT * FROM b").ok());
  two_[1].sql = "CREATE TABLE b (x INTEGER);";
  EXPECT_TRUE(Migrate(*database_, two_, 2).ok());
}

}  // namespace
}  // namespace edgerack::store
