// Boost.Asio as the agent uses it: one io_context, a strand per board, C++20 coroutines.
#ifndef AGENT_PROTOCOL_ASIO_H_
#define AGENT_PROTOCOL_ASIO_H_

// Boost 1.74's awaitable.hpp uses std::exchange without including its header.
#include <utility>
//
#include <boost/asio.hpp>

#include "base/error.h"

namespace edgerack::agent {

namespace asio = boost::asio;
using boost::system::error_code;

// Everything of one board runs on this one.
using Strand = asio::strand<asio::io_context::executor_type>;

template <typename T>
using Task = asio::awaitable<T>;

}  // namespace edgerack::agent

// ER_RETURN_IF_ERROR and ER_ASSIGN_OR_RETURN for coroutines.
#define ER_CO_RETURN_IF_ERROR(expression)                                               \
  do {                                                                                  \
    if (absl::Status er_status_ = (expression); !er_status_.ok()) co_return er_status_; \
  } while (false)

#define ER_CO_ASSIGN_OR_RETURN(left, expression) \
  ER_CO_ASSIGN_OR_RETURN_IMPL_(ER_CONCAT_(er_status_or_, __LINE__), left, expression)
#define ER_CO_ASSIGN_OR_RETURN_IMPL_(name, left, expression) \
  auto name = (expression);                                  \
  if (!name.ok()) co_return name.status();                   \
  left = std::move(name).value()

#endif  // AGENT_PROTOCOL_ASIO_H_
