// An agent that does what a test tells it, over the real stream.
#ifndef SERVER_APP_TESTING_SCRIPTED_AGENT_H_
#define SERVER_APP_TESTING_SCRIPTED_AGENT_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "edgerack/agent/v1/agent.grpc.pb.h"

namespace edgerack::testing_server {

class ScriptedAgent {
 public:
  explicit ScriptedAgent(std::string boot_id = "boot1") { state_.set_boot_id(boot_id); }
  ~ScriptedAgent() { Disconnect(); }

  void Connect(std::shared_ptr<grpc::Channel> channel);
  void Disconnect();

  // A board of kind virtual-f746; exists from now on.
  agent::v1::BoardState* Board(const std::string& id);
  void Report();  // the state as it is

  // Moves a board and reports.
  void Idle(const std::string& board);
  void Work(const std::string& board, const agent::v1::Assignment& assignment);
  void Succeed(const std::string& board, const agent::v1::Assignment& assignment,
               const std::string& outputs, const agent::v1::Trace* trace = nullptr);
  void Fail(const std::string& board, const agent::v1::Assignment& assignment,
            v1::ErrorClass error_class);

  // The newest desired state that satisfies the condition, or fails the test after 20 s.
  agent::v1::DesiredState WaitFor(
      const std::function<bool(const agent::v1::DesiredState&)>& condition);
  // What `board` shall do, when it is `attempt` of a run.
  agent::v1::Assignment WaitForAssignment(const std::string& board, int attempt = 1);
  void WaitUntilFree(const std::string& board);

  std::string Download(const std::string& sha256);

 private:
  agent::v1::RunState* Run(const std::string& board, const agent::v1::Assignment& assignment);
  void Read();

  std::shared_ptr<grpc::Channel> channel_;
  agent::v1::AgentState state_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<agent::v1::AgentState, agent::v1::DesiredState>> stream_;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable changed_;
  agent::v1::DesiredState desired_;
  bool has_desired_ = false;
};

}  // namespace edgerack::testing_server

#endif  // SERVER_APP_TESTING_SCRIPTED_AGENT_H_
