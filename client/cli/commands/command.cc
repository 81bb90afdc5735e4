#include "client/cli/commands/command.h"

#include <cstdio>
#include <iostream>

namespace edgerack::cli {

Connection& Session::connection() {
  if (!connection_) connection_ = std::make_unique<Connection>(server);
  return *connection_;
}

void Session::Print(const nlohmann::ordered_json& document, const std::string& text) const {
  std::cout << (json ? document.dump(2) + "\n" : text) << std::flush;
}

int Session::Report(const absl::Status& status) const {
  const std::string code = ErrorCodeOf(status);
  if (json) {
    nlohmann::ordered_json error = {{"class", ErrorClassName(ErrorClassOf(status))},
                                    {"code", code},
                                    {"message", ErrorMessageOf(status)}};
    std::cout << nlohmann::ordered_json({{"error", error}}).dump(2) << std::endl;
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
