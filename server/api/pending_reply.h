// A unary answer that comes later, from another thread, or never: a client that goes away, or a
// server that stops, ends the call without it.
#ifndef SERVER_API_PENDING_REPLY_H_
#define SERVER_API_PENDING_REPLY_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <mutex>

namespace edgerack::api {

// Deletes itself when the call is over.
class PendingReply : public grpc::ServerUnaryReactor {
 public:
  class Answer {
   public:
    explicit Answer(PendingReply* reactor) : reactor_(reactor) {}
    // The first call ends the RPC, later ones do nothing. `fill` may write the response; it is
    // called only while the call still waits.
    void Finish(const grpc::Status& status, const std::function<void()>& fill) {
      std::lock_guard lock(mutex_);
      if (reactor_ == nullptr) return;
      fill();
      reactor_->Finish(status);
      reactor_ = nullptr;
    }

   private:
    std::mutex mutex_;
    PendingReply* reactor_;
  };

  PendingReply() : answer_(std::make_shared<Answer>(this)) {}
  const std::shared_ptr<Answer>& answer() const { return answer_; }

  void OnCancel() override {
    answer_->Finish(grpc::Status::CANCELLED, [] {});
  }
  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<Answer> answer_;
};

}  // namespace edgerack::api

#endif  // SERVER_API_PENDING_REPLY_H_
