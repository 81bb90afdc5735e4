#include "server/api/rest/openapi/operations.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/api/rest/openapi/comments.h"

namespace edgerack::rest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const std::vector<int> kReadErrors = {400, 404, 429, 500, 503, 504};
const std::vector<int> kChangeErrors = {400, 403, 404, 409, 413, 415, 429, 500, 503, 504, 507};

Json StringSchema(const char* format) { return {{"type", "string"}, {"format", format}}; }

Json Content(const char* type, Json schema) { return {{type, {{"schema", std::move(schema)}}}}; }

Json Header(const char* description) {
  return {{"description", description}, {"schema", {{"type", "string"}}}};
}

bool IsVariable(const Route& route, const std::string& dotted) {
  return std::any_of(route.path.variables().begin(), route.path.variables().end(),
                     [&](const auto& variable) { return variable.field == dotted; });
}

void AddPathParameters(const Route& route, Json& parameters) {
  for (const auto& segment : route.path.segments()) {
    if (!segment.literal.empty()) continue;
    parameters.push_back({{"name", segment.word},
                          {"in", "path"},
                          {"required", true},
                          {"description", "The id of the " + segment.word + "."},
                          {"schema", {{"type", "string"}, {"pattern", "^[^/:?#]+$"}}}});
  }
}

// Fields that neither path nor body have; of messages their fields, dotted.
void AddQueryParameters(const Route& route, const Descriptor& message, const std::string& prefix,
                        Schemas& schemas, Json& parameters) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string name = prefix + field.name();
    const bool is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
    if (field.is_map() || name == route.body || IsVariable(route, name) || is_bytes) continue;
    const auto* inner = field.message_type();
    if (inner != nullptr && inner->full_name() != "google.protobuf.Timestamp") {
      if (!field.is_repeated()) AddQueryParameters(route, *inner, name + ".", schemas, parameters);
      continue;
    }
    Json schema = schemas.OfField(field);
    Json parameter = {{"name", name}, {"in", "query"}};
    if (schema.contains("description")) parameter["description"] = schema["description"];
    schema.erase("description");
    parameter["schema"] = std::move(schema);
    parameters.push_back(std::move(parameter));
  }
}

Json Parameters(const Route& route, Schemas& schemas) {
  Json parameters = Json::array();
  AddPathParameters(route, parameters);
  const bool upload = route.shape == CallShape::kUpload;
  if (route.body != "*" || upload) {
    AddQueryParameters(route, *route.method->input_type(), "", schemas, parameters);
  }
  if (!upload) return parameters;
  for (Json& parameter : parameters) {
    if (parameter["in"] != "query") continue;
    parameter["description"] = absl::StrCat("Only with application/octet-stream. ",
                                            parameter.value("description", std::string()));
  }
  return parameters;
}

Json JsonBody(const Route& route, Schemas& schemas) {
  const Descriptor& request = *route.method->input_type();
  if (route.body != "*") {
    const auto* field = request.FindFieldByName(route.body);
    return {{"required", true},
            {"content", Content("application/json", schemas.Ref(*field->message_type()))}};
  }
  Json schema = schemas.OfFields(
      request, [&](const FieldDescriptor& field) { return !IsVariable(route, field.name()); });
  const bool required = !schema["properties"].empty();
  return {{"required", required}, {"content", Content("application/json", std::move(schema))}};
}

Json UploadBody(const Route& route, Schemas& schemas) {
  const Descriptor& request = *route.method->input_type();
  const FieldDescriptor& file = FileField(request);
  const auto fields = [&](const FieldDescriptor& field) { return &field != &file; };
  Json form = schemas.OfFields(request, fields);
  form["properties"]["file"] = StringSchema("binary");
  form["properties"]["file"]["description"] = "The file; the form's last part.";
  form["required"] = Json::array({"file"});
  Json session = schemas.OfFields(request, fields);
  if (request.FindFieldByName("size_bytes") != nullptr) {
    session["properties"]["size_bytes"]["minimum"] = 1;
    session["required"] = Json::array({"size_bytes"});
  }
  Json content = Content("multipart/form-data", std::move(form));
  content.update(Content("application/octet-stream", StringSchema("binary")));
  content.update(Content("application/json", std::move(session)));
  return {
      {"required", true},
      {"description",
       "The file as a form or as the body; or JSON, which begins an upload in several requests: "
       "the answer is 201 with the session's address, and PATCH brings the bytes."},
      {"content", std::move(content)}};
}

Json EventSchema() {
  Json data = {
      {"type", "string"},
      {"description",
       "JSON: the message (x-event-data), {} at the end, or the error as in error answers."}};
  Json id = {{"type", "string"}, {"description", "1, 2, …"}};
  Json name = {{"type", "string"}, {"enum", Json::array({"message", "end", "error"})}};
  return {{"type", "object"},
          {"properties", {{"id", id}, {"event", name}, {"data", data}}},
          {"required", Json::array({"data"})}};
}

Json Responses(const Route& route, Schemas& schemas) {
  const Descriptor& output = *route.method->output_type();
  Json ok = {{"description", "OK"}};
  Json responses;
  switch (route.shape) {
    case CallShape::kUnary:
    case CallShape::kUpload:
      ok["content"] = Content("application/json", schemas.Ref(output));
      break;
    case CallShape::kEvents:
      ok["description"] =
          "Server-sent events; the schema is one event's. The event \"end\" closes the stream, "
          "\"error\" breaks it off. A comment is sent when there is nothing to say for 15 s.";
      ok["content"] = Content("text/event-stream", EventSchema());
      ok["content"]["text/event-stream"]["x-event-data"] = schemas.Ref(output);
      break;
    case CallShape::kDownload:
      ok["description"] = "The bytes.";
      ok["headers"]["ETag"] = Header("Validator of the file.");
      ok["content"] = Content("application/octet-stream", StringSchema("binary"));
      break;
  }
  const bool validated = route.http_method == "GET" && route.shape != CallShape::kEvents;
  if (validated) ok["headers"]["ETag"] = Header("Strong validator, for If-None-Match.");
  responses["200"] = std::move(ok);
  if (route.shape == CallShape::kUpload) {
    responses["201"] = {
        {"description", "A session, begun with JSON."},
        {"headers", {{"Location", Header("Where PATCH brings the bytes.")}}},
        {"content", Content("application/json", {{"$ref", "#/components/schemas/UploadSession"}})}};
    for (const char* next : {"ContinueUpload", "GetUpload", "GetUploadOffset", "DeleteUpload"}) {
      responses["201"]["links"][next] = {{"operationId", next},
                                         {"parameters", {{"upload", "$response.body#/id"}}}};
    }
  }
  if (validated) {
    responses["304"] = {{"description", "The client has it already (If-None-Match)."}};
  }
  return WithErrors(std::move(responses), route.http_method == "GET" ? kReadErrors : kChangeErrors);
}

}  // namespace

Json Operation(const Route& route, Schemas& schemas) {
  const std::string comment = CommentOf(*route.method);
  Json operation = {{"operationId", route.method->name()},
                    {"tags", Json::array({route.method->service()->name()})},
                    {"summary", FirstSentence(comment)}};
  if (!comment.empty()) operation["description"] = comment;
  Json parameters = Parameters(route, schemas);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.shape == CallShape::kUpload) {
    operation["requestBody"] = UploadBody(route, schemas);
  } else if (!route.body.empty()) {
    operation["requestBody"] = JsonBody(route, schemas);
  }
  operation["responses"] = Responses(route, schemas);
  return operation;
}

}  // namespace edgerack::rest
