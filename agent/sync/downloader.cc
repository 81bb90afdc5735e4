#include "agent/sync/downloader.h"

#include <grpcpp/grpcpp.h>

#include <chrono>

#include "edgerack/agent/v1/agent.grpc.pb.h"

namespace edgerack::agent {
namespace {

namespace pb = edgerack::agent::v1;

constexpr size_t kMaxArtifactBytes = 512u << 20;
constexpr auto kPatience = std::chrono::minutes(5);

// One download; deletes itself when gRPC is done with it.
class ArtifactStream : public grpc::ClientReadReactor<pb::DownloadArtifactResponse> {
 public:
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  static void Start(pb::AgentService::Stub& stub, const Endpoint& endpoint,
                    const std::string& sha256, Done done) {
    auto* stream = new ArtifactStream(sha256, std::move(done));
    Authorize(endpoint, stream->context_);
    stream->context_.set_wait_for_ready(true);
    stream->context_.set_deadline(std::chrono::system_clock::now() + kPatience);
    stub.async()->DownloadArtifact(&stream->context_, &stream->request_, stream);
    stream->StartRead(&stream->piece_);
    stream->StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (bytes_.size() + piece_.data().size() > kMaxArtifactBytes) {
      too_large_ = true;
      return context_.TryCancel();
    }
    bytes_ += piece_.data();
    StartRead(&piece_);
  }

  void OnDone(const grpc::Status& status) override {
    std::unique_ptr<ArtifactStream> self(this);
    done_(Result(status));
  }

 private:
  ArtifactStream(const std::string& sha256, Done done) : done_(std::move(done)) {
    request_.set_sha256(sha256);
  }

  absl::StatusOr<std::string> Result(const grpc::Status& status) {
    const std::string what = "artifact " + request_.sha256();
    if (too_large_) {
      return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kBug, "ARTIFACT_TOO_LARGE",
                       what + " has more than " + std::to_string(kMaxArtifactBytes) + " bytes");
    }
    if (status.ok()) return std::move(bytes_);
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
      return MakeError(absl::StatusCode::kNotFound, ErrorClass::kBug, "ARTIFACT_NOT_FOUND",
                       "the server assigned a run with " + what +
                           " and does not have it: " + status.error_message());
    }
    return MakeError(static_cast<absl::StatusCode>(status.error_code()),
                     ErrorClass::kInfrastructure, "SERVER_UNREACHABLE",
                     "cannot download " + what + ": " + status.error_message() +
                         "; is the server running and reachable from here?");
  }

  grpc::ClientContext context_;
  pb::DownloadArtifactRequest request_;
  pb::DownloadArtifactResponse piece_;
  std::string bytes_;
  bool too_large_ = false;
  Done done_;
};

}  // namespace

Download MakeDownloader(std::shared_ptr<grpc::Channel> channel, Endpoint endpoint) {
  std::shared_ptr<pb::AgentService::Stub> stub = pb::AgentService::NewStub(channel);
  return
      [stub, endpoint = std::move(endpoint)](const std::string& sha256, ArtifactStream::Done done) {
        ArtifactStream::Start(*stub, endpoint, sha256, std::move(done));
      };
}

}  // namespace edgerack::agent
