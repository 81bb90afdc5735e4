#include "gmock/gmock.h"
#include "proto/json/message_json.h"
#include "server/api/rest/routes/api_descriptors.h"
#include "server/api/rest/routes/request_message.h"

namespace edgerack::rest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const RouteTable& Api() {
  static const RouteTable table = *RouteTable::Build(ApiServices());
  return table;
}

// The request as JSON, or the error's code.
std::string Request(const std::string& http_method, const std::string& target,
                    const std::string& body = "") {
  auto url = ParseUrl(target);
  if (!url.ok()) return ErrorCodeOf(url.status());
  auto found = Api().Find(http_method, *url);
  if (!found.ok()) return ErrorCodeOf(found.status());
  auto request = RequestMessage(*found->route, found->captures, *url, body);
  if (!request.ok()) return ErrorCodeOf(request.status());
  return ToJson(**request).dump();
}

TEST(PathTemplateTest, MatchesAndCaptures) {
  const PathTemplate path = *PathTemplate::Parse("/v1/{name=jobs/*}:watch");
  EXPECT_EQ(path.OpenApiPath(), "/v1/jobs/{job}:watch");
  EXPECT_THAT(*path.Match(*ParseUrl("/v1/jobs/abc:watch")), ElementsAre(Pair("name", "jobs/abc")));
  EXPECT_THAT(*path.Match(*ParseUrl("/v1/jobs/a%20%C3%A4%3Ab:watch")),
              ElementsAre(Pair("name", "jobs/a ä:b")));
  EXPECT_THAT(*path.Match(*ParseUrl("/v1/jobs/a%2Fb:watch")),
              ElementsAre(Pair("name", "jobs/a%2Fb")));
  for (const char* other : {"/v1/jobs/abc", "/v1/jobs/abc:cancel", "/v1/jobs/:watch", "/v1/jobs",
                            "/v1/jobs/abc/x:watch", "/v2/jobs/abc:watch", "/"}) {
    EXPECT_FALSE(path.Match(*ParseUrl(other))) << other;
  }
}

TEST(PathTemplateTest, SeveralVariablesAndParts) {
  const PathTemplate path = *PathTemplate::Parse("/v1/{job.name=jobs/*/runs/*}/{stage}");
  EXPECT_EQ(path.OpenApiPath(), "/v1/jobs/{job}/runs/{run}/{stage}");
  EXPECT_THAT(*path.Match(*ParseUrl("/v1/jobs/1/runs/2/load")),
              ElementsAre(Pair("job.name", "jobs/1/runs/2"), Pair("stage", "load")));
}

TEST(PathTemplateTest, RefusesWhatIsNone) {
  for (const char* text : {"", "v1", "/", "/v1/", "/v1/{name=jobs/*", "/v1/{=x}", "/v1/{n=**}",
                           "/v1/x:", "/v1/x:y:z", "/v1/x:y/z", "/v1/{n=a//b}", "/v1/}"}) {
    EXPECT_FALSE(PathTemplate::Parse(text).ok()) << text;
  }
}

TEST(UrlTest, RefusesWhatCannotBeRead) {
  for (const char* target :
       {"", "x", "*", "http://host/x", "/%", "/%4", "/%zz", "/a%00b", "/%ff", "/x?a=%ff", "/x?%"}) {
    EXPECT_FALSE(ParseUrl(target).ok()) << target;
  }
  const Url url = *ParseUrl("/x?a=1+2&b&&=c&d=%26%3d#e");
  EXPECT_THAT(url.query,
              ElementsAre(Pair("a", "1 2"), Pair("b", ""), Pair("", "c"), Pair("d", "&=")));
}

TEST(RouteTableTest, EveryPublicMethodHasARoute) {
  for (const auto* service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      EXPECT_TRUE(std::any_of(Api().routes().begin(), Api().routes().end(),
                              [&](const Route& route) { return route.method == method; }))
          << method->full_name();
    }
  }
  EXPECT_GE(Api().routes().size(), 20u);
}

TEST(RouteTableTest, NoTwoRoutesAreOne) {
  std::set<std::string> seen;
  for (const Route& route : Api().routes()) {
    EXPECT_TRUE(seen.insert(route.http_method + route.path.OpenApiPath()).second)
        << route.path.OpenApiPath();
  }
}

TEST(RouteTableTest, FindsByMethodAndPath) {
  EXPECT_EQ(Api().Find("GET", *ParseUrl("/v1/jobs"))->route->GrpcMethod(),
            "/edgerack.v1.JobService/ListJobs");
  EXPECT_EQ(Api().Find("HEAD", *ParseUrl("/v1/jobs"))->route->method->name(), "ListJobs");
  EXPECT_EQ(Api().Find("POST", *ParseUrl("/v1/jobs"))->route->method->name(), "CreateJob");
  EXPECT_EQ(Api().Find("POST", *ParseUrl("/v1/models"))->route->shape, CallShape::kUpload);
  EXPECT_EQ(Api().Find("GET", *ParseUrl("/v1/jobs/x:watch"))->route->shape, CallShape::kEvents);
  EXPECT_EQ(Api().Find("GET", *ParseUrl("/v1/models/x:download"))->route->shape,
            CallShape::kDownload);
}

