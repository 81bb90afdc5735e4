// The way out: HTTP and SMTP.
#ifndef SERVER_NOTIFY_SENDER_H_
#define SERVER_NOTIFY_SENDER_H_

#include <memory>

#include "base/error.h"
#include "server/notify/message.h"

namespace edgerack::notify {

class Sender {
 public:
  virtual ~Sender() = default;
  // Each waits until it is done. UNAVAILABLE (NOT_DELIVERED): trying again may help;
  // FAILED_PRECONDITION (DELIVERY_REFUSED): the receiver does not want it.
  virtual absl::Status Call(const WebhookCall& call) = 0;
  virtual absl::Status Send(const Mail& mail, const MailServer& server) = 0;
};

// Of libcurl. One thread at a time.
std::unique_ptr<Sender> MakeCurlSender();

}  // namespace edgerack::notify

#endif  // SERVER_NOTIFY_SENDER_H_
