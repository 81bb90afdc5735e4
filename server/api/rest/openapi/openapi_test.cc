#include "server/api/rest/openapi/openapi.h"

#include <set>

#include "gmock/gmock.h"
#include "server/api/rest/routes/api_descriptors.h"
#include "server/api/rest/routes/route_table.h"

namespace edgerack::rest {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

const Json& Document() {
  static const Json document = OpenApiDocument();
  return document;
}

// Calls `visit` with each value of the document and its key.
void Walk(const Json& json, const std::function<void(const std::string&, const Json&)>& visit) {
  for (const auto& [key, value] : json.items()) {
    visit(key, value);
    if (value.is_structured()) Walk(value, visit);
  }
}

TEST(OpenApiTest, EveryRouteIsAnOperationWithItsComment) {
  const RouteTable table = *RouteTable::Build(ApiServices());
  for (const Route& route : table.routes()) {
    std::string method = route.http_method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const Json& operation = Document()["paths"][route.path.OpenApiPath()][method];
    EXPECT_EQ(operation["operationId"], route.method->name());
    EXPECT_FALSE(operation["responses"]["200"].is_null());
  }
  const Json& create = Document()["paths"]["/v1/jobs"]["post"];
  EXPECT_THAT(create["summary"].get<std::string>(), HasSubstr("Accepts a job"));
  EXPECT_EQ(create["parameters"][0]["name"], "request_id");
  EXPECT_EQ(create["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/JobSpec");
}

TEST(OpenApiTest, EveryReferenceLeadsSomewhere) {
  int references = 0;
  Walk(Document(), [&](const std::string& key, const Json& value) {
    if (key != "$ref") return;
    ++references;
    EXPECT_TRUE(Document().contains(Json::json_pointer(value.get<std::string>().substr(1))))
        << value;
  });
  EXPECT_GT(references, 100);
}

TEST(OpenApiTest, OperationsHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const auto& [path, methods] : Document()["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (method == "parameters") continue;
      EXPECT_TRUE(names.insert(operation["operationId"].get<std::string>()).second) << path;
    }
  }
  EXPECT_TRUE(names.count("GetHealth"));
  EXPECT_TRUE(names.count("ContinueUpload"));
}

TEST(OpenApiTest, SchemasAreWhatIsPrinted) {
  const Json& schemas = Document()["components"]["schemas"];
  const Json& result = schemas["Result"];
  EXPECT_EQ(result["properties"]["instructions"]["format"], "int64");
  EXPECT_EQ(result["properties"]["create_time"]["format"], "date-time");
  EXPECT_EQ(result["additionalProperties"], false);
  EXPECT_TRUE(schemas["Error"]["properties"].contains("class"));
  EXPECT_EQ(schemas["Job.State"]["enum"][0], "QUEUED");
  EXPECT_EQ(schemas["JobSpec"]["properties"]["options"]["additionalProperties"]["type"], "string");
  EXPECT_EQ(schemas["OutputTensor"]["properties"]["data"]["format"], "byte");
}

TEST(OpenApiTest, StreamsAndUploadsAreDescribed) {
  const Json& paths = Document()["paths"];
  EXPECT_TRUE(paths["/v1/jobs/{job}:watch"]["get"]["responses"]["200"]["content"].contains(
      "text/event-stream"));
  const Json& job = paths["/v1/jobs/{job}"]["get"]["responses"]["200"];
  EXPECT_EQ(job["links"]["WatchJob"]["parameters"]["job"], "$request.path.job");
  const Json& upload = paths["/v1/models"]["post"];
  EXPECT_TRUE(upload["requestBody"]["content"].contains("multipart/form-data"));
  EXPECT_TRUE(upload["responses"].contains("201"));
  EXPECT_FALSE(
      upload["requestBody"]["content"]["application/json"]["schema"]["properties"].contains(
          "data"));
}

}  // namespace
}  // namespace edgerack::rest
