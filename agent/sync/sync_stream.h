// One Synchronize call: whole states out, whole wishes in. A thin shell around gRPC's reactor.
#ifndef AGENT_SYNC_SYNC_STREAM_H_
#define AGENT_SYNC_SYNC_STREAM_H_

#include <functional>
#include <memory>

#include "agent/sync/endpoint.h"
#include "edgerack/agent/v1/agent.grpc.pb.h"

namespace edgerack::agent {

class SyncStream {
 public:
  // All are called through `post`, never from within a method; nothing comes after `on_closed`.
  struct Callbacks {
    std::function<void()> on_sent;
    std::function<void(edgerack::agent::v1::DesiredState)> on_desired;
    std::function<void(grpc::Status)> on_closed;
  };

  // Runs a function later on the owner's sequence; called from any thread.
  using Post = std::function<void(std::function<void()>)>;

  // The stream lives until `on_closed`, whoever still holds the pointer.
  static std::shared_ptr<SyncStream> Open(edgerack::agent::v1::AgentService::Stub& stub,
                                          const Endpoint& endpoint, Post post, Callbacks callbacks);
  virtual ~SyncStream() = default;

  // On the owner's sequence. One at a time: not again before `on_sent`.
  virtual void Send(edgerack::agent::v1::AgentState state) = 0;
  // On the owner's sequence. Ends the call; `on_closed` follows.
  virtual void Close() = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_SYNC_STREAM_H_
