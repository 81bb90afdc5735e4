// Messages as JSON schemas.
#ifndef SERVER_API_REST_OPENAPI_SCHEMAS_H_
#define SERVER_API_REST_OPENAPI_SCHEMAS_H_

#include <google/protobuf/descriptor.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace edgerack::rest {

using Json = nlohmann::ordered_json;

// Collects what is referred to.
class Schemas {
 public:
  // {"$ref": …} to a message or an enum, which components() then has.
  Json Ref(const google::protobuf::Descriptor& message);
  Json Ref(const google::protobuf::EnumDescriptor& type);
  // With the field's comment. Repeated fields are arrays, maps objects.
  Json OfField(const google::protobuf::FieldDescriptor& field);
  // An object of the message's fields that `wanted` names.
  Json OfFields(const google::protobuf::Descriptor& message,
                const std::function<bool(const google::protobuf::FieldDescriptor&)>& wanted);

  // components.schemas, by name; messages that messages refer to included. Call last.
  Json Components();

 private:
  Json OfValue(const google::protobuf::FieldDescriptor& field);

  std::set<std::string> named_;
  std::vector<const google::protobuf::Descriptor*> messages_;
  std::vector<const google::protobuf::EnumDescriptor*> enums_;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_OPENAPI_SCHEMAS_H_
