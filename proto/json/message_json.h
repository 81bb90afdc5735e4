// Protobuf messages as the JSON that programs read: proto names, 64-bit integers as numbers, enums
// by name. A field that is not set and has presence is absent; `false` and `0` that are known are
// printed; an empty text is left out. protobuf's own JSON cannot do that: it prints 64-bit integers
// as strings.
#ifndef PROTO_JSON_MESSAGE_JSON_H_
#define PROTO_JSON_MESSAGE_JSON_H_

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack {

enum class BytesAs {
  kNothing,  // the field is left out
  kBase64,   // as in protobuf's JSON: standard alphabet, padded
};

// Keys stand in the order of the message's fields. The message may be of any descriptor pool.
nlohmann::ordered_json ToJson(const google::protobuf::Message& message,
                              BytesAs bytes = BytesAs::kNothing);

// The field's key: its proto name, or a json_name that the proto file sets by hand ("class" is no
// C++ name).
std::string JsonKey(const google::protobuf::FieldDescriptor& field);

}  // namespace edgerack

#endif  // PROTO_JSON_MESSAGE_JSON_H_
