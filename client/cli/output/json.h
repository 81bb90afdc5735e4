// Protobuf messages as the JSON that programs read: proto names, 64-bit integers as numbers, enums
// by name, bytes never. A field that is not set and has presence is absent; `false` and `0` that
// are known are printed. protobuf's own JSON cannot do that: it prints 64-bit integers as strings.
#ifndef CLIENT_CLI_OUTPUT_JSON_H_
#define CLIENT_CLI_OUTPUT_JSON_H_

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>

namespace edgerack::cli {

// Keys stand in the order of the message's fields.
nlohmann::ordered_json ToJson(const google::protobuf::Message& message);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_JSON_H_
