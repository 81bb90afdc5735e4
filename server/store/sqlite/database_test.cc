#include "server/store/sqlite/database.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack::store {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open(dir_.path() / "d.sqlite", Database::Mode::kReadWrite, 100);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(database_->Execute("CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER)").ok());
  }
  static std::string CodeOf(const absl::Status& status) {
    return std::string(ErrorClassName(ErrorClassOf(status))) + " " + ErrorCodeOf(status);
  }

  TempDir dir_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, AStatementThatCannotBePreparedIsAnErrorNotACrash) {
  const absl::Status status = database_->Prepare("INSERT INTO nowhere VALUES (?, ?, ?)")
                                  .Text("a")
                                  .TextOrNull("")
                                  .Integer(1)
                                  .Run();
  EXPECT_EQ(CodeOf(status), "BUG BAD_STATEMENT");
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

TEST_F(DatabaseTest, AValueThatCannotBeBoundIsNotWrittenAsNull) {
  const absl::Status status =
      database_->Prepare("INSERT INTO t (id) VALUES (?)").Text("a").Text("one too many").Run();
  EXPECT_EQ(CodeOf(status), "BUG BAD_STATEMENT");
  EXPECT_FALSE(*database_->Prepare("SELECT id FROM t").Step());
}

TEST_F(DatabaseTest, TellsAFullDiskFromABrokenRule) {
  ASSERT_TRUE(database_->Execute("PRAGMA max_page_count=3").ok());
  const absl::Status full =
      database_->Prepare("INSERT INTO t VALUES (?, 1)").Text(std::string(100'000, 'x')).Run();
  EXPECT_EQ(CodeOf(full), "INFRASTRUCTURE DISK_FULL");
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  ASSERT_TRUE(database_->Prepare("INSERT INTO t VALUES (?, 1)").Text("a").Run().ok());
  EXPECT_EQ(CodeOf(database_->Prepare("INSERT INTO t VALUES (?, 1)").Text("a").Run()),
            "BUG CONSTRAINT_VIOLATED");
}

}  // namespace
}  // namespace edgerack::store
