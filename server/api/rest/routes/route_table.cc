#include "server/api/rest/routes/route_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/api/annotations.pb.h"
#include "server/api/rest/routes/field_text.h"

namespace edgerack::rest {
namespace {

using google::api::HttpRule;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

absl::Status Bad(const MethodDescriptor& method, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_ANNOTATION",
                   method.full_name() + ": " + why);
}

std::vector<const FieldDescriptor*> BytesFields(const Descriptor& message) {
  std::vector<const FieldDescriptor*> found;
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->type() == FieldDescriptor::TYPE_BYTES) found.push_back(message.field(i));
  }
  return found;
}

std::pair<std::string, std::string> MethodAndPath(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case HttpRule::kCustom:
      return {rule.custom().kind(), rule.custom().path()};
    case HttpRule::PATTERN_NOT_SET:
      break;
  }
  return {};
}

absl::StatusOr<CallShape> ShapeOf(const MethodDescriptor& method) {
  if (method.client_streaming() && method.server_streaming()) {
    return Bad(method, "a stream both ways cannot be served over HTTP");
  }
  if (method.client_streaming()) {
    if (BytesFields(*method.input_type()).size() != 1) {
      return Bad(method, "an upload's request has exactly one bytes field");
    }
    return CallShape::kUpload;
  }
  if (!method.server_streaming()) return CallShape::kUnary;
  const bool bytes = method.output_type()->full_name() == "google.api.HttpBody";
  return bytes ? CallShape::kDownload : CallShape::kEvents;
}

absl::StatusOr<Route> MakeRoute(const MethodDescriptor& method, const HttpRule& rule) {
  const auto [http_method, path] = MethodAndPath(rule);
  Route route{&method, http_method, {}, rule.body()};
  if (http_method.empty()) return Bad(method, "no HTTP method");
  ER_ASSIGN_OR_RETURN(route.path, PathTemplate::Parse(path));
  ER_ASSIGN_OR_RETURN(route.shape, ShapeOf(method));
  for (const auto& variable : route.path.variables()) {
    const auto* field = FindField(*method.input_type(), variable.field);
    if (field == nullptr || field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING) {
      return Bad(method, "the path's variables are texts of its request");
    }
  }
  if (!route.body.empty() && route.body != "*") {
    const auto* field = method.input_type()->FindFieldByName(route.body);
    if (field == nullptr || field->message_type() == nullptr || field->is_repeated()) {
      return Bad(method, "the body is * or a message of its request");
    }
  }
  return route;
}

size_t Literals(const Route& route) {
  const auto& segments = route.path.segments();
  return static_cast<size_t>(std::count_if(segments.begin(), segments.end(),
                                           [](const auto& s) { return !s.literal.empty(); }));
}

}  // namespace

std::string Route::GrpcMethod() const {
  return absl::StrCat("/", method->service()->full_name(), "/", method->name());
}

absl::StatusOr<RouteTable> RouteTable::Build(
    const std::vector<const google::protobuf::ServiceDescriptor*>& services) {
  RouteTable table;
  for (const auto* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const HttpRule& rule = method.options().GetExtension(google::api::http);
      if (rule.pattern_case() == HttpRule::PATTERN_NOT_SET) continue;
      ER_ASSIGN_OR_RETURN(Route route, MakeRoute(method, rule));
      table.routes_.push_back(std::move(route));
      for (const HttpRule& other : rule.additional_bindings()) {
        ER_ASSIGN_OR_RETURN(Route further, MakeRoute(method, other));
        table.routes_.push_back(std::move(further));
      }
    }
  }
  std::stable_sort(table.routes_.begin(), table.routes_.end(),
                   [](const Route& a, const Route& b) { return Literals(a) > Literals(b); });
  return table;
}

std::vector<std::string> RouteTable::MethodsOf(const Url& url) const {
  std::vector<std::string> methods;
  for (const Route& route : routes_) {
    if (!route.path.Match(url)) continue;
    methods.push_back(route.http_method);
    if (route.http_method == "GET") methods.push_back("HEAD");
  }
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return methods;
}

absl::StatusOr<RouteTable::Found> RouteTable::Find(const std::string& http_method,
                                                   const Url& url) const {
  const std::string wanted = http_method == "HEAD" ? "GET" : http_method;
  for (const Route& route : routes_) {
    if (route.http_method != wanted) continue;
    if (auto captures = route.path.Match(url)) return Found{&route, *std::move(captures)};
  }
  const auto methods = MethodsOf(url);
  if (methods.empty()) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "NO_SUCH_PATH",
                     "nothing is served at this path; /openapi.json lists what is");
  }
  return MakeError(
      absl::StatusCode::kUnimplemented, ErrorClass::kUser, "METHOD_NOT_ALLOWED",
      absl::StrCat("this path has no ", http_method, "; it has ", absl::StrJoin(methods, ", ")));
}

const FieldDescriptor& FileField(const Descriptor& request) { return *BytesFields(request).at(0); }

}  // namespace edgerack::rest
