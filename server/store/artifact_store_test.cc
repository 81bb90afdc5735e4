#include "server/store/artifact_store.h"

#include <fstream>

#include "base/files.h"
#include "base/sha256.h"
#include "gtest/gtest.h"

namespace edgerack::store {
namespace {

namespace fs = std::filesystem;

class ArtifactStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = ArtifactStore::Open(dir_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = std::move(*opened);
  }
  int FilesInTmp() {
    int files = 0;
    for ([[maybe_unused]] const auto& entry :
         fs::directory_iterator(dir_.path() / "artifacts" / "tmp")) {
      ++files;
    }
    return files;
  }

  TempDir dir_;
  std::unique_ptr<ArtifactStore> store_;
};

TEST_F(ArtifactStoreTest, KeepsBytesUnderTheirHash) {
  auto stored = store_->Put("hello");
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->sha256, Sha256Hex("hello"));
  EXPECT_EQ(stored->size_bytes, 5);
  EXPECT_EQ(*store_->Read(stored->sha256), "hello");
  EXPECT_EQ(*store_->PathOf(stored->sha256),
            dir_.path() / "artifacts" / stored->sha256.substr(0, 2) / stored->sha256);
  EXPECT_EQ(store_->Put("hello")->sha256, stored->sha256);
  EXPECT_EQ(FilesInTmp(), 0);
}

TEST_F(ArtifactStoreTest, CopiesAFile) {
  std::ofstream(dir_.path() / "f") << std::string(3'000'000, 'x');
  auto stored = store_->PutFile(dir_.path() / "f");
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->sha256, Sha256Hex(std::string(3'000'000, 'x')));
}

TEST_F(ArtifactStoreTest, RefusesTooMuchAndCleansUp) {
  {
    auto writer = store_->NewWriter(10);
    ASSERT_TRUE(writer.ok());
    EXPECT_TRUE((*writer)->Append("0123456789").ok());
    absl::Status over = (*writer)->Append("x");
    EXPECT_EQ(ErrorCodeOf(over), "UPLOAD_TOO_LARGE");
    EXPECT_EQ(FilesInTmp(), 1);
  }
  EXPECT_EQ(FilesInTmp(), 0);
}

TEST_F(ArtifactStoreTest, OpenRemovesHalfWrittenFiles) {
  std::ofstream(dir_.path() / "artifacts" / "tmp" / "left") << "half";
  ASSERT_TRUE(ArtifactStore::Open(dir_.path()).ok());
  EXPECT_EQ(FilesInTmp(), 0);
}

TEST_F(ArtifactStoreTest, NeverLeavesItsFolder) {
  for (const char* name : {"", "../../etc/passwd", "zz", "ABCDEF"}) {
    EXPECT_EQ(ErrorCodeOf(store_->Read(name).status()), "ARTIFACT_NOT_FOUND") << name;
  }
}

TEST_F(ArtifactStoreTest, NoticesDamage) {
  auto stored = store_->Put("hello");
  std::ofstream(*store_->PathOf(stored->sha256)) << "hellp";
  EXPECT_EQ(ErrorCodeOf(store_->Read(stored->sha256).status()), "ARTIFACT_DAMAGED");
}

}  // namespace
}  // namespace edgerack::store
