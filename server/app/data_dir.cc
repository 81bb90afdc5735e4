#include "server/app/data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace edgerack::app {

absl::StatusOr<std::unique_ptr<DataDir>> DataDir::Open(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  const std::filesystem::path file = path / "lock";
  const int lock = error ? -1 : open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) {
    return MakeError(
        absl::StatusCode::kPermissionDenied, ErrorClass::kInfrastructure, "DIR_NOT_WRITABLE",
        "cannot write " + file.string() + ": " + (error ? error.message() : std::strerror(errno)) +
            "; choose another --dir or look at its permissions");
  }
  // The kernel drops the lock with the process, however it ends.
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    close(lock);
    return MakeError(
        absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "DIR_IN_USE",
        "another edgerack-server works in " + path.string() + "; stop it or choose another --dir");
  }
  return std::unique_ptr<DataDir>(new DataDir(std::filesystem::absolute(path), lock));
}

DataDir::~DataDir() { close(lock_); }

}  // namespace edgerack::app
