// Reads JSON that may lack anything, for tables that leave out what is missing.
#ifndef BASE_TEXT_JSON_MEMBER_H_
#define BASE_TEXT_JSON_MEMBER_H_

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack {

// Null where `object` is none or has no such key.
inline const nlohmann::ordered_json& Member(const nlohmann::ordered_json& object, const char* key) {
  static const nlohmann::ordered_json kNull;
  if (!object.is_object()) return kNull;
  auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

// Names come from model files: nothing in them may move a terminal's cursor.
inline std::string PlainText(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

// Empty where the member is no text.
inline std::string TextMember(const nlohmann::ordered_json& object, const char* key) {
  const nlohmann::ordered_json& value = Member(object, key);
  return value.is_string() ? PlainText(value.get<std::string>()) : "";
}

}  // namespace edgerack

#endif  // BASE_TEXT_JSON_MEMBER_H_
