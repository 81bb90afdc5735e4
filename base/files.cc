#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/ids.h"

namespace edgerack {
namespace {

absl::Status FileError(int error, const std::filesystem::path& path, const char* doing) {
  std::string message =
      std::string("cannot ") + doing + " " + path.string() + ": " + std::strerror(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "FILE_NOT_FOUND", message);
    case EISDIR:
      return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "NOT_A_FILE",
                       std::string("cannot ") + doing + " " + path.string() +
                           ": it is a folder; name a file in it");
    case EACCES:
    case EPERM:
      return MakeError(absl::StatusCode::kPermissionDenied, ErrorClass::kInfrastructure,
                       "FILE_NOT_ALLOWED", message);
    case ENOSPC:
    case EDQUOT:
      return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure,
                       "DISK_FULL", message + "; make room on that disk and try again");
    default:
      return MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "FILE_ERROR",
                       message);
  }
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Close(); }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Close() {
    int result = fd_ >= 0 ? close(fd_) : 0;
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path, uint64_t max_bytes) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return FileError(errno, path, "open");
  struct stat info;
  if (fstat(file.get(), &info) != 0) return FileError(errno, path, "read");
  if (S_ISDIR(info.st_mode)) return FileError(EISDIR, path, "read");
  if (static_cast<uint64_t>(info.st_size) > max_bytes) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "FILE_TOO_LARGE",
                     path.string() + " has " + std::to_string(info.st_size) +
                         " bytes; the limit is " + std::to_string(max_bytes));
  }
  std::string bytes;
  char buffer[1 << 16];
  while (true) {
    ssize_t got = read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError(errno, path, "read");
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(got));
    if (bytes.size() > max_bytes) return FileError(EFBIG, path, "read");
  }
}

absl::Status WriteFileAtomic(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path temporary = path;
  temporary += ".new-" + SystemIds().NewId();
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.valid()) return FileError(errno, path, "create");
  int error = 0;
  while (!bytes.empty() && error == 0) {
    ssize_t put = write(file.get(), bytes.data(), bytes.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<size_t>(put));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error == 0 && fsync(file.get()) != 0) error = errno;
  if (file.Close() != 0 && error == 0) error = errno;
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(temporary.c_str());
  return FileError(error, path, "write");
}

TempDir::TempDir(std::string_view prefix) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) {  // TMPDIR names no folder; the message shows which
    const char* named = std::getenv("TMPDIR");
    status_ = MakeError(
        absl::StatusCode::kFailedPrecondition, ErrorClass::kInfrastructure, "NO_TEMP_DIR",
        std::string("cannot use temporary folder ") + (named != nullptr ? named : "/tmp") + ": " +
            error.message() + "; set TMPDIR to a folder that exists");
    return;
  }
  std::string name = (parent / (std::string(prefix) + "XXXXXX")).string();
  if (mkdtemp(name.data()) != nullptr) {
    path_ = name;
  } else {
    status_ = FileError(errno, name, "create temporary folder");
  }
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path ProgramDir() {
  if (const char* dir = std::getenv("EDGERACK_BIN")) return dir;
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

absl::StatusOr<std::filesystem::path> ShareDir() {
  std::filesystem::path dir = ProgramDir() / ".." / "share" / "edgerack";
  if (const char* named = std::getenv("EDGERACK_SHARE")) dir = named;
  std::error_code error;
  std::filesystem::path real = std::filesystem::canonical(dir, error);
  if (error) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kInfrastructure, "SHARE_NOT_FOUND",
                     "the folder with boards and firmware images is not at " + dir.string() +
                         "; set EDGERACK_SHARE or keep bin/ and share/ side by side");
  }
  return real;
}

}  // namespace edgerack
