#include "server/app/notify_settings.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/files.h"

namespace edgerack::app {
namespace {

constexpr uint64_t kLongestSecret = 4096;

absl::Status Bad(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ADDRESS", message);
}

struct Named {
  std::string name;
  std::string value;
};
absl::StatusOr<Named> Split(const std::string& option, const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == text.npos || equals == 0 || equals + 1 == text.size()) {
    return Bad(option + " " + text + ": expected NAME=" + (option == "--webhook" ? "URL" : "FILE"));
  }
  return Named{text.substr(0, equals), text.substr(equals + 1)};
}

// The file's text without the newline that editors add.
absl::StatusOr<std::string> ReadSecret(const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kLongestSecret));
  return std::string(absl::StripTrailingAsciiWhitespace(text));
}

}  // namespace

absl::StatusOr<notify::Settings> ReadNotifySettings(const NotifyOptions& options) {
  notify::Settings settings;
  for (const std::string& text : options.webhooks) {
    ER_ASSIGN_OR_RETURN(Named webhook, Split("--webhook", text));
    if (!absl::StartsWith(webhook.value, "http://") &&
        !absl::StartsWith(webhook.value, "https://")) {
      return Bad("--webhook " + text + ": the address begins with http:// or https://");
    }
    settings.webhooks[webhook.name].url = webhook.value;
  }
  for (const std::string& text : options.webhook_keys) {
    ER_ASSIGN_OR_RETURN(Named key, Split("--webhook-key-file", text));
    auto found = settings.webhooks.find(key.name);
    if (found == settings.webhooks.end()) {
      return Bad("--webhook-key-file " + text + ": there is no --webhook " + key.name);
    }
    ER_ASSIGN_OR_RETURN(found->second.secret, ReadSecret(key.value));
  }
  if (options.smtp.empty()) return settings;
  if (!absl::StartsWith(options.smtp, "smtp://") && !absl::StartsWith(options.smtp, "smtps://")) {
    return Bad("--smtp " + options.smtp + ": the address begins with smtp:// or smtps://");
  }
  if (!absl::StrContains(options.mail_from, '@')) {
    return Bad("--smtp needs --mail-from ADDRESS, the sender of the mails");
  }
  settings.mail.url = options.smtp;
  settings.mail.from = options.mail_from;
  settings.mail.user = options.smtp_user;
  settings.mail.require_tls = options.smtp_require_tls;
  if (!options.smtp_password_file.empty()) {
    ER_ASSIGN_OR_RETURN(settings.mail.password, ReadSecret(options.smtp_password_file));
  }
  return settings;
}

}  // namespace edgerack::app
