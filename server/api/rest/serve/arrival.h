// A value that another thread brings to a coroutine.
#ifndef SERVER_API_REST_SERVE_ARRIVAL_H_
#define SERVER_API_REST_SERVE_ARRIVAL_H_

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "server/api/rest/serve/asio.h"

namespace edgerack::rest {

// Made, waited for and taken on the coroutine's strand.
template <typename T>
class Arrival {
 public:
  explicit Arrival(const asio::any_io_executor& executor)
      : state_(std::make_shared<State>(executor)) {}

  // To be called once, from any thread; may outlive the Arrival.
  std::function<void(T)> Bring() {
    return [state = state_](T value) {
      asio::post(state->timer.get_executor(), [state, value = std::move(value)]() mutable {
        state->value.emplace(std::move(value));
        state->timer.cancel();
      });
    };
  }

  // True once the value is there, false after `patience`.
  asio::awaitable<bool> Wait(std::chrono::steady_clock::duration patience) {
    if (!state_->value) {
      state_->timer.expires_after(patience);
      boost::system::error_code woken;
      co_await state_->timer.async_wait(Into(woken));
    }
    co_return state_->value.has_value();
  }

  asio::awaitable<T> Take() {
    while (!co_await Wait(std::chrono::hours(1))) {
    }
    T value = *std::move(state_->value);
    state_->value.reset();
    co_return value;
  }

 private:
  struct State {
    explicit State(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    std::optional<T> value;
  };
  std::shared_ptr<State> state_;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_ARRIVAL_H_
