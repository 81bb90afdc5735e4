#include "client/cli/output/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <string>

namespace edgerack::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Json = nlohmann::ordered_json;

// A json_name that the proto file sets by hand wins over the proto name ("class" is no C++ name).
std::string KeyOf(const FieldDescriptor& field) {
  return field.json_name() == field.camelcase_name() ? field.name() : field.json_name();
}

Json MessageValue(const Message& message) {
  if (message.GetDescriptor()->full_name() == "google.protobuf.Timestamp") {
    google::protobuf::Timestamp time;
    time.CopyFrom(message);
    return google::protobuf::util::TimeUtil::ToString(time);
  }
  return ToJson(message);
}

Json Single(const Message& m, const Reflection& r, const FieldDescriptor& f) {
  switch (f.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return r.GetInt32(m, &f);
    case FieldDescriptor::CPPTYPE_INT64:
      return r.GetInt64(m, &f);
    case FieldDescriptor::CPPTYPE_UINT32:
      return r.GetUInt32(m, &f);
    case FieldDescriptor::CPPTYPE_UINT64:
      return r.GetUInt64(m, &f);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return r.GetDouble(m, &f);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return r.GetFloat(m, &f);
    case FieldDescriptor::CPPTYPE_BOOL:
      return r.GetBool(m, &f);
    case FieldDescriptor::CPPTYPE_ENUM:
      return r.GetEnum(m, &f)->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return f.type() == FieldDescriptor::TYPE_BYTES ? Json(nullptr) : Json(r.GetString(m, &f));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(r.GetMessage(m, &f));
  }
  return nullptr;
}

Json Element(const Message& m, const Reflection& r, const FieldDescriptor& f, int i) {
  switch (f.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return r.GetRepeatedInt32(m, &f, i);
    case FieldDescriptor::CPPTYPE_INT64:
      return r.GetRepeatedInt64(m, &f, i);
    case FieldDescriptor::CPPTYPE_UINT32:
      return r.GetRepeatedUInt32(m, &f, i);
    case FieldDescriptor::CPPTYPE_UINT64:
      return r.GetRepeatedUInt64(m, &f, i);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return r.GetRepeatedDouble(m, &f, i);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return r.GetRepeatedFloat(m, &f, i);
    case FieldDescriptor::CPPTYPE_BOOL:
      return r.GetRepeatedBool(m, &f, i);
    case FieldDescriptor::CPPTYPE_ENUM:
      return r.GetRepeatedEnum(m, &f, i)->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return r.GetRepeatedString(m, &f, i);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(r.GetRepeatedMessage(m, &f, i));
  }
  return nullptr;
}

// True for a field that says nothing: no presence, and text or enum at its empty value.
bool SaysNothing(const Message& m, const Reflection& r, const FieldDescriptor& f) {
  if (f.has_presence()) return !r.HasField(m, &f);
  if (f.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return r.GetString(m, &f).empty();
  if (f.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return r.GetEnumValue(m, &f) == 0;
  return false;
}

Json MapValue(const Message& m, const Reflection& r, const FieldDescriptor& f) {
  Json object = Json::object();
  for (int i = 0; i < r.FieldSize(m, &f); ++i) {
    Json entry = ToJson(r.GetRepeatedMessage(m, &f, i));
    object[entry.value("key", "")] = entry.contains("value") ? entry["value"] : Json("");
  }
  return object;
}

}  // namespace

Json ToJson(const Message& message) {
  const Descriptor& descriptor = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  Json object = Json::object();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.type() == FieldDescriptor::TYPE_BYTES) continue;
    if (field.is_map()) {
      object[KeyOf(field)] = MapValue(message, reflection, field);
    } else if (field.is_repeated()) {
      Json array = Json::array();
      for (int k = 0; k < reflection.FieldSize(message, &field); ++k) {
        array.push_back(Element(message, reflection, field, k));
      }
      object[KeyOf(field)] = std::move(array);
    } else if (!SaysNothing(message, reflection, field)) {
      object[KeyOf(field)] = Single(message, reflection, field);
    }
  }
  return object;
}

}  // namespace edgerack::cli
