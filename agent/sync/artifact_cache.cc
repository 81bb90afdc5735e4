#include "agent/sync/artifact_cache.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

#include "base/files.h"
#include "base/sha256.h"

namespace edgerack::agent {

ArtifactCache::ArtifactCache(std::filesystem::path dir, uint64_t max_bytes, Download download)
    : dir_(std::move(dir)), max_bytes_(max_bytes), download_(std::move(download)) {}

absl::StatusOr<std::shared_ptr<ArtifactCache>> ArtifactCache::Open(const std::filesystem::path& dir,
                                                                   uint64_t max_bytes,
                                                                   Download download) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) {
    return MakeError(absl::StatusCode::kPermissionDenied, ErrorClass::kInfrastructure,
                     "STATE_DIR_UNUSABLE",
                     "cannot create " + dir.string() + ": " + error.message() +
                         "; correct `agent.state_dir` or its owner");
  }
  std::shared_ptr<ArtifactCache> cache(new ArtifactCache(dir, max_bytes, std::move(download)));
  cache->self_ = cache;
  cache->TakeOverFiles();
  return cache;
}

void ArtifactCache::TakeOverFiles() {
  struct Found {
    std::string name;
    uint64_t bytes;
    std::filesystem::file_time_type used;
  };
  std::vector<Found> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir_, error)) {
    std::error_code failed;
    const std::string name = entry.path().filename().string();
    if (!IsSha256Hex(name)) {
      // A download that a crash cut short.
      if (entry.is_regular_file(failed)) std::filesystem::remove(entry.path(), failed);
      continue;
    }
    files.push_back({name, entry.file_size(failed), entry.last_write_time(failed)});
  }
  std::sort(files.begin(), files.end(),
            [](const Found& a, const Found& b) { return a.used < b.used; });
  std::lock_guard lock(mutex_);
  for (const Found& file : files) Note(file.name, file.bytes, nullptr);
  Evict();
}

void ArtifactCache::Fetch(const std::string& sha256, Done done) {
  if (!IsSha256Hex(sha256)) {
    return done(MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_ASSIGNMENT",
                          "\"" + sha256 +
                              "\" is not a SHA-256; server and agent may be from "
                              "different releases"));
  }
  if (auto stored = FindStored(sha256)) return done(stored);
  download_(sha256, [self = self_.lock(), sha256, done](absl::StatusOr<std::string> bytes) {
    if (!bytes.ok()) return done(bytes.status());
    done(self->Store(sha256, *std::move(bytes)));
  });
}

std::shared_ptr<const Artifact> ArtifactCache::FindStored(const std::string& sha256) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(sha256);
  if (found == entries_.end()) return nullptr;
  if (auto in_use = found->second.in_use.lock()) {
    Note(sha256, in_use->bytes.size(), in_use);
    return in_use;
  }
  auto bytes = ReadFile(dir_ / sha256);
  if (!bytes.ok() || Sha256Hex(*bytes) != sha256) {
    spdlog::warn("the cached artifact {} is damaged; downloading it again", sha256);
    std::error_code ignored;
    std::filesystem::remove(dir_ / sha256, ignored);
    bytes_ -= found->second.bytes;
    uses_.erase(found->second.use);
    entries_.erase(found);
    return nullptr;
  }
  auto artifact =
      std::make_shared<const Artifact>(Artifact{sha256, dir_ / sha256, *std::move(bytes)});
  Note(sha256, artifact->bytes.size(), artifact);
  std::error_code ignored;
  std::filesystem::last_write_time(dir_ / sha256, std::filesystem::file_time_type::clock::now(),
                                   ignored);
  return artifact;
}

absl::StatusOr<std::shared_ptr<const Artifact>> ArtifactCache::Store(const std::string& sha256,
                                                                     std::string bytes) {
  if (Sha256Hex(bytes) != sha256) {
    return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kInfrastructure, "ARTIFACT_CORRUPT",
                     "the server delivered " + std::to_string(bytes.size()) +
                         " bytes for artifact " + sha256 +
                         " that have another SHA-256; its artifact store may be damaged");
  }
  std::lock_guard lock(mutex_);
  absl::Status written = WriteFileAtomic(dir_ / sha256, bytes);
  // What can be downloaded again makes room for what is needed now.
  while (ErrorCodeOf(written) == "DISK_FULL" && EvictOldest()) {
    written = WriteFileAtomic(dir_ / sha256, bytes);
  }
  if (!written.ok()) return Annotate(written, "the agent's artifact cache");
  auto artifact =
      std::make_shared<const Artifact>(Artifact{sha256, dir_ / sha256, std::move(bytes)});
  Note(sha256, artifact->bytes.size(), artifact);
  Evict();
  return artifact;
}

void ArtifactCache::Note(const std::string& sha256, uint64_t bytes,
                         const std::shared_ptr<const Artifact>& use) {
  auto [entry, added] = entries_.try_emplace(sha256);
  if (!added) {
    bytes_ -= entry->second.bytes;
    uses_.erase(entry->second.use);
  }
  uses_.push_front(sha256);
  entry->second = {bytes, uses_.begin(), use};
  bytes_ += bytes;
}

void ArtifactCache::Evict() {
  while (bytes_ > max_bytes_ && EvictOldest()) {
  }
}

bool ArtifactCache::EvictOldest() {
  for (auto oldest = uses_.end(); oldest != uses_.begin();) {
    --oldest;
    auto entry = entries_.find(*oldest);
    if (!entry->second.in_use.expired()) continue;
    std::error_code ignored;
    std::filesystem::remove(dir_ / *oldest, ignored);
    bytes_ -= entry->second.bytes;
    entries_.erase(entry);
    uses_.erase(oldest);
    return true;
  }
  return false;
}

uint64_t ArtifactCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace edgerack::agent
