#include "server/api/rest/routes/request_message.h"

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/api/rest/routes/api_descriptors.h"
#include "server/api/rest/routes/field_text.h"

namespace edgerack::rest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Bad(const char* code, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, why);
}

std::string FieldNames(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names.empty() ? "it has none" : "it has " + absl::StrJoin(names, ", ");
}

// Refuses what protobuf's JSON takes and RFC 8259 does not, and fields that the path has.
absl::Status CheckBody(const Route& route, std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Bad("BAD_JSON", "the body is no JSON object");
  if (route.body != "*") return absl::OkStatus();
  for (const auto& variable : route.path.variables()) {
    if (json.contains(variable.field)) {
      return Bad("BAD_JSON", "the body has \"" + variable.field + "\", which the path says");
    }
  }
  return absl::OkStatus();
}

absl::Status ApplyBody(const Route& route, std::string_view body, Message& request) {
  if (body.empty()) return absl::OkStatus();
  if (route.body.empty()) {
    return Bad("UNEXPECTED_BODY", "this method takes no body; send its fields in the URL's query");
  }
  ER_RETURN_IF_ERROR(CheckBody(route, body));
  if (route.body == "*") return ParseJson(body, request);
  const FieldDescriptor& field = *request.GetDescriptor()->FindFieldByName(route.body);
  return ParseJson(body, *request.GetReflection()->MutableMessage(&request, &field));
}

// True for a field that path or body have.
bool IsElsewhere(const Route& route, std::string_view dotted) {
  const std::string_view first = dotted.substr(0, dotted.find('.'));
  if (route.body == "*" || first == route.body) return true;
  return std::any_of(route.path.variables().begin(), route.path.variables().end(),
                     [&](const auto& variable) { return variable.field == dotted; });
}

absl::Status ApplyQuery(const Route& route, const Url& url, Message& request) {
  std::set<std::string> seen;
  for (const auto& [key, value] : url.query) {
    if (IsElsewhere(route, key)) {
      return Bad("UNKNOWN_PARAMETER",
                 "\"" + key + "\" is no parameter of the query: " +
                     (route.body == "*" ? "the body has every field" : "path or body have it"));
    }
    ER_RETURN_IF_ERROR(SetField(request, key, value));
    const bool again = !seen.insert(key).second;
    if (again && !FindField(*request.GetDescriptor(), key)->is_repeated()) {
      return Bad("BAD_PARAMETER", key + ": given twice");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<Message> NewMessage(const Descriptor& type) {
  static auto& factory = *new google::protobuf::DynamicMessageFactory(&ApiPool());
  return std::unique_ptr<Message>(factory.GetPrototype(&type)->New());
}

absl::Status ParseJson(std::string_view json, Message& message) {
  if (!nlohmann::json::accept(json)) return Bad("BAD_JSON", "the text is not JSON");
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &message);
  if (parsed.ok()) return absl::OkStatus();
  return Bad("BAD_JSON", absl::StrCat("the JSON is no ", message.GetDescriptor()->name(), " (",
                                      FieldNames(*message.GetDescriptor()),
                                      "): ", std::string(parsed.message())));
}

absl::Status SetField(Message& message, std::string_view dotted, const std::string& text) {
  const Descriptor& type = *message.GetDescriptor();
  const FieldDescriptor* field = FindField(type, dotted);
  if (field == nullptr) {
    return Bad("UNKNOWN_PARAMETER", absl::StrCat("there is no \"", std::string(dotted), "\" in ",
                                                 type.name(), "; ", FieldNames(type)));
  }
  Message* parent = &message;
  for (size_t dot = dotted.find('.'); dot != dotted.npos; dot = dotted.find('.')) {
    const auto* step = parent->GetDescriptor()->FindFieldByName(std::string(dotted.substr(0, dot)));
    parent = parent->GetReflection()->MutableMessage(parent, step);
    dotted.remove_prefix(dot + 1);
  }
  const absl::Status status = SetFromText(*parent, *field, text);
  return status.ok() ? status : Annotate(status, field->name());
}

absl::StatusOr<std::unique_ptr<Message>> RequestMessage(const Route& route,
                                                        const Captures& captures, const Url& url,
                                                        std::string_view body) {
  auto request = NewMessage(*route.method->input_type());
  ER_RETURN_IF_ERROR(ApplyBody(route, body, *request));
  ER_RETURN_IF_ERROR(ApplyQuery(route, url, *request));
  for (const auto& [field, value] : captures) {
    ER_RETURN_IF_ERROR(SetField(*request, field, value));
  }
  return request;
}

}  // namespace edgerack::rest
