// From a request's head to who answers it.
#ifndef SERVER_API_REST_SERVE_DISPATCH_H_
#define SERVER_API_REST_SERVE_DISPATCH_H_

#include "server/api/rest/serve/exchange.h"
#include "server/api/rest/serve/gateway.h"

namespace edgerack::rest {

// Answers exactly once. The order is: readable URL, pages of foreign origins, what is not an RPC
// (health, OpenAPI, sessions of uploads), the routes.
asio::awaitable<void> AnswerRequest(Gateway& gateway, Exchange& exchange);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_DISPATCH_H_
