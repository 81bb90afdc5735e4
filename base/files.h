// Whole files and temporary folders. Errors name the path and the operating system's reason.
#ifndef BASE_FILES_H_
#define BASE_FILES_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace edgerack {

// NOT_FOUND, INVALID_ARGUMENT (a folder), PERMISSION_DENIED, RESOURCE_EXHAUSTED (over max_bytes) or
// UNKNOWN.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path,
                                     uint64_t max_bytes = 1ull << 30);

// Writes to a temporary name in the same folder, syncs and renames: after a crash the file is
// either the old or the new one. RESOURCE_EXHAUSTED with code DISK_FULL when there is no room.
absl::Status WriteFileAtomic(const std::filesystem::path& path, std::string_view bytes);

// A folder of its own under the system's temporary folder, removed with its content on destruction.
// Where `status()` is an error there is no folder and path() is empty: a name made from it would
// lie in the working folder.
class TempDir {
 public:
  explicit TempDir(std::string_view prefix = "edgerack-");
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  // RESOURCE_EXHAUSTED (DISK_FULL), FAILED_PRECONDITION (no such TMPDIR), PERMISSION_DENIED or
  // UNKNOWN.
  const absl::Status& status() const { return status_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  absl::Status status_;
  std::filesystem::path path_;
};

// The folder with boards, chips and firmware images: $EDGERACK_SHARE, or ../share/edgerack beside
// the running program. NOT_FOUND when neither exists.
absl::StatusOr<std::filesystem::path> ShareDir();

// The folder of the running program: where its sibling programs are. $EDGERACK_BIN overrides.
std::filesystem::path ProgramDir();

}  // namespace edgerack

#endif  // BASE_FILES_H_
