#include "server/compile_client/lenient_json.h"

#include <cmath>

namespace edgerack::compile_client {

const Json& Member(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string Text(const Json& object, const char* key) {
  const Json& value = Member(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

std::optional<int64_t> Integer(const Json& object, const char* key) {
  const Json& value = Member(object, key);
  if (value.is_number_integer()) return value.get<int64_t>();
  // A whole number that was printed as 3.0 or 1e6.
  if (value.is_number_float() && std::abs(value.get<double>()) < 9e15) {
    return static_cast<int64_t>(value.get<double>());
  }
  return std::nullopt;
}

std::optional<double> Real(const Json& object, const char* key) {
  const Json& value = Member(object, key);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::optional<bool> Bool(const Json& object, const char* key) {
  const Json& value = Member(object, key);
  return value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt;
}

std::vector<int64_t> Integers(const Json& object, const char* key) {
  std::vector<int64_t> numbers;
  ForEach(object, key, [&](const Json& item) {
    if (item.is_number_integer()) numbers.push_back(item.get<int64_t>());
  });
  return numbers;
}

absl::Status Unreadable(const char* code, const std::string& what) {
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, code,
                   what + "; server and edgerack-compile are probably of different versions");
}

}  // namespace edgerack::compile_client
