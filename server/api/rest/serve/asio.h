// Boost.Asio as the HTTP port uses it: C++20 coroutines, a strand per connection.
#ifndef SERVER_API_REST_SERVE_ASIO_H_
#define SERVER_API_REST_SERVE_ASIO_H_

// Boost 1.74's awaitable.hpp uses std::exchange without including its header.
// clang-format off
#include <utility>
#include <boost/asio/awaitable.hpp>
// clang-format on
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace edgerack::rest {

namespace asio = boost::asio;

// Completion token: a coroutine goes on, with what went wrong in `error`.
inline auto Into(boost::system::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_ASIO_H_
