#include "server/notify/notifier.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

namespace edgerack::notify {

Notifier::Notifier(Settings settings, std::unique_ptr<Sender> sender, Clock& clock,
                   int64_t first_pause_ms)
    : settings_(std::move(settings)),
      sender_(std::move(sender)),
      clock_(clock),
      first_pause_ms_(first_pause_ms),
      thread_([this] { Loop(); }) {}

Notifier::~Notifier() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Notifier::Tell(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous,
                    std::function<void()> done) {
  const Messages messages = MessagesOf(run, previous, settings_, clock_.WallMs());
  for (const std::string& problem : messages.problems) {
    spdlog::error("suite {}: {}", run.suite.value(), problem);
  }
  if (messages.calls.empty() && messages.mails.empty()) return done();
  auto open = std::make_shared<std::atomic<size_t>>(messages.calls.size() + messages.mails.size());
  const auto settle = [open, done = std::move(done)] {
    if (open->fetch_sub(1) == 1) done();
  };
  for (const WebhookCall& call : messages.calls) {
    Add([this, call] { return sender_->Call(call); }, settle);
  }
  for (const Mail& mail : messages.mails) {
    Add([this, mail] { return sender_->Send(mail, settings_.mail); }, settle);
  }
}

void Notifier::Add(std::function<absl::Status()> send, std::function<void()> settled) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(send), std::move(settled), 0, clock_.SteadyMs()});
  }
  wake_.notify_all();
}

std::optional<Notifier::Delivery> Notifier::Next() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto first =
        std::min_element(waiting_.begin(), waiting_.end(),
                         [](const Delivery& a, const Delivery& b) { return a.due_ms < b.due_ms; });
    if (first == waiting_.end()) {
      wake_.wait(lock);
      continue;
    }
    const int64_t pause_ms = first->due_ms - clock_.SteadyMs();
    if (pause_ms <= 0) {
      Delivery delivery = std::move(*first);
      waiting_.erase(first);
      return delivery;
    }
    wake_.wait_for(lock, std::chrono::milliseconds(pause_ms));
  }
  return std::nullopt;
}

void Notifier::Loop() {
  while (auto delivery = Next()) {
    const absl::Status status = delivery->send();
    ++delivery->attempt;
    const bool again =
        status.code() == absl::StatusCode::kUnavailable && delivery->attempt < kAttempts;
    if (!status.ok()) {
      spdlog::warn("{} (attempt {} of {}{})", ErrorMessageOf(status), delivery->attempt, kAttempts,
                   again ? "" : "; given up");
    }
    if (!again) {
      delivery->settled();
      continue;
    }
    delivery->due_ms = clock_.SteadyMs() + (first_pause_ms_ << (2 * (delivery->attempt - 1)));
    std::lock_guard lock(mutex_);
    waiting_.push_back(*std::move(delivery));
  }
}

}  // namespace edgerack::notify
