// A file on its way into an upload RPC: the first message has the request's fields, each the next
// bytes of the file.
#ifndef SERVER_API_REST_SERVE_FILE_UPLOAD_H_
#define SERVER_API_REST_SERVE_FILE_UPLOAD_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>

#include "server/api/rest/routes/route_table.h"
#include "server/api/rest/rpc/call.h"
#include "server/api/rest/serve/asio.h"

namespace edgerack::rest {

// Dropped before Finish() it cancels the call, and the service keeps nothing.
class FileUpload {
 public:
  // `first` is the request without its bytes.
  FileUpload(const std::shared_ptr<grpc::Channel>& channel, const Route& route,
             std::unique_ptr<google::protobuf::Message> first);

  // False when the service has ended the call; Finish() tells why.
  asio::awaitable<bool> Write(std::string_view bytes);
  // The service's answer as JSON. Call once, last.
  asio::awaitable<absl::StatusOr<std::string>> Finish();
  // Of the first message, where it has such a field; 0 = not known.
  int64_t size_bytes() const { return size_bytes_; }
  // True once the service has ended the call before Finish().
  bool refused() const { return refused_ || call_->HasAnswer(); }

 private:
  asio::awaitable<bool> Send(google::protobuf::Message& message);

  const Route& route_;
  const std::unique_ptr<Call> call_;
  std::unique_ptr<google::protobuf::Message> first_;  // until it is sent
  int64_t size_bytes_ = 0;
  bool refused_ = false;
};

// The request's field `size_bytes`; null when it has none.
const google::protobuf::FieldDescriptor* SizeField(const google::protobuf::Descriptor& request);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_FILE_UPLOAD_H_
