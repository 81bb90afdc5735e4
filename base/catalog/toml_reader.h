// Reads typed values out of a TOML table and remembers the first thing that was wrong, so that a
// parser of a board or chip file is a plain list of its keys.
#ifndef BASE_CATALOG_TOML_READER_H_
#define BASE_CATALOG_TOML_READER_H_

#include <toml++/toml.h>

#include <cstdint>
#include <string>

#include "base/error.h"

namespace edgerack {

// INVALID_ARGUMENT with `code`, naming the file, the line and what toml++ expected.
absl::StatusOr<toml::table> ParseToml(const std::string& text, const std::string& file,
                                      const std::string& code);

class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string file, std::string code)
      : table_(table), file_(std::move(file)), code_(std::move(code)) {}

  // `path` is dotted, e.g. "clock.core_hz". A missing or mistyped value is noted as the error.
  std::string Text(const std::string& path);
  uint64_t Number(const std::string& path);
  // The same, with a value for a missing key; a mistyped one is still an error.
  std::string TextOr(const std::string& path, const std::string& fallback);
  uint64_t NumberOr(const std::string& path, uint64_t fallback);
  bool BoolOr(const std::string& path, bool fallback);
  void Fail(const std::string& path, const std::string& expected);

  const absl::Status& status() const { return status_; }

 private:
  toml::node_view<const toml::node> At(const std::string& path) const {
    return table_.at_path(path);
  }

  const toml::table& table_;
  std::string file_;
  std::string code_;
  absl::Status status_;
};

}  // namespace edgerack

#endif  // BASE_CATALOG_TOML_READER_H_