TEST(RouteTableTest, SaysWhatAPathHas) {
  const auto wrong = Api().Find("GET", *ParseUrl("/v1/jobs/x:cancel")).status();
  EXPECT_EQ(ErrorCodeOf(wrong), "METHOD_NOT_ALLOWED");
  EXPECT_THAT(ErrorMessageOf(wrong), HasSubstr("it has POST"));
  EXPECT_THAT(Api().MethodsOf(*ParseUrl("/v1/jobs")), ElementsAre("GET", "HEAD", "POST"));
  EXPECT_EQ(ErrorCodeOf(Api().Find("GET", *ParseUrl("/v1/nothing")).status()), "NO_SUCH_PATH");
  EXPECT_EQ(ErrorCodeOf(Api().Find("GET", *ParseUrl("/v1/jobs/x:fly")).status()), "NO_SUCH_PATH");
}

TEST(RequestMessageTest, PathQueryAndBody) {
  EXPECT_EQ(Request("GET", "/v1/jobs/j1"), R"({"name":"jobs/j1"})");
  EXPECT_EQ(Request("GET", "/v1/results/r1/outputs?origin=HOST"),
            R"({"name":"results/r1/outputs","origin":"HOST"})");
  EXPECT_EQ(Request("GET", "/v1/jobs?page_size=5"), R"({"page_size":5,"unfinished":false})");
  EXPECT_EQ(Request("POST", "/v1/jobs/j1:cancel"), R"({"name":"jobs/j1"})");
  EXPECT_EQ(Request("POST", "/v1/jobs/j1:cancel", "{}"), R"({"name":"jobs/j1"})");
  EXPECT_EQ(Request("POST", "/v1/jobs?request_id=a%26b",
                    R"({"model":"models/m","all_boards":true,"options":{"samples":"5"}})"),
            R"({"job":{"model":"models/m","all_boards":true,"options":{"samples":"5"}},)"
            R"("request_id":"a&b"})");
}

TEST(RequestMessageTest, RefusesWhatTheMethodHasNot) {
  EXPECT_EQ(Request("GET", "/v1/jobs?pagesize=5"), "UNKNOWN_PARAMETER");
  EXPECT_EQ(Request("GET", "/v1/jobs/j1?name=jobs%2Fj2"), "UNKNOWN_PARAMETER");
  EXPECT_EQ(Request("POST", "/v1/jobs?job.model=m", "{}"), "UNKNOWN_PARAMETER");
  EXPECT_EQ(Request("POST", "/v1/jobs/j1:cancel?x=1"), "UNKNOWN_PARAMETER");
  for (const char* size : {"", "x", "1.5", "0x1", "99999999999", "+1", "%201", "1&page_size=2"}) {
    EXPECT_EQ(Request("GET", std::string("/v1/jobs?page_size=") + size), "BAD_PARAMETER") << size;
  }
  EXPECT_EQ(Request("GET", "/v1/results/r/outputs?origin=MARS"), "BAD_PARAMETER");
  EXPECT_EQ(Request("GET", "/v1/results/r/outputs?origin=1"), "BAD_PARAMETER");
  EXPECT_EQ(Request("GET", "/v1/jobs/j1", "{}"), "UNEXPECTED_BODY");
}

TEST(RequestMessageTest, RefusesWhatIsNoJsonOfTheMessage) {
  for (const char* body :
       {"x", "[]", "1", "\"a\"", "{", "{model: 'm'}", "{'model': 'm'}", R"({"model":"m",})",
        R"({"model":1})", R"({"model":["m"]})", R"({"colour":"red"})", R"({"all_boards":2})",
        R"({"options":{"a":{}}})", R"({"options":[]})", "{\"model\":\"\xff\"}"}) {
    EXPECT_EQ(Request("POST", "/v1/jobs", body), "BAD_JSON") << body;
  }
  EXPECT_EQ(Request("POST", "/v1/jobs/j1:cancel", R"({"name":"jobs/j2"})"), "BAD_JSON");
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += R"({"options":)";
  EXPECT_EQ(Request("POST", "/v1/jobs", deep), "BAD_JSON");
  std::string closed = deep + "1" + std::string(200'000, '}');
  EXPECT_EQ(Request("POST", "/v1/jobs", closed), "BAD_JSON");
}

TEST(RequestMessageTest, LargeNumbersStayWhole) {
  auto upload = NewMessage(*ApiPool().FindMessageTypeByName("edgerack.v1.UploadRequest"));
  ASSERT_TRUE(ParseJson(R"({"size_bytes":9007199254740993})", *upload).ok());
  EXPECT_EQ(ToJson(*upload).dump(), R"({"size_bytes":9007199254740993})");
  ASSERT_TRUE(SetField(*upload, "size_bytes", "-9223372036854775808").ok());
  EXPECT_EQ(ToJson(*upload).dump(), R"({"size_bytes":-9223372036854775808})");
}

TEST(RequestMessageTest, DottedNamesLeadIntoMessages) {
  auto request = NewMessage(*ApiPool().FindMessageTypeByName("edgerack.v1.CreateJobRequest"));
  ASSERT_TRUE(SetField(*request, "job.quantize", "int8").ok());
  EXPECT_EQ(ToJson(*request)["job"]["quantize"], "int8");
  EXPECT_FALSE(SetField(*request, "job.options", "x").ok());
  EXPECT_FALSE(SetField(*request, "job.", "x").ok());
  EXPECT_FALSE(SetField(*request, "job.quantize.x", "x").ok());
  auto job = NewMessage(*ApiPool().FindMessageTypeByName("edgerack.v1.Job"));
  ASSERT_TRUE(SetField(*job, "create_time", "2026-01-02T03:04:05Z").ok());
  EXPECT_EQ(ToJson(*job)["create_time"], "2026-01-02T03:04:05Z");
  EXPECT_FALSE(SetField(*job, "create_time", "yesterday").ok());
}

}  // namespace
}  // namespace edgerack::rest
