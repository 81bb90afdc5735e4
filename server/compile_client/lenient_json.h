// Members of the JSON that `edgerack-compile` writes. A key that is missing or of another type is
// unknown, never an error.
#ifndef SERVER_COMPILE_CLIENT_LENIENT_JSON_H_
#define SERVER_COMPILE_CLIENT_LENIENT_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::compile_client {

using Json = nlohmann::json;

// An object's member, or null when the value is no object or lacks it.
const Json& Member(const Json& object, const char* key);
std::string Text(const Json& object, const char* key);
std::optional<int64_t> Integer(const Json& object, const char* key);
std::optional<double> Real(const Json& object, const char* key);
std::optional<bool> Bool(const Json& object, const char* key);
std::vector<int64_t> Integers(const Json& object, const char* key);

template <typename Each>
void ForEach(const Json& object, const char* key, Each each) {
  const Json& list = Member(object, key);
  if (!list.is_array()) return;
  for (const Json& item : list) each(item);
}

// INTERNAL of class BUG: what the compiler wrote cannot be read at all.
absl::Status Unreadable(const char* code, const std::string& what);

}  // namespace edgerack::compile_client

#endif  // SERVER_COMPILE_CLIENT_LENIENT_JSON_H_
