// Content-addressed files: <dir>/artifacts/ab/abcdef…, named by the SHA-256 of their bytes and
// never changed. Thread-safe: writers fill files of their own and rename them into place.
#ifndef SERVER_STORE_ARTIFACT_STORE_H_
#define SERVER_STORE_ARTIFACT_STORE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace edgerack::store {

struct StoredArtifact {
  std::string sha256;
  int64_t size_bytes = 0;
};

// One file on its way into the store; dropped without Finish() it leaves nothing behind.
class ArtifactWriter {
 public:
  virtual ~ArtifactWriter() = default;
  // RESOURCE_EXHAUSTED: UPLOAD_TOO_LARGE over the limit, DISK_FULL without room.
  virtual absl::Status Append(std::string_view bytes) = 0;
  // The artifact is on the disk, synced, when this returns. Call once.
  virtual absl::StatusOr<StoredArtifact> Finish() = 0;
};

class ArtifactStore {
 public:
  // Creates the folders and removes what a killed process left half written.
  static absl::StatusOr<std::unique_ptr<ArtifactStore>> Open(const std::filesystem::path& dir);

  absl::StatusOr<std::unique_ptr<ArtifactWriter>> NewWriter(int64_t max_bytes);
  absl::StatusOr<StoredArtifact> Put(std::string_view bytes);
  absl::StatusOr<StoredArtifact> PutFile(const std::filesystem::path& file);
  // Whole content, checked against its name. NOT_FOUND (ARTIFACT_NOT_FOUND) or DATA_LOSS.
  absl::StatusOr<std::string> Read(const std::string& sha256) const;
  // Where it is, for programs that read it themselves. NOT_FOUND (ARTIFACT_NOT_FOUND).
  absl::StatusOr<std::filesystem::path> PathOf(const std::string& sha256) const;

 private:
  explicit ArtifactStore(std::filesystem::path dir) : dir_(std::move(dir)) {}
  std::filesystem::path dir_;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_ARTIFACT_STORE_H_
