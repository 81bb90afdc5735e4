#include <zip.h>

#include <memory>

#include "base/npy/npy.h"
#include "base/npy/zip_reader.h"

namespace edgerack {
namespace {

constexpr int64_t kMaxEntries = 1024;
constexpr char kUnreadable[] = "not an .npz file that can be read";
constexpr time_t kNoTime = 315'619'200;  // 2 January 1980: in every time zone a date a zip can name

absl::Status Bad(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ARRAY_FILE",
                   kUnreadable + (": " + message));
}

absl::Status CannotWrite(const char* what) {
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "CANNOT_WRITE_NPZ", what);
}

struct DiscardZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;

std::string Key(const std::string& entry) {
  const std::string suffix = ".npy";
  bool ends = entry.size() >= suffix.size() &&
              entry.compare(entry.size() - suffix.size(), suffix.size(), suffix) == 0;
  return ends ? entry.substr(0, entry.size() - suffix.size()) : entry;
}

}  // namespace

absl::StatusOr<NpyArchive> ParseNpz(const std::string& bytes, int64_t max_total_bytes) {
  ER_ASSIGN_OR_RETURN(ZipReader zip, ZipReader::Open(bytes, "BAD_ARRAY_FILE", kUnreadable));
  const int64_t count = zip.entries();
  if (count < 0 || count > kMaxEntries) {
    return Bad(std::to_string(count) + " entries; the limit is 1024");
  }
  NpyArchive archive;
  int64_t left = max_total_bytes;
  for (int64_t i = 0; i < count; ++i) {
    const std::string key = Key(zip.Name(i));
    ER_ASSIGN_OR_RETURN(std::string content, zip.Read(i, left));
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
