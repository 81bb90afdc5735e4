// One client's connection: requests one after the other, each answered by `AnswerRequest`.
#ifndef SERVER_API_REST_SERVE_CONNECTION_H_
#define SERVER_API_REST_SERVE_CONNECTION_H_

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>

#include "server/api/rest/serve/asio.h"
#include "server/api/rest/serve/gateway.h"

namespace edgerack::rest {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // The socket's executor is a strand.
  Connection(asio::ip::tcp::socket socket, Gateway& gateway);

  // Until the client or a limit ends it.
  asio::awaitable<void> Serve();
  // From any thread: what is under way is broken off.
  void Stop();

 private:
  // False when no further request can come.
  asio::awaitable<bool> ServeOne(bool first);
  asio::awaitable<void> Close();

  Gateway& gateway_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_CONNECTION_H_
