// The gRPC services, each in a file of its own. All outlive neither farm nor server.
#ifndef SERVER_API_SERVICES_H_
#define SERVER_API_SERVICES_H_

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>

namespace edgerack::control {
class Farm;
class Suites;
}  // namespace edgerack::control

namespace edgerack::api {

std::unique_ptr<grpc::Service> MakeModelService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeDatasetService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeFirmwareService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeJobService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeBoardService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeDiagnosisService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeResultService(control::Farm& farm);
std::unique_ptr<grpc::Service> MakeSuiteService(control::Suites& suites);
std::unique_ptr<grpc::Service> MakeAgentService(control::Farm& farm);

}  // namespace edgerack::api

#endif  // SERVER_API_SERVICES_H_
