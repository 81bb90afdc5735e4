// What REST has beside the RPCs: health, the document itself, sessions of uploads, errors.
#include "absl/strings/str_cat.h"
#include "server/api/rest/http/status.h"
#include "server/api/rest/openapi/operations.h"

namespace edgerack::rest {
namespace {

Json Text() { return {{"type", "string"}}; }
Json Bytes() { return {{"type", "integer"}, {"format", "int64"}, {"minimum", 0}}; }

Json Object(Json properties, Json required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json JsonContent(Json schema) { return {{"application/json", {{"schema", std::move(schema)}}}}; }

Json Ref(const char* name) { return {{"$ref", absl::StrCat("#/components/schemas/", name)}}; }

Json OffsetHeaders() {
  return {{"Upload-Offset", {{"description", "Bytes taken so far."}, {"schema", Bytes()}}},
          {"Upload-Length", {{"description", "Bytes of the whole file."}, {"schema", Bytes()}}},
          {"Upload-Complete", {{"description", "?1 once it is done."}, {"schema", Text()}}}};
}

Json UploadParameter() {
  return {{"name", "upload"},
          {"in", "path"},
          {"required", true},
          {"description", "The session's id, from the Location of its beginning."},
          {"schema", {{"type", "string"}, {"pattern", "^[^/:?#]+$"}}}};
}

Json UploadOperation(const char* id, const char* summary, Json responses,
                     const std::vector<int>& errors) {
  return {{"operationId", id},
          {"tags", Json::array({"Uploads"})},
          {"summary", summary},
          {"responses", WithErrors(std::move(responses), errors)}};
}

Json Patch() {
  Json operation = UploadOperation(
      "ContinueUpload", "The next bytes of the file",
      {{"200",
        {{"description",
          "The file is whole; the answer is the upload's, a Model, a Dataset or a Firmware."},
         {"headers", OffsetHeaders()},
         {"content", JsonContent({{"type", "object"}})}}},
       {"204", {{"description", "Taken; more is to come."}, {"headers", OffsetHeaders()}}}},
      {400, 403, 404, 409, 413, 429, 500, 503, 504, 507});
  operation["description"] =
      "Upload-Offset or Content-Range says where the bytes belong; they must go on where the "
      "session "
      "is. After a broken connection HEAD tells where that is.";
  operation["parameters"] = Json::array(
      {{{"name", "Upload-Offset"}, {"in", "header"}, {"schema", Bytes()}},
       {{"name", "Content-Range"},
        {"in", "header"},
        {"description", "bytes FIRST-LAST/TOTAL"},
        {"schema", {{"type", "string"}, {"pattern", "^bytes [0-9]+-[0-9]+/([0-9]+|\\*)$"}}}}});
  operation["requestBody"] = {
      {"required", true},
      {"content",
       {{"application/octet-stream", {{"schema", {{"type", "string"}, {"format", "binary"}}}}}}}};
  return operation;
}

Json UploadPaths() {
  const Json described = {{"200",
                           {{"description", "How far it is."},
                            {"headers", OffsetHeaders()},
                            {"content", JsonContent(Ref("UploadSession"))}}}};
  const Json offset = {{"200", {{"description", "How far it is."}, {"headers", OffsetHeaders()}}}};
  Json path = {{"parameters", Json::array({UploadParameter()})},
               {"get", UploadOperation("GetUpload", "How far an upload is, and what became of it",
                                       described, {400, 404, 500})},
               {"head", UploadOperation("GetUploadOffset",
                                        "Where to go on after a broken connection", offset, {})},
               {"patch", Patch()},
               {"delete",
                UploadOperation("DeleteUpload", "Gives an upload up",
                                {{"204", {{"description", "Gone."}}}}, {400, 403, 404, 409, 500})}};
  // A HEAD has no body, its errors neither.
  path["head"]["responses"]["400"] = {{"description", "The path cannot be read."}};
  path["head"]["responses"]["404"] = {{"description", "There is no such session."}};
  return path;
}

}  // namespace

Json WithErrors(Json responses, const std::vector<int>& statuses) {
  for (int status : statuses) {
    responses[std::to_string(status)] = {{"$ref", absl::StrCat("#/components/responses/", status)}};
  }
  return responses;
}

Json ErrorResponses() {
  Json responses = Json::object();
  for (int status : {400, 403, 404, 409, 413, 415, 429, 500, 503, 504, 507}) {
    responses[std::to_string(status)] = {{"description", ReasonPhrase(status)},
                                         {"content", JsonContent(Ref("ErrorAnswer"))}};
  }
  return responses;
}

Json ErrorSchema() {
  Json info = Object({{"@type", Text()},
                      {"reason", Text()},
                      {"domain", Text()},
                      {"metadata", {{"type", "object"}, {"additionalProperties", Text()}}}},
                     {"@type", "reason", "domain", "metadata"});
  info["description"] =
      "google.rpc.ErrorInfo: `reason` is the stable code, metadata.class who has to act (USER, "
      "JOB, "
      "INFRASTRUCTURE, BOARD, BUG).";
  Json code = {{"type", "integer"}, {"description", "The HTTP status."}};
  Json status = Text();
  status["description"] = "The canonical gRPC code.";
  Json error = Object({{"code", code},
                       {"status", status},
                       {"message", Text()},
                       {"details", {{"type", "array"}, {"items", info}}}},
                      {"code", "status", "message", "details"});
  return Object({{"error", error}}, {"error"});
}

Json UploadSessionSchema() {
  Json schema = Object({{"id", Text()},
                        {"offset", Bytes()},
                        {"size_bytes", Bytes()},
                        {"done", {{"type", "boolean"}}},
                        {"result", {{"type", "object"}}},
                        {"error", {{"type", "object"}}}},
                       {"id", "offset", "size_bytes", "done"});
  schema["description"] =
      "An upload in several requests. `result` (what the upload answers) or `error` once it is "
      "done. A "
      "session is dropped an hour after its last use, and by a restart of the server.";
  return schema;
}

Json FixedPaths() {
  Json health = {
      {"operationId", "GetHealth"},
      {"tags", Json::array({"Server"})},
      {"summary", "Whether the server serves"},
      {"responses",
       {{"200",
         {{"description", "It does."},
          {"content", JsonContent(Object({{"status", {{"type", "string"}, {"enum", {"ok"}}}}},
                                         {"status"}))}}}}}};
  Json document = {
      {"operationId", "GetOpenApi"},
      {"tags", Json::array({"Server"})},
      {"summary", "This document"},
      {"responses",
       {{"200", {{"description", "OK"}, {"content", JsonContent({{"type", "object"}})}}},
        {"304", {{"description", "The client has it already (If-None-Match)."}}}}}};
  return {{"/healthz", {{"get", health}}},
          {"/openapi.json", {{"get", document}}},
          {"/v1/uploads/{upload}", UploadPaths()}};
}

}  // namespace edgerack::rest
