// A call to a service of this process by its method's name, with serialized messages: the services
// are reached as any gRPC client reaches them, and no generated stub is needed.
#ifndef SERVER_API_REST_RPC_CALL_H_
#define SERVER_API_REST_RPC_CALL_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace grpc {
class Channel;
}

namespace edgerack::rest {

// Callbacks come on gRPC's threads. At most one Write() and one Read() at a time.
class Call {
 public:
  // `method` as in Route::GrpcMethod(). Never fails at once: errors come with Finish().
  static std::unique_ptr<Call> Start(const std::shared_ptr<grpc::Channel>& channel,
                                     const std::string& method);
  // Cancels a call that is not over.
  virtual ~Call() = default;

  // False when the call is over; Finish() tells why.
  virtual void Write(const std::string& message, std::function<void(bool)> done) = 0;
  // No Write() follows.
  virtual void WritesDone() = 0;
  // The next message, or nothing when there is none any more.
  virtual void Read(std::function<void(std::optional<std::string>)> done) = 0;
  // True once there is something for the first Read(), if only that there is nothing to come. An
  // upload that is answered before its end was refused.
  virtual bool HasAnswer() const = 0;
  // How the call ended. Only after a Read() that found nothing, a Write() that failed, or Cancel();
  // nothing else may be called afterwards.
  virtual void Finish(std::function<void(absl::Status)> done) = 0;
  // From any thread, at any time.
  virtual void Cancel() = 0;
  // Of the initial metadata, which is there after the first Read(); empty when absent.
  virtual std::string Metadata(const std::string& key) const = 0;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_RPC_CALL_H_
