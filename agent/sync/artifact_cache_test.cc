#include "agent/sync/artifact_cache.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/files.h"
#include "base/sha256.h"

namespace edgerack::agent {
namespace {

using Result = absl::StatusOr<std::shared_ptr<const Artifact>>;

class ArtifactCacheTest : public testing::Test {
 protected:
  void Open(uint64_t max_bytes = 1'000) {
    auto opened = ArtifactCache::Open(
        dir.path() / "cache", max_bytes,
        [this](const std::string& sha256, std::function<void(absl::StatusOr<std::string>)> done) {
          ++downloads;
          done(server.contains(sha256) ? absl::StatusOr<std::string>(server[sha256])
                                       : absl::NotFoundError("no"));
        });
    ASSERT_TRUE(opened.ok()) << opened.status();
    cache = *opened;
  }
  std::string Serve(const std::string& bytes) {
    server[Sha256Hex(bytes)] = bytes;
    return Sha256Hex(bytes);
  }
  Result Fetch(const std::string& sha256) {
    std::optional<Result> result;
    cache->Fetch(sha256, [&](Result fetched) { result = fetched; });
    return *result;
  }

  TempDir dir;
  std::map<std::string, std::string> server;
  int downloads = 0;
  std::shared_ptr<ArtifactCache> cache;
};

TEST_F(ArtifactCacheTest, IsDownloadedOnceAndKeptOverARestart) {
  std::string id = Serve("hello");
  Open();
  auto artifact = Fetch(id);
  ASSERT_TRUE(artifact.ok()) << artifact.status();
  EXPECT_EQ((*artifact)->bytes, "hello");
  EXPECT_EQ(*ReadFile((*artifact)->path), "hello");
  ASSERT_TRUE(Fetch(id).ok());
  Open();
  ASSERT_TRUE(Fetch(id).ok());
  EXPECT_EQ(downloads, 1);
}

TEST_F(ArtifactCacheTest, WrongBytesFromTheServerAreRefused) {
  std::string id = Serve("hello");
  server[id] = "hellO";
  Open();
  EXPECT_EQ(ErrorCodeOf(Fetch(id).status()), "ARTIFACT_CORRUPT");
  EXPECT_EQ(cache->bytes(), 0u);
}

TEST_F(ArtifactCacheTest, DamagedFileIsDownloadedAgain) {
  std::string id = Serve("hello");
  Open();
  std::filesystem::path path = (*Fetch(id))->path;
  ASSERT_TRUE(WriteFileAtomic(path, "hellx").ok());
  auto again = Fetch(id);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->bytes, "hello");
  EXPECT_EQ(downloads, 2);
}

TEST_F(ArtifactCacheTest, LeastRecentlyUsedGoesFirstAndUsedOnesStay) {
  std::string a = Serve(std::string(400, 'a'));
  std::string b = Serve(std::string(400, 'b'));
  std::string c = Serve(std::string(400, 'c'));
  Open(1'000);
  ASSERT_TRUE(Fetch(a).ok());
  ASSERT_TRUE(Fetch(b).ok());
  ASSERT_TRUE(Fetch(a).ok());
  ASSERT_TRUE(Fetch(c).ok());  // b goes
  EXPECT_EQ(cache->bytes(), 800u);
  ASSERT_TRUE(Fetch(a).ok());
  EXPECT_EQ(downloads, 3);
  auto held_a = *Fetch(a);
  auto held_c = *Fetch(c);
  ASSERT_TRUE(Fetch(b).ok());
  EXPECT_TRUE(std::filesystem::exists(held_a->path));
  EXPECT_TRUE(std::filesystem::exists(held_c->path));
}

TEST_F(ArtifactCacheTest, NameThatIsNoHashNeverTouchesTheDisk) {
  Open();
  EXPECT_EQ(ErrorCodeOf(Fetch("../../etc/passwd").status()), "BAD_ASSIGNMENT");
  EXPECT_EQ(downloads, 0);
}

TEST_F(ArtifactCacheTest, DownloadErrorIsPassedOn) {
  Open();
  EXPECT_EQ(Fetch(Sha256Hex("never served")).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace edgerack::agent
