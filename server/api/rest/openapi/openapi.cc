#include "server/api/rest/openapi/openapi.h"

#include "absl/strings/ascii.h"
#include "server/api/rest/openapi/comments.h"
#include "server/api/rest/openapi/operations.h"
#include "server/api/rest/routes/api_descriptors.h"

namespace edgerack::rest {
namespace {

constexpr char kAbout[] =
    "Neural networks on real microcontrollers, measured. The same API as over gRPC: JSON has the "
    "protos' field names, 64-bit integers as numbers, and leaves out what is not known. Every GET "
    "has "
    "a HEAD. Errors have the shape of a gRPC status. Nothing here is encrypted yet.";

Json Tags(const std::vector<const google::protobuf::ServiceDescriptor*>& services) {
  Json tags = Json::array();
  for (const auto* service : services) {
    Json tag = {{"name", service->name()}};
    const std::string comment = CommentOf(*service);
    if (!comment.empty()) tag["description"] = comment;
    tags.push_back(std::move(tag));
  }
  tags.push_back({{"name", "Uploads"}, {"description", "Uploads in several requests."}});
  tags.push_back({{"name", "Server"}});
  return tags;
}

std::string Lower(std::string text) {
  for (char& c : text) c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return text;
}

// From a resource to what can be asked of it: "/v1/jobs/{job}" leads to "/v1/jobs/{job}:watch".
void AddLinks(const RouteTable& table, Json& paths) {
  for (const Route& from : table.routes()) {
    const std::string path = from.path.OpenApiPath();
    if (from.http_method != "GET" || path.back() != '}') continue;
    const std::string word = from.path.segments().back().word;
    Json& ok = paths[path]["get"]["responses"]["200"];
    for (const Route& to : table.routes()) {
      const std::string longer = to.path.OpenApiPath();
      if (longer.size() <= path.size() || longer.substr(0, path.size()) != path) continue;
      ok["links"][to.method->name()] = {{"operationId", to.method->name()},
                                        {"parameters", {{word, "$request.path." + word}}}};
    }
  }
}

}  // namespace

Json OpenApiDocument() {
  const auto services = ApiServices();
  Schemas schemas;
  Json paths = FixedPaths();
  // A route that cannot be built is found by RouteTable's own user, the server's start.
  const auto table = RouteTable::Build(services);
  if (table.ok()) {
    for (const Route& route : table->routes()) {
      paths[route.path.OpenApiPath()][Lower(route.http_method)] = Operation(route, schemas);
    }
    AddLinks(*table, paths);
  }
  Json components = {{"schemas", schemas.Components()}, {"responses", ErrorResponses()}};
  components["schemas"]["ErrorAnswer"] = ErrorSchema();
  components["schemas"]["UploadSession"] = UploadSessionSchema();
  return {{"openapi", "3.0.3"},
          {"info",
           {{"title", "Edgerack"},
            {"version", "v1"},
            {"description", kAbout},
            {"license", {{"name", "Apache-2.0"}}}}},
          {"tags", Tags(services)},
          {"paths", std::move(paths)},
          {"components", std::move(components)}};
}

std::string OpenApiText() { return OpenApiDocument().dump(1); }

}  // namespace edgerack::rest
