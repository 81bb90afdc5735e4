#include "server/api/rest/openapi/schemas.h"

#include <map>

#include "absl/strings/match.h"
#include "proto/json/message_json.h"
#include "server/api/rest/openapi/comments.h"

namespace edgerack::rest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// "Job.State" of "edgerack.v1.Job.State".
template <typename Type>
std::string NameOf(const Type& type) {
  return type.full_name().substr(type.file()->package().size() + 1);
}

Json RefTo(const std::string& name) { return {{"$ref", "#/components/schemas/" + name}}; }

Json OfEnum(const EnumDescriptor& type) {
  Json values = Json::array();
  std::string meanings = CommentOf(type);
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    if (absl::EndsWith(value.name(), "_UNSPECIFIED")) continue;  // never printed
    values.push_back(value.name());
    const std::string comment = CommentOf(value);
    if (!comment.empty()) meanings += (meanings.empty() ? "" : " ") + value.name() + ": " + comment;
  }
  Json schema = {{"type", "string"}, {"enum", values}};
  if (!meanings.empty()) schema["description"] = meanings;
  return schema;
}

}  // namespace

Json Schemas::Ref(const Descriptor& message) {
  if (named_.insert(message.full_name()).second) messages_.push_back(&message);
  return RefTo(NameOf(message));
}

Json Schemas::Ref(const EnumDescriptor& type) {
  if (named_.insert(type.full_name()).second) enums_.push_back(&type);
  return RefTo(NameOf(type));
}

Json Schemas::OfValue(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return {{"type", "integer"}, {"format", "int32"}};
    case FieldDescriptor::CPPTYPE_INT64:
      return {{"type", "integer"}, {"format", "int64"}};
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return {{"type", "integer"}, {"minimum", 0}};
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return {{"type", "number"}, {"format", "double"}};
    case FieldDescriptor::CPPTYPE_FLOAT:
      return {{"type", "number"}, {"format", "float"}};
    case FieldDescriptor::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_ENUM:
      return Ref(*field.enum_type());
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_STRING) return {{"type", "string"}};
      return {{"type", "string"}, {"format", "byte"}};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type()->full_name() == "google.protobuf.Timestamp") {
        return {{"type", "string"}, {"format", "date-time"}};
      }
      return Ref(*field.message_type());
  }
  return Json::object();
}

Json Schemas::OfField(const FieldDescriptor& field) {
  Json schema;
  if (field.is_map()) {
    schema = {{"type", "object"},
              {"additionalProperties", OfValue(*field.message_type()->map_value())}};
  } else if (field.is_repeated()) {
    schema = {{"type", "array"}, {"items", OfValue(field)}};
  } else {
    schema = OfValue(field);
  }
  const std::string comment = CommentOf(field);
  if (comment.empty()) return schema;
  // Nothing may stand beside a $ref.
  if (schema.contains("$ref")) schema = {{"allOf", Json::array({schema})}};
  schema["description"] = comment;
  return schema;
}

Json Schemas::OfFields(const Descriptor& message,
                       const std::function<bool(const FieldDescriptor&)>& wanted) {
  Json properties = Json::object();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (wanted(field)) properties[JsonKey(field)] = OfField(field);
  }
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

Json Schemas::Components() {
  std::map<std::string, Json> sorted;
  // The list grows while messages name others.
  for (size_t i = 0; i < messages_.size(); ++i) {
    const Descriptor& message = *messages_[i];
    Json schema = OfFields(message, [](const FieldDescriptor&) { return true; });
    const std::string comment = CommentOf(message);
    if (!comment.empty()) schema["description"] = comment;
    sorted[NameOf(message)] = std::move(schema);
  }
  for (const EnumDescriptor* type : enums_) sorted[NameOf(*type)] = OfEnum(*type);
  return sorted;
}

}  // namespace edgerack::rest
