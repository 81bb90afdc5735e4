#include "client/cli/commands/command.h"

#include <cstdio>
#include <iostream>

#include "client/cli/output/terminal.h"

namespace edgerack::cli {

namespace {

// A file's name, and so a message, need not be UTF-8.
std::string Text(const nlohmann::ordered_json& document) {
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

Connection& Session::connection() {
  if (!connection_) connection_ = std::make_unique<Connection>(server);
  return *connection_;
}

void Session::Print(const nlohmann::ordered_json& document, const std::string& text) const {
  PrintPlain(document, !json && StandardOutput().colors ? Colored(text) : text);
}

void Session::PrintPlain(const nlohmann::ordered_json& document, const std::string& text) const {
  std::cout << (json ? Text(document) : text) << std::flush;
}

int Session::Report(const absl::Status& status) const {
  const std::string code = ErrorCodeOf(status);
  if (json) {
    nlohmann::ordered_json error = {{"class", ErrorClassName(ErrorClassOf(status))},
                                    {"code", code},
                                    {"message", ErrorMessageOf(status)}};
    std::cout << Text({{"error", error}}) << std::flush;
  } else {
    std::cerr << "edgerack: " << ErrorMessageOf(status) << " [" << code << "]" << std::endl;
  }
  const bool away = code == "SERVER_NOT_REACHED" || code == "SERVER_TOO_SLOW";
  if (away) return kNotReached;
  return code == "BAD_USAGE" ? kUsage : kFailed;
}

void OnRun(CLI::App* command, Session& session, std::function<int()> body) {
  command->callback([&session, body = std::move(body)] { session.exit_code = body(); });
}

std::string ResourceName(const std::string& collection, const std::string& id) {
  const std::string prefix = collection + "/";
  return id.rfind(prefix, 0) == 0 ? id : prefix + id;
}

std::string ShortId(const std::string& id) { return id.substr(0, 16); }

}  // namespace edgerack::cli
