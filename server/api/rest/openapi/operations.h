// Routes as OpenAPI operations.
#ifndef SERVER_API_REST_OPENAPI_OPERATIONS_H_
#define SERVER_API_REST_OPENAPI_OPERATIONS_H_

#include "server/api/rest/openapi/schemas.h"
#include "server/api/rest/routes/route_table.h"

namespace edgerack::rest {

// The operation of one route.
Json Operation(const Route& route, Schemas& schemas);

// What has no RPC: health, this document, the sessions of uploads. Path -> method -> operation.
Json FixedPaths();

// `responses` with the errors that `statuses` names added, which components.responses has.
Json WithErrors(Json responses, const std::vector<int>& statuses);
// components.responses and the schemas they need.
Json ErrorResponses();
Json ErrorSchema();
Json UploadSessionSchema();

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_OPENAPI_OPERATIONS_H_
