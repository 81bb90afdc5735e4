// The server's options about who is told of suites' runs.
#ifndef SERVER_APP_NOTIFY_SETTINGS_H_
#define SERVER_APP_NOTIFY_SETTINGS_H_

#include <string>
#include <vector>

#include "server/notify/message.h"

namespace edgerack::app {

struct NotifyOptions {
  std::vector<std::string> webhooks;      // NAME=URL
  std::vector<std::string> webhook_keys;  // NAME=FILE
  std::string smtp;                       // URL
  std::string mail_from;
  std::string smtp_user;
  std::string smtp_password_file;
  bool smtp_require_tls = false;
};

// Reads the files. INVALID_ARGUMENT (BAD_ADDRESS) naming the option; errors of ReadFile.
absl::StatusOr<notify::Settings> ReadNotifySettings(const NotifyOptions& options);

}  // namespace edgerack::app

#endif  // SERVER_APP_NOTIFY_SETTINGS_H_
