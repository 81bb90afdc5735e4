// The stream between one agent and the server.
#ifndef SERVER_API_SYNCHRONIZE_H_
#define SERVER_API_SYNCHRONIZE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "edgerack/agent/v1/agent.pb.h"
#include "server/control/farm.h"

namespace edgerack::api {

// Deletes itself when the call is over; the farm keeps only a link that then leads nowhere.
class SynchronizeReactor
    : public grpc::ServerBidiReactor<agent::v1::AgentState, agent::v1::DesiredState> {
 public:
  explicit SynchronizeReactor(control::Farm& farm);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // What leaves next; an earlier one that has not left is replaced. Thread-safe.
  void Push(const std::vector<core::Assignment>& assignments);

 private:
  class Link;

  void WriteNext();                             // with mutex_ held
  void FinishSoon(const grpc::Status& status);  // with mutex_ held

  control::Farm& farm_;
  std::shared_ptr<Link> link_;
  core::AgentId agent_;
  agent::v1::AgentState state_;
  std::mutex mutex_;
  std::optional<std::vector<core::Assignment>> waiting_;
  agent::v1::DesiredState message_;
  bool writing_ = false;
  std::optional<grpc::Status> end_;  // set once; sent when no write is under way
  bool finished_ = false;
};

}  // namespace edgerack::api

#endif  // SERVER_API_SYNCHRONIZE_H_
