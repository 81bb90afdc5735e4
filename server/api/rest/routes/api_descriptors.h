// The public API as its protos describe it, comments included, embedded in the program.
#ifndef SERVER_API_REST_ROUTES_API_DESCRIPTORS_H_
#define SERVER_API_REST_ROUTES_API_DESCRIPTORS_H_

#include <google/protobuf/descriptor.h>

#include <vector>

namespace edgerack::rest {

// Lives as long as the program.
const google::protobuf::DescriptorPool& ApiPool();
// Every service of package edgerack.v1, in the order of their names.
std::vector<const google::protobuf::ServiceDescriptor*> ApiServices();

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_ROUTES_API_DESCRIPTORS_H_
