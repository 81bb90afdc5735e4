#include "proto/json/message_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include "absl/strings/escaping.h"

namespace edgerack {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Json = nlohmann::ordered_json;

// By field number: the message may be a dynamic one, which is no google::protobuf::Timestamp.
std::string TimeText(const Message& message) {
  const Descriptor& descriptor = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  using google::protobuf::Timestamp;
  Timestamp time;
  time.set_seconds(
      reflection.GetInt64(message, descriptor.FindFieldByNumber(Timestamp::kSecondsFieldNumber)));
  time.set_nanos(
      reflection.GetInt32(message, descriptor.FindFieldByNumber(Timestamp::kNanosFieldNumber)));
  return google::protobuf::util::TimeUtil::ToString(time);
}

Json MessageValue(const Message& message, BytesAs bytes) {
  if (message.GetDescriptor()->full_name() == "google.protobuf.Timestamp") return TimeText(message);
  return ToJson(message, bytes);
}

Json Text(const FieldDescriptor& f, std::string value) {
  if (f.type() == FieldDescriptor::TYPE_STRING) return value;
  return absl::Base64Escape(value);
}

Json Single(const Message& m, const Reflection& r, const FieldDescriptor& f, BytesAs bytes) {
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
      return Text(f, r.GetString(m, &f));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(r.GetMessage(m, &f), bytes);
  }
  return nullptr;
}

Json Element(const Message& m, const Reflection& r, const FieldDescriptor& f, int i,
             BytesAs bytes) {
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
      return Text(f, r.GetRepeatedString(m, &f, i));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(r.GetRepeatedMessage(m, &f, i), bytes);
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

Json MapValue(const Message& m, const Reflection& r, const FieldDescriptor& f, BytesAs bytes) {
  Json object = Json::object();
  for (int i = 0; i < r.FieldSize(m, &f); ++i) {
    Json entry = ToJson(r.GetRepeatedMessage(m, &f, i), bytes);
    object[entry.value("key", "")] = entry.contains("value") ? entry["value"] : Json("");
  }
  return object;
}

}  // namespace

std::string JsonKey(const FieldDescriptor& field) {
  return field.json_name() == field.camelcase_name() ? field.name() : field.json_name();
}

Json ToJson(const Message& message, BytesAs bytes) {
  const Descriptor& descriptor = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  Json object = Json::object();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.type() == FieldDescriptor::TYPE_BYTES && bytes == BytesAs::kNothing) continue;
    if (field.is_map()) {
      object[JsonKey(field)] = MapValue(message, reflection, field, bytes);
    } else if (field.is_repeated()) {
      Json array = Json::array();
      for (int k = 0; k < reflection.FieldSize(message, &field); ++k) {
        array.push_back(Element(message, reflection, field, k, bytes));
      }
      object[JsonKey(field)] = std::move(array);
    } else if (!SaysNothing(message, reflection, field)) {
      object[JsonKey(field)] = Single(message, reflection, field, bytes);
    }
  }
  return object;
}

}  // namespace edgerack
