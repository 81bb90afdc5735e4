// Reading and writing optional fields of a nlohmann::json object: absent = unknown.
#ifndef SERVER_STORE_JSON_FIELDS_H_
#define SERVER_STORE_JSON_FIELDS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace edgerack::store {

using Json = nlohmann::json;

template <typename T>
void Put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}
inline void Put(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}
template <typename T>
void Put(Json& object, const char* key, const std::vector<T>& value) {
  if (!value.empty()) object[key] = value;
}

// These throw nlohmann's exceptions on a wrong type; Decoded() turns them into a status.
template <typename T>
void Get(const Json& object, const char* key, T& value) {
  if (auto found = object.find(key); found != object.end()) value = found->get<T>();
}
template <typename T>
void Get(const Json& object, const char* key, std::optional<T>& value) {
  if (auto found = object.find(key); found != object.end()) value = found->get<T>();
}
template <typename Tag>
void Get(const Json& object, const char* key, StrongId<Tag>& id) {
  if (auto found = object.find(key); found != object.end()) {
    id = StrongId<Tag>(found->get<std::string>());
  }
}

// Text that is not UTF-8 (a layer's name, a tool's message) is stored with replacement marks.
inline std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Parses `text` and lets `read` fill a Record from it; any exception becomes RECORD_DAMAGED.
template <typename Record, typename Read>
absl::StatusOr<Record> Decoded(const std::string& text, const char* what, Read read) {
  try {
    Record record;
    read(Json::parse(text), record);
    return record;
  } catch (const nlohmann::json::exception& error) {
    return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kInfrastructure, "RECORD_DAMAGED",
                     std::string("a stored ") + what + " cannot be read: " + error.what() +
                         "; restore the database from a backup");
  }
}

}  // namespace edgerack::store

#endif  // SERVER_STORE_JSON_FIELDS_H_
