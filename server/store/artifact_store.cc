#include "server/store/artifact_store.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include "base/files.h"
#include "base/ids.h"
#include "base/sha256.h"

namespace edgerack::store {
namespace {

namespace fs = std::filesystem;

absl::Status DiskError(int error, const fs::path& path, const std::string& doing) {
  const std::string what = "cannot " + doing + " " + path.string() + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure, "DISK_FULL",
                     what + "; make room on the server's disk and try again");
  }
  return MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "DISK_ERROR", what);
}

fs::path Place(const fs::path& dir, const std::string& sha256) {
  return dir / sha256.substr(0, 2) / sha256;
}

void SyncFolder(const fs::path& folder) {
  int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

class FileWriter : public ArtifactWriter {
 public:
  FileWriter(fs::path dir, int64_t max_bytes)
      : dir_(std::move(dir)),
        temporary_(dir_ / "tmp" / SystemIds().NewId()),
        max_bytes_(max_bytes),
        digest_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(digest_, EVP_sha256(), nullptr);
  }

  ~FileWriter() override {
    EVP_MD_CTX_free(digest_);
    if (fd_ >= 0) {
      close(fd_);
      unlink(temporary_.c_str());
    }
  }

  absl::Status Open() {
    fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    return fd_ >= 0 ? absl::OkStatus() : DiskError(errno, temporary_, "create");
  }

  absl::Status Append(std::string_view bytes) override {
    if (size_bytes_ + static_cast<int64_t>(bytes.size()) > max_bytes_) {
      return MakeError(
          absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "UPLOAD_TOO_LARGE",
          "the file has more than " + std::to_string(max_bytes_ >> 20) +
              " MiB, the most this server takes; upload a smaller model or fewer samples");
    }
    EVP_DigestUpdate(digest_, bytes.data(), bytes.size());
    size_bytes_ += static_cast<int64_t>(bytes.size());
    while (!bytes.empty()) {
      ssize_t put = write(fd_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return DiskError(errno, temporary_, "write");
      bytes.remove_prefix(static_cast<size_t>(put));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<StoredArtifact> Finish() override {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_bytes = 0;
    EVP_DigestFinal_ex(digest_, digest, &digest_bytes);
    StoredArtifact stored{HexEncode({reinterpret_cast<char*>(digest), digest_bytes}), size_bytes_};
    if (fsync(fd_) != 0) return DiskError(errno, temporary_, "sync");
    const fs::path place = Place(dir_, stored.sha256);
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    if (error) return DiskError(error.value(), place.parent_path(), "create");
    if (rename(temporary_.c_str(), place.c_str()) != 0) return DiskError(errno, place, "write");
    close(fd_);
    fd_ = -1;
    SyncFolder(place.parent_path());
    SyncFolder(dir_);
    return stored;
  }

 private:
  const fs::path dir_;
  const fs::path temporary_;
  const int64_t max_bytes_;
  EVP_MD_CTX* digest_;
  int fd_ = -1;
  int64_t size_bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ArtifactStore>> ArtifactStore::Open(const fs::path& dir) {
  const fs::path root = dir / "artifacts";
  std::error_code error;
  fs::remove_all(root / "tmp", error);
  fs::create_directories(root / "tmp", error);
  if (error) return DiskError(error.value(), root / "tmp", "create");
  return std::unique_ptr<ArtifactStore>(new ArtifactStore(root));
}

absl::StatusOr<std::unique_ptr<ArtifactWriter>> ArtifactStore::NewWriter(int64_t max_bytes) {
  auto writer = std::make_unique<FileWriter>(dir_, max_bytes);
  ER_RETURN_IF_ERROR(writer->Open());
  return writer;
}

absl::StatusOr<StoredArtifact> ArtifactStore::Put(std::string_view bytes) {
  ER_ASSIGN_OR_RETURN(auto writer, NewWriter(std::numeric_limits<int64_t>::max()));
  ER_RETURN_IF_ERROR(writer->Append(bytes));
  return writer->Finish();
}

absl::StatusOr<StoredArtifact> ArtifactStore::PutFile(const fs::path& file) {
  ER_ASSIGN_OR_RETURN(auto writer, NewWriter(std::numeric_limits<int64_t>::max()));
  std::ifstream in(file, std::ios::binary);
  if (!in) return DiskError(errno, file, "open");
  std::string buffer(1 << 20, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in.bad()) return DiskError(EIO, file, "read");
    ER_RETURN_IF_ERROR(writer->Append({buffer.data(), static_cast<size_t>(in.gcount())}));
  }
  return writer->Finish();
}

absl::StatusOr<fs::path> ArtifactStore::PathOf(const std::string& sha256) const {
  std::error_code ignored;
  if (!IsSha256Hex(sha256) || !fs::is_regular_file(Place(dir_, sha256), ignored)) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "ARTIFACT_NOT_FOUND",
                     "the server has no artifact \"" + sha256.substr(0, 80) + "\"");
  }
  return Place(dir_, sha256);
}

absl::StatusOr<std::string> ArtifactStore::Read(const std::string& sha256) const {
  ER_ASSIGN_OR_RETURN(fs::path path, PathOf(sha256));
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, 4ull << 30));
  if (Sha256Hex(bytes) != sha256) {
    return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kInfrastructure, "ARTIFACT_DAMAGED",
                     path.string() +
                         " does not hold what its name says; check the disk, delete "
                         "the file and upload it again");
  }
  return bytes;
}

}  // namespace edgerack::store
