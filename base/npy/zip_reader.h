// Entries of a zip archive in memory. Sizes are bounded before memory is asked for.
#ifndef BASE_NPY_ZIP_READER_H_
#define BASE_NPY_ZIP_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"

struct zip;

namespace edgerack {

class ZipReader {
 public:
  // The bytes must outlive the reader. Errors, here and below, are INVALID_ARGUMENT (USER) with
  // `error_code` and a message that begins with `what`, e.g. "not an .npz file that can be read".
  static absl::StatusOr<ZipReader> Open(const std::string& bytes, std::string error_code,
                                        std::string what);
  ZipReader(ZipReader&&) = default;
  ZipReader& operator=(ZipReader&&) = default;

  // At most 2^31 - 1.
  int64_t entries() const;
  std::string Name(int64_t entry) const;
  // Refused above `limit` bytes, and where the entry is not as large as the directory says.
  absl::StatusOr<std::string> Read(int64_t entry, int64_t limit) const;
  // NOT_FOUND when there is no entry of that name.
  absl::StatusOr<std::string> Read(const std::string& name, int64_t limit) const;

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };
  ZipReader(zip* archive, std::string error_code, std::string what)
      : archive_(archive), error_code_(std::move(error_code)), what_(std::move(what)) {}
  absl::Status Bad(const std::string& message) const;

  std::unique_ptr<zip, Discard> archive_;
  std::string error_code_;
  std::string what_;
};

}  // namespace edgerack

#endif  // BASE_NPY_ZIP_READER_H_
