#include "base/npy/zip_reader.h"

#include <zip.h>

#include <algorithm>

namespace edgerack {
namespace {

struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

absl::Status Refused(const std::string& code, const std::string& what, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code,
                   what + ": " + message);
}

}  // namespace

void ZipReader::Discard::operator()(zip* archive) const { zip_discard(archive); }

absl::Status ZipReader::Bad(const std::string& message) const {
  return Refused(error_code_, what_, message);
}

absl::StatusOr<ZipReader> ZipReader::Open(const std::string& bytes, std::string error_code,
                                          std::string what) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  const std::string reason = archive == nullptr ? zip_error_strerror(&error) : "";
  zip_error_fini(&error);
  if (archive != nullptr) return ZipReader(archive, std::move(error_code), std::move(what));
  if (source != nullptr) zip_source_free(source);
  return Refused(error_code, what, reason + "; the file is damaged or was cut off, save it again");
}

int64_t ZipReader::entries() const {
  return std::min<int64_t>(zip_get_num_entries(archive_.get(), 0), INT32_MAX);
}

std::string ZipReader::Name(int64_t entry) const {
  const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(entry), 0);
  return name == nullptr ? "" : name;
}

absl::StatusOr<std::string> ZipReader::Read(int64_t entry, int64_t limit) const {
  const zip_uint64_t index = static_cast<zip_uint64_t>(entry);
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive_.get(), index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    return Bad("the size of an entry is not known");
  }
  if (stat.size > static_cast<zip_uint64_t>(limit)) {
    return Bad("it unfolds to " + std::to_string(stat.size) + " bytes or more, the limit is " +
               std::to_string(limit));
  }
  std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen_index(archive_.get(), index, 0));
  if (file == nullptr) return Bad(zip_strerror(archive_.get()));
  std::string out;
  char buffer[1 << 16];
  while (true) {
    const zip_int64_t got = zip_fread(file.get(), buffer, sizeof buffer);
    if (got < 0) return Bad("an entry is damaged; save the file again");
    if (got == 0) return out;
    if (out.size() + static_cast<size_t>(got) > stat.size) {
      return Bad("an entry is larger than it says; the file is damaged, save it again");
    }
    out.append(buffer, static_cast<size_t>(got));
  }
}

absl::StatusOr<std::string> ZipReader::Read(const std::string& name, int64_t limit) const {
  const zip_int64_t index = zip_name_locate(archive_.get(), name.c_str(), 0);
  if (index >= 0) return Read(index, limit);
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, error_code_,
                   what_ + ": it has no entry '" + name + "'");
}

}  // namespace edgerack
