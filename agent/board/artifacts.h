// Where a run's package and inputs come from.
#ifndef AGENT_BOARD_ARTIFACTS_H_
#define AGENT_BOARD_ARTIFACTS_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace edgerack::agent {

struct Artifact {
  std::string sha256;
  std::filesystem::path path;  // the same bytes as a file, for tools; kept while the value lives
  std::string bytes;
};

class ArtifactSource {
 public:
  using Done = std::function<void(absl::StatusOr<std::shared_ptr<const Artifact>>)>;
  virtual ~ArtifactSource() = default;
  // Calls `done` exactly once, on any thread, possibly before it returns. Errors:
  // ARTIFACT_NOT_FOUND (BUG), ARTIFACT_CORRUPT, SERVER_UNREACHABLE, DISK_FULL (INFRASTRUCTURE).
  virtual void Fetch(const std::string& sha256, Done done) = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_ARTIFACTS_H_
