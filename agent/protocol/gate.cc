#include "agent/protocol/gate.h"

namespace edgerack::agent {

absl::Status InterruptedError() {
  return MakeError(absl::StatusCode::kCancelled, ErrorClass::kJob, "CANCELLED",
                   "stopped because the run was cancelled");
}

void Interrupt::Raise() {
  raised_ = true;
  if (waiting_ != nullptr) waiting_->Resume(Wake::kInterrupted);
}

Gate::Gate(asio::any_io_executor executor, Timers& timers, Interrupt* interrupt)
    : executor_(std::move(executor)), timers_(timers), interrupt_(interrupt) {}

Gate::~Gate() {
  if (interrupt_ != nullptr && interrupt_->waiting_ == this) interrupt_->waiting_ = nullptr;
}

Task<Wake> Gate::WaitUntil(int64_t deadline_ms) {
  if (interrupt_ != nullptr && interrupt_->raised_) co_return Wake::kInterrupted;
  if (std::exchange(notified_, false)) co_return Wake::kNotified;
  auto initiate = [this, deadline_ms](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    waiter_ = [executor = executor_, shared](Wake why) {
      asio::post(executor, [shared, why] { (*shared)(why); });
    };
    if (interrupt_ != nullptr) interrupt_->waiting_ = this;
    uint64_t number = ++*wait_number_;
    timer_ =
        timers_.At(deadline_ms, executor_, [this, number, alive = std::weak_ptr(wait_number_)] {
          auto current = alive.lock();
          if (current && *current == number) Resume(Wake::kDeadline);
        });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Wake)>(
      initiate, asio::use_awaitable);
}

void Gate::Notify() {
  if (waiter_) {
    Resume(Wake::kNotified);
  } else {
    notified_ = true;
  }
}

void Gate::Resume(Wake why) {
  if (!waiter_) return;
  ++*wait_number_;
  timer_.reset();
  if (interrupt_ != nullptr) interrupt_->waiting_ = nullptr;
  std::exchange(waiter_, nullptr)(why);
}

}  // namespace edgerack::agent
