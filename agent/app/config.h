// The agent's configuration file.
#ifndef AGENT_APP_CONFIG_H_
#define AGENT_APP_CONFIG_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::agent {

struct ConsoleConfig {
  std::string device;  // path of a serial port; else
  std::string host;    // host and port of a TCP console
  uint16_t port = 0;
};

struct BoardConfig {
  std::string id;
  std::string kind;
  std::vector<std::string> tags;
  std::string probe_serial;
  uint16_t probe_tcp_port = 0;
  ConsoleConfig console;
  std::string uid;  // 24 lower-case hex digits, or empty
};

struct AgentConfig {
  std::string id;
  std::string server;  // host:port
  bool tls = false;    // default: no on a loopback address, else yes
  std::filesystem::path ca_file;
  std::filesystem::path token_file;
  std::filesystem::path state_dir;
  std::vector<BoardConfig> boards;
};

// INVALID_ARGUMENT with code BAD_AGENT_CONFIG: "file:line: `key` …". Unknown keys are errors.
absl::StatusOr<AgentConfig> ParseAgentConfig(const std::string& text, const std::string& file);

}  // namespace edgerack::agent

#endif  // AGENT_APP_CONFIG_H_
