#include "server/api/rest/routes/field_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "base/utf8.h"

namespace edgerack::rest {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status Bad(const std::string& text, const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_PARAMETER",
                   "\"" + text.substr(0, 100) + "\" is no " + what);
}

template <typename Number>
absl::StatusOr<Number> Integer(const std::string& text) {
  Number number = 0;
  // SimpleAtoi takes spaces and a plus sign.
  const bool plain = !text.empty() && text.find_first_not_of("-0123456789") == text.npos;
  if (plain && absl::SimpleAtoi(text, &number)) return number;
  return Bad(text, "integer of " + std::to_string(8 * sizeof(Number)) + " bits");
}

absl::StatusOr<double> Double(const std::string& text) {
  double number = 0;
  if (absl::SimpleAtod(text, &number) && std::isfinite(number)) return number;
  return Bad(text, "finite number");
}

absl::StatusOr<bool> Bool(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  return Bad(text, "true or false");
}

absl::StatusOr<const EnumValueDescriptor*> Enum(const FieldDescriptor& field,
                                                const std::string& text) {
  const auto& type = *field.enum_type();
  if (const auto* value = type.FindValueByName(text)) return value;
  std::string names;
  for (int i = 0; i < type.value_count(); ++i) names += (i ? ", " : "") + type.value(i)->name();
  return Bad(text, type.name() + "; there are " + names);
}

absl::StatusOr<std::string> Text(const FieldDescriptor& field, const std::string& text) {
  if (field.type() == FieldDescriptor::TYPE_STRING) {
    if (Utf8(text) != text) return Bad("…", "text in UTF-8");
    return text;
  }
  std::string bytes;
  if (absl::Base64Unescape(text, &bytes)) return bytes;
  return Bad(text, "base64");
}

absl::Status SetMessage(Message& message, const Reflection& r, const FieldDescriptor& f,
                        const std::string& text) {
  const std::string json =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  Message* value = f.is_repeated() ? r.AddMessage(&message, &f) : r.MutableMessage(&message, &f);
  if (google::protobuf::util::JsonStringToMessage(json, value).ok()) return absl::OkStatus();
  return Bad(text, f.message_type()->name());
}

// Runs `Set` or `Add` of the reflection with a value that was read, or returns why it was not.
#define ER_SET_FIELD(Kind, value)                  \
  {                                                \
    auto read = (value);                           \
    if (!read.ok()) return read.status();          \
    if (f.is_repeated()) {                         \
      r.Add##Kind(&message, &f, *std::move(read)); \
    } else {                                       \
      r.Set##Kind(&message, &f, *std::move(read)); \
    }                                              \
    return absl::OkStatus();                       \
  }

}  // namespace

const FieldDescriptor* FindField(const google::protobuf::Descriptor& type,
                                 std::string_view dotted) {
  const size_t dot = std::min(dotted.find('.'), dotted.size());
  const FieldDescriptor* field = type.FindFieldByName(std::string(dotted.substr(0, dot)));
  if (field == nullptr || field->is_map()) return nullptr;
  if (dot == dotted.size()) return field;
  if (field->message_type() == nullptr || field->is_repeated()) return nullptr;
  return FindField(*field->message_type(), dotted.substr(dot + 1));
}

absl::Status SetFromText(Message& message, const FieldDescriptor& f, const std::string& text) {
  const Reflection& r = *message.GetReflection();
  switch (f.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      ER_SET_FIELD(Int32, Integer<int32_t>(text))
    case FieldDescriptor::CPPTYPE_INT64:
      ER_SET_FIELD(Int64, Integer<int64_t>(text))
    case FieldDescriptor::CPPTYPE_UINT32:
      ER_SET_FIELD(UInt32, Integer<uint32_t>(text))
    case FieldDescriptor::CPPTYPE_UINT64:
      ER_SET_FIELD(UInt64, Integer<uint64_t>(text))
    case FieldDescriptor::CPPTYPE_DOUBLE:
      ER_SET_FIELD(Double, Double(text))
    case FieldDescriptor::CPPTYPE_FLOAT:
      ER_SET_FIELD(Float, Double(text))
    case FieldDescriptor::CPPTYPE_BOOL:
      ER_SET_FIELD(Bool, Bool(text))
    case FieldDescriptor::CPPTYPE_ENUM:
      ER_SET_FIELD(Enum, Enum(f, text))
    case FieldDescriptor::CPPTYPE_STRING:
      ER_SET_FIELD(String, Text(f, text))
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SetMessage(message, r, f, text);
  }
  return Bad(text, "value of a known kind");
}

#undef ER_SET_FIELD

}  // namespace edgerack::rest
