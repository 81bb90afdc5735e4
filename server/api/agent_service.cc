#include "edgerack/agent/v1/agent.grpc.pb.h"
#include "server/api/download.h"
#include "server/api/services.h"
#include "server/api/synchronize.h"
#include "server/control/farm.h"

namespace edgerack::api {
namespace {

class AgentServiceImpl final : public agent::v1::AgentService::CallbackService {
 public:
  explicit AgentServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerBidiReactor<agent::v1::AgentState, agent::v1::DesiredState>* Synchronize(
      grpc::CallbackServerContext*) override {
    return new SynchronizeReactor(farm_);
  }

  grpc::ServerWriteReactor<agent::v1::DownloadArtifactResponse>* DownloadArtifact(
      grpc::CallbackServerContext*, const agent::v1::DownloadArtifactRequest* request) override {
    return new DownloadReactor<agent::v1::DownloadArtifactResponse>(
        farm_.services().artifacts.PathOf(request->sha256()));
  }

 private:
  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAgentService(control::Farm& farm) {
  return std::make_unique<AgentServiceImpl>(farm);
}

}  // namespace edgerack::api
