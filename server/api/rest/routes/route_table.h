// Which call an HTTP method and a path mean, from the google.api.http annotations of the services.
#ifndef SERVER_API_REST_ROUTES_ROUTE_TABLE_H_
#define SERVER_API_REST_ROUTES_ROUTE_TABLE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "server/api/rest/routes/path_template.h"

namespace edgerack::rest {

// How a call goes over HTTP.
enum class CallShape {
  kUnary,     // JSON in, JSON out
  kEvents,    // a stream of answers: server-sent events
  kDownload,  // a stream of google.api.HttpBody: the bytes themselves
  kUpload,    // a stream of requests with one bytes field, the file
};

struct Route {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string http_method;  // "GET"
  PathTemplate path;
  std::string body;  // "" = none, "*" = the whole request, else a field of it
  CallShape shape = CallShape::kUnary;

  // As gRPC names it: "/edgerack.v1.JobService/GetJob".
  std::string GrpcMethod() const;
};

class RouteTable {
 public:
  // One route per annotation, additional bindings included. INVALID_ARGUMENT (BAD_ANNOTATION) for
  // what cannot be served: an annotation that contradicts its message, a stream both ways, an
  // upload without exactly one bytes field.
  static absl::StatusOr<RouteTable> Build(
      const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  struct Found {
    const Route* route = nullptr;
    Captures captures;
  };
  // HEAD finds what GET finds. NOT_FOUND (NO_SUCH_PATH), or UNIMPLEMENTED (METHOD_NOT_ALLOWED)
  // where the path has other methods.
  absl::StatusOr<Found> Find(const std::string& http_method, const Url& url) const;
  // The methods of a path: "GET", "HEAD", …; empty when there is no such path.
  std::vector<std::string> MethodsOf(const Url& url) const;

  // The more literal a path, the earlier.
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

// The bytes field of an upload's request.
const google::protobuf::FieldDescriptor& FileField(const google::protobuf::Descriptor& request);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_ROUTES_ROUTE_TABLE_H_
