// What every connection of the HTTP port shares. Made before the first and gone after the last.
#ifndef SERVER_API_REST_SERVE_GATEWAY_H_
#define SERVER_API_REST_SERVE_GATEWAY_H_

#include <memory>
#include <string>

#include "server/api/rest/http/origin.h"
#include "server/api/rest/routes/route_table.h"
#include "server/api/rest/serve/limits.h"
#include "server/api/rest/serve/upload_sessions.h"
#include "server/api/rest/site/site.h"
#include "server/metrics/metrics.h"

namespace grpc {
class Channel;
}

namespace edgerack::rest {

struct Gateway {
  RouteTable routes;
  std::shared_ptr<grpc::Channel> channel;  // to the services of this process
  OriginPolicy origins;
  Limits limits;
  std::string openapi;  // the document
  Site site;
  metrics::Metrics& metrics;
  UploadSessions uploads;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_GATEWAY_H_
