// Artifacts by their SHA-256, as files of <state_dir>/cache, downloaded when missing.
#ifndef AGENT_SYNC_ARTIFACT_CACHE_H_
#define AGENT_SYNC_ARTIFACT_CACHE_H_

#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "agent/board/artifacts.h"

namespace edgerack::agent {

// Fetches an artifact's bytes from wherever they are. `done` is called exactly once, any thread.
using Download = std::function<void(const std::string& sha256,
                                    std::function<void(absl::StatusOr<std::string>)> done)>;

// Thread-safe. Files are verified when they are downloaded and when they are read. The least
// recently used ones are deleted over `max_bytes`, or when the disk is full, except those in use.
class ArtifactCache : public ArtifactSource {
 public:
  // Creates `dir`, takes over the files that are there. PERMISSION_DENIED and the like.
  static absl::StatusOr<std::shared_ptr<ArtifactCache>> Open(const std::filesystem::path& dir,
                                                             uint64_t max_bytes, Download download);

  void Fetch(const std::string& sha256, Done done) override;

  uint64_t bytes() const;

 private:
  struct Entry {
    uint64_t bytes = 0;
    std::list<std::string>::iterator use;  // place in uses_
    std::weak_ptr<const Artifact> in_use;
  };

  ArtifactCache(std::filesystem::path dir, uint64_t max_bytes, Download download);
  void TakeOverFiles();
  std::shared_ptr<const Artifact> FindStored(const std::string& sha256);
  absl::StatusOr<std::shared_ptr<const Artifact>> Store(const std::string& sha256,
                                                        std::string bytes);
  // With the mutex held.
  void Note(const std::string& sha256, uint64_t bytes, const std::shared_ptr<const Artifact>& use);
  void Evict();
  bool EvictOldest();  // false when there is none that is not in use

  const std::filesystem::path dir_;
  const uint64_t max_bytes_;
  const Download download_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::list<std::string> uses_;  // most recent first
  uint64_t bytes_ = 0;
  std::weak_ptr<ArtifactCache> self_;
};

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_ARTIFACT_CACHE_H_
