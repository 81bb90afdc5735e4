#include "agent/sync/sync_stream.h"

#include <grpcpp/grpcpp.h>

namespace edgerack::agent {
namespace {

namespace pb = edgerack::agent::v1;

class ReactorStream : public SyncStream,
                      public grpc::ClientBidiReactor<pb::AgentState, pb::DesiredState>,
                      public std::enable_shared_from_this<ReactorStream> {
 public:
  ReactorStream(Post post, Callbacks callbacks)
      : post_(std::move(post)), callbacks_(std::move(callbacks)) {}

  void Start(pb::AgentService::Stub& stub, const Endpoint& endpoint) {
    self_ = shared_from_this();
    Authorize(endpoint, context_);
    stub.async()->Synchronize(&context_, this);
    // Send() starts writes from the owner's sequence, outside of gRPC's own calls; the hold keeps
    // OnDone away until no more of them can come.
    AddHold();
    StartRead(&incoming_);
    StartCall();
  }

  void Send(pb::AgentState state) override {
    if (!held_) return;
    outgoing_ = std::move(state);
    StartWrite(&outgoing_);
  }

  void Close() override {
    context_.TryCancel();
    Release();
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      post_([self = shared_from_this()] { self->Release(); });
      return;
    }
    post_([self = shared_from_this(), desired = std::move(incoming_)]() mutable {
      if (self->held_) self->callbacks_.on_desired(std::move(desired));
    });
    incoming_.Clear();
    StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    post_([self = shared_from_this(), ok] {
      if (!ok) return self->Release();
      if (self->held_) self->callbacks_.on_sent();
    });
  }

  void OnDone(const grpc::Status& status) override {
    post_([self = std::move(self_), status] {
      Callbacks callbacks = std::move(self->callbacks_);
      callbacks.on_closed(status);
    });
  }

 private:
  // On the owner's sequence.
  void Release() {
    if (std::exchange(held_, false)) RemoveHold();
  }

  Post post_;
  Callbacks callbacks_;
  grpc::ClientContext context_;
  pb::AgentState outgoing_;
  pb::DesiredState incoming_;
  bool held_ = true;
  std::shared_ptr<ReactorStream> self_;  // gRPC's
};

}  // namespace

std::shared_ptr<SyncStream> SyncStream::Open(pb::AgentService::Stub& stub, const Endpoint& endpoint,
                                             Post post, Callbacks callbacks) {
  auto stream = std::make_shared<ReactorStream>(std::move(post), std::move(callbacks));
  stream->Start(stub, endpoint);
  return stream;
}

}  // namespace edgerack::agent
