#include "server/api/rest/serve/dispatch.h"

#include "absl/strings/str_join.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

constexpr char kHealthPath[] = "/healthz";
constexpr char kOpenApiPath[] = "/openapi.json";
constexpr char kDashboardRoute[] = "dashboard";  // in the metrics: one for all its files

using Methods = std::vector<std::string>;

bool Changes(const std::string& method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

// The whole path again: "/v1/uploads/x".
std::string PathOf(const Url& url) {
  return "/" + absl::StrJoin(url.segments, "/") + (url.verb.empty() ? "" : ":" + url.verb);
}

Methods MethodsOf(const Gateway& gateway, const Url& url) {
  const std::string path = PathOf(url);
  if (path == kHealthPath || path == kOpenApiPath) return {"GET", "HEAD"};
  if (UploadIdIn(url)) return {"DELETE", "GET", "HEAD", "PATCH"};
  return gateway.routes.MethodsOf(url);
}

absl::Status NoSuchMethod(const std::string& method, const Methods& methods) {
  return MakeError(absl::StatusCode::kUnimplemented, ErrorClass::kUser, "METHOD_NOT_ALLOWED",
                   "this path has no " + method + "; it has " + absl::StrJoin(methods, ", "));
}

// Headers for pages of other origins, where the operator allows them.
void AddCors(const Gateway& gateway, Exchange& exchange) {
  const std::string origin = exchange.Header("Origin");
  if (!gateway.origins.Allows(origin)) return;
  exchange.AddHeader("Access-Control-Allow-Origin", origin);
  exchange.AddHeader("Access-Control-Expose-Headers",
                     "ETag, Location, Upload-Offset, Upload-Length, Upload-Complete");
  exchange.AddHeader("Vary", "Origin");
}

asio::awaitable<void> AnswerOptions(Gateway& gateway, Exchange& exchange, Methods methods) {
  methods.push_back("OPTIONS");
  Answer answer(204);
  answer.headers.emplace_back("Allow", absl::StrJoin(methods, ", "));
  const bool preflight = !exchange.Header("Access-Control-Request-Method").empty();
  if (preflight && gateway.origins.Allows(exchange.Header("Origin"))) {
    answer.headers.emplace_back("Access-Control-Allow-Methods", absl::StrJoin(methods, ", "));
    answer.headers.emplace_back(
        "Access-Control-Allow-Headers",
        "Content-Type, If-None-Match, Last-Event-ID, Upload-Offset, Content-Range");
    answer.headers.emplace_back("Access-Control-Max-Age", "600");
  }
  co_await exchange.Send(std::move(answer));
}

asio::awaitable<void> AnswerRoute(Gateway& gateway, Exchange& exchange, const Url& url) {
  auto found = gateway.routes.Find(exchange.method(), url);
  if (!found.ok()) {
    co_await SendError(exchange, found.status());
    co_return;
  }
  exchange.route = found->route->path.OpenApiPath();
  switch (found->route->shape) {
    case CallShape::kUnary:
      co_await AnswerUnary(gateway, exchange, *found, url);
      break;
    case CallShape::kEvents:
      co_await AnswerEvents(gateway, exchange, *found, url);
      break;
    case CallShape::kDownload:
      co_await AnswerDownload(gateway, exchange, *found, url);
      break;
    case CallShape::kUpload:
      co_await AnswerUpload(gateway, exchange, *found, url);
      break;
  }
}

}  // namespace

asio::awaitable<void> AnswerRequest(Gateway& gateway, Exchange& exchange) {
  AddCors(gateway, exchange);
  auto url = ParseUrl(exchange.target());
  if (!url.ok()) {
    co_await SendError(exchange, url.status());
    co_return;
  }
  const std::string method = exchange.method();
  const Methods methods = MethodsOf(gateway, *url);
  const bool known = std::find(methods.begin(), methods.end(), method) != methods.end();
  if (!methods.empty() && method == "OPTIONS") {
    co_await AnswerOptions(gateway, exchange, methods);
  } else if (!methods.empty() && !known) {
    exchange.AddHeader("Allow", absl::StrJoin(methods, ", ") + ", OPTIONS");
    co_await SendError(exchange, NoSuchMethod(method, methods));
  } else if (Changes(method) &&
             !gateway.origins.MayChange(exchange.Header("Origin"), exchange.Header("Host"))) {
    co_await SendError(
        exchange, MakeError(absl::StatusCode::kPermissionDenied, ErrorClass::kUser, "CROSS_ORIGIN",
                            "a page of another origin may change nothing here; the server's "
                            "--cors-origin names those that may"));
  } else if (const std::string path = PathOf(*url); path == kHealthPath) {
    exchange.route = kHealthPath;
    Answer healthy(200, "application/json", "{\"status\":\"ok\"}");
    co_await exchange.Send(std::move(healthy));
  } else if (path == kOpenApiPath) {
    exchange.route = kOpenApiPath;
    co_await SendValidated(exchange, gateway.openapi);
  } else if (auto id = UploadIdIn(*url)) {
    exchange.route = kUploadSessionPath;
    co_await AnswerUploadSession(gateway, exchange, *id);
  } else if (const SiteFile* file = FileFor(gateway.site, exchange, path)) {
    exchange.route = kDashboardRoute;
    co_await AnswerFile(gateway.site, exchange, *file);
  } else {
    co_await AnswerRoute(gateway, exchange, *url);
  }
}

}  // namespace edgerack::rest
