#include "base/catalog/toml_reader.h"

namespace edgerack {

absl::StatusOr<toml::table> ParseToml(const std::string& text, const std::string& file,
                                      const std::string& code) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code,
                     file + ":" + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()));
  }
}

std::string TomlReader::Text(const std::string& path) {
  if (auto value = At(path).value_exact<std::string>()) return *value;
  Fail(path, "a string");
  return "";
}

uint64_t TomlReader::Number(const std::string& path) {
  if (auto value = At(path).value_exact<int64_t>(); value && *value >= 0) {
    return static_cast<uint64_t>(*value);
  }
  Fail(path, "a number of 0 or more");
  return 0;
}

std::string TomlReader::TextOr(const std::string& path, const std::string& fallback) {
  return At(path) ? Text(path) : fallback;
}

uint64_t TomlReader::NumberOr(const std::string& path, uint64_t fallback) {
  return At(path) ? Number(path) : fallback;
}

bool TomlReader::BoolOr(const std::string& path, bool fallback) {
  if (!At(path)) return fallback;
  if (auto value = At(path).value_exact<bool>()) return *value;
  Fail(path, "true or false");
  return fallback;
}

void TomlReader::Fail(const std::string& path, const std::string& expected) {
  if (!status_.ok()) return;
  status_ = MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code_,
                      file_ + ": `" + path + "` must be " + expected);
}

}  // namespace edgerack
