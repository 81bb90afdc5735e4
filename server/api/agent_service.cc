#include <fstream>

#include "edgerack/agent/v1/agent.grpc.pb.h"
#include "server/api/services.h"
#include "server/api/status.h"
#include "server/api/synchronize.h"
#include "server/control/farm.h"

namespace edgerack::api {
namespace {

constexpr size_t kPieceBytes = 1 << 20;

// Streams one file in pieces; deletes itself when the call is over.
class DownloadReactor : public grpc::ServerWriteReactor<agent::v1::DownloadArtifactResponse> {
 public:
  DownloadReactor(const store::ArtifactStore& artifacts, const std::string& sha256) {
    auto path = artifacts.PathOf(sha256);
    if (!path.ok()) {
      Finish(ToGrpc(path.status()));
      return;
    }
    file_.open(*path, std::ios::binary);
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    WriteNext();
  }

  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    std::string& data = *message_.mutable_data();
    data.resize(kPieceBytes);
    file_.read(data.data(), static_cast<std::streamsize>(data.size()));
    data.resize(static_cast<size_t>(file_.gcount()));
    if (!data.empty()) return StartWrite(&message_);
    if (file_.eof()) return Finish(grpc::Status::OK);
    Finish(ToGrpc(MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "DISK_ERROR",
                            "the artifact's file cannot be read; look at the server's disk")));
  }

  std::ifstream file_;
  agent::v1::DownloadArtifactResponse message_;
};

class AgentServiceImpl final : public agent::v1::AgentService::CallbackService {
 public:
  explicit AgentServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerBidiReactor<agent::v1::AgentState, agent::v1::DesiredState>* Synchronize(
      grpc::CallbackServerContext*) override {
    return new SynchronizeReactor(farm_);
  }

  grpc::ServerWriteReactor<agent::v1::DownloadArtifactResponse>* DownloadArtifact(
      grpc::CallbackServerContext*, const agent::v1::DownloadArtifactRequest* request) override {
    return new DownloadReactor(farm_.services().artifacts, request->sha256());
  }

 private:
  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAgentService(control::Farm& farm) {
  return std::make_unique<AgentServiceImpl>(farm);
}

}  // namespace edgerack::api
