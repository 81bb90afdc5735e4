#include <zip.h>

#include <memory>

#include "base/npy/npy.h"

namespace edgerack {
namespace {

constexpr int64_t kMaxEntries = 1024;
constexpr time_t kNoTime = 315'619'200;  // 2 January 1980: in every time zone a date a zip can name

absl::Status Bad(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ARRAY_FILE",
                   "not an .npz file that can be read: " + message);
}

absl::Status CannotWrite(const char* what) {
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "CANNOT_WRITE_NPZ", what);
}

struct DiscardZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;

struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

std::string Key(const std::string& entry) {
  const std::string suffix = ".npy";
  bool ends = entry.size() >= suffix.size() &&
              entry.compare(entry.size() - suffix.size(), suffix.size(), suffix) == 0;
  return ends ? entry.substr(0, entry.size() - suffix.size()) : entry;
}

absl::StatusOr<Zip> OpenZip(const std::string& bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr) {
    const std::string reason = zip_error_strerror(&error);
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    return Bad(reason + "; the file is damaged or was cut off, save it again");
  }
  zip_error_fini(&error);
  return Zip(zip);
}

absl::Status TooLarge(zip_uint64_t bytes, int64_t limit) {
  return Bad("its arrays unfold to " + std::to_string(bytes) + " bytes or more, the limit is " +
             std::to_string(limit) + "; use fewer samples");
}

// Reads what the directory promises and not a byte more: an entry may lie about its size.
absl::StatusOr<std::string> ReadEntry(zip_t* zip, zip_uint64_t index, int64_t limit) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(zip, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    return Bad("the size of an entry is not known");
  }
  if (stat.size > static_cast<zip_uint64_t>(limit)) return TooLarge(stat.size, limit);
  std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen_index(zip, index, 0));
  if (file == nullptr) return Bad(zip_strerror(zip));
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

}  // namespace

absl::StatusOr<NpyArchive> ParseNpz(const std::string& bytes, int64_t max_total_bytes) {
  ER_ASSIGN_OR_RETURN(Zip zip, OpenZip(bytes));
  const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
  if (count < 0 || count > kMaxEntries) {
    return Bad(std::to_string(count) + " entries; the limit is 1024");
  }
  NpyArchive archive;
  int64_t left = max_total_bytes;
  for (zip_int64_t i = 0; i < count; ++i) {
    const zip_uint64_t index = static_cast<zip_uint64_t>(i);
    const char* raw_name = zip_get_name(zip.get(), index, 0);
    const std::string key = Key(raw_name == nullptr ? "" : raw_name);
    ER_ASSIGN_OR_RETURN(std::string content, ReadEntry(zip.get(), index, left));
    left -= static_cast<int64_t>(content.size());
    auto array = ParseNpy(content);
    if (!array.ok()) return Annotate(array.status(), "array '" + key.substr(0, 100) + "'");
    archive.emplace_back(key, *std::move(array));
  }
  return archive;
}

absl::StatusOr<NpyArchive> ParseNpyOrNpz(const std::string& bytes) {
  if (bytes.compare(0, 2, "PK") == 0) return ParseNpz(bytes);
  ER_ASSIGN_OR_RETURN(NpyArray array, ParseNpy(bytes));
  return NpyArchive{{"", std::move(array)}};
}

absl::StatusOr<std::string> WriteNpz(const NpyArchive& archive) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (target == nullptr) return CannotWrite("cannot make a zip buffer");
  zip_source_keep(target);
  Zip zip(zip_open_from_source(target, ZIP_TRUNCATE, &error));
  // Sources are read when the archive is closed, so their bytes live until then.
  std::vector<std::string> contents;
  contents.reserve(archive.size());
  bool good = zip != nullptr;
  for (const auto& [key, array] : archive) {
    if (!good) break;
    contents.push_back(WriteNpy(array));
    zip_source_t* source =
        zip_source_buffer(zip.get(), contents.back().data(), contents.back().size(), 0);
    const zip_int64_t index = zip_file_add(zip.get(), (key + ".npy").c_str(), source,
                                           ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8);
    const auto entry = static_cast<zip_uint64_t>(index);
    good = index >= 0 && zip_set_file_compression(zip.get(), entry, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_mtime(zip.get(), entry, kNoTime, 0) == 0;
  }
  std::string out;
  if (good && zip_close(zip.get()) == 0) {
    (void)zip.release();  // closing freed it
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_stat(target, &stat) == 0 && zip_source_open(target) == 0) {
      out.resize(stat.size);
      good =
          zip_source_read(target, out.data(), out.size()) == static_cast<zip_int64_t>(out.size());
      zip_source_close(target);
    }
  }
  zip_source_free(target);
  if (!good || out.empty()) return CannotWrite("cannot write the .npz");
  return out;
}

}  // namespace edgerack
