// What is sent when a suite's run has ended, and to whom: pure functions of the run.
#ifndef SERVER_NOTIFY_MESSAGE_H_
#define SERVER_NOTIFY_MESSAGE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/suite.h"

namespace edgerack::notify {

// A webhook that the server was given under a name.
struct Webhook {
  std::string url;
  std::string secret;  // of the signature; empty = not signed
};

struct MailServer {
  std::string url;   // smtp://host:port or smtps://…; empty = no mail
  std::string from;  // address
  std::string user;  // empty = none
  std::string password;
  bool require_tls = false;
};

struct Settings {
  std::map<std::string, Webhook> webhooks;
  MailServer mail;
};

// One thing to be sent.
struct WebhookCall {
  std::string name;  // of the webhook
  std::string url;
  std::string body;                  // JSON
  std::vector<std::string> headers;  // "Name: value"
};
struct Mail {
  std::string to;
  std::string text;  // headers and body, lines end in CRLF
};
struct Messages {
  std::vector<WebhookCall> calls;
  std::vector<Mail> mails;
  std::vector<std::string> problems;  // what the suite asks for and the server does not have
};

// Whether the suite wants to hear of it: TROUBLE means a run that is not PASSED, or the first that
// is again. Cancelled runs are told only to those who want ALWAYS.
bool IsWanted(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous);

// Nothing where it is not wanted. `now_wall_ms` dates the mail.
Messages MessagesOf(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous,
                    const Settings& settings, int64_t now_wall_ms);

// "sha256=" and the HMAC-SHA-256 of the body in lower-case hex.
std::string Signature(const std::string& secret, const std::string& body);

}  // namespace edgerack::notify

#endif  // SERVER_NOTIFY_MESSAGE_H_
