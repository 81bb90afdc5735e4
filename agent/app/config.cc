#include "agent/app/config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "agent/app/table_reader.h"

namespace edgerack::agent {
namespace {

constexpr char kCode[] = "BAD_AGENT_CONFIG";

// Splits "host:port"; false when it is not that.
bool SplitAddress(const std::string& address, std::string& host, uint16_t& port) {
  size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  host = address.substr(0, colon);
  const char* end = address.data() + address.size();
  auto [at, error] = std::from_chars(address.data() + colon + 1, end, port);
  return error == std::errc() && at == end && port != 0;
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.rfind("127.", 0) == 0;
}

ConsoleConfig ParseConsole(const toml::table& table, const std::string& file,
                           absl::Status& status) {
  TableReader in(table, "board.console", file, status);
  ConsoleConfig console;
  console.device = in.TextOr("device", "");
  const std::string tcp = in.TextOr("tcp", "");
  if (console.device.empty() == tcp.empty()) {
    in.Fail("device", "or `tcp` must be given, and not both");
  } else if (!tcp.empty() && !SplitAddress(tcp, console.host, console.port)) {
    in.Fail("tcp", "must be host:port");
  }
  in.FailOnUnknownKeys();
  return console;
}

void ParseProbe(const toml::table& table, const std::string& file, absl::Status& status,
                BoardConfig& board) {
  TableReader in(table, "board.probe", file, status);
  board.probe_serial = in.TextOr("serial", "");
  board.probe_tcp_port = in.PortOr0("tcp_port");
  if (board.probe_serial.empty() && board.probe_tcp_port == 0) {
    in.Fail("serial", "or `tcp_port` must be given");
  }
  in.FailOnUnknownKeys();
}

BoardConfig ParseBoard(const toml::table& table, const std::string& file, absl::Status& status) {
  TableReader in(table, "board", file, status);
  BoardConfig board;
  board.id = in.Text("id");
  board.kind = in.Text("kind");
  board.tags = in.Texts("tags");
  board.uid = in.TextOr("uid", "");
  std::transform(board.uid.begin(), board.uid.end(), board.uid.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!board.uid.empty() &&
      (board.uid.size() != 24 ||
       board.uid.find_first_not_of("0123456789abcdef") != std::string::npos)) {
    in.Fail("uid", "must be 24 hex digits, as `edgerack boards` shows them");
  }
  if (const toml::table* probe = in.Table("probe")) ParseProbe(*probe, file, status, board);
  const toml::table* console = in.Table("console");
  if (console == nullptr) {
    in.Fail("console", "is missing: `console = { device = \"/dev/…\" }`");
  } else {
    board.console = ParseConsole(*console, file, status);
  }
  in.FailOnUnknownKeys();
  return board;
}

void ParseAgent(const toml::table& table, const std::string& file, absl::Status& status,
                AgentConfig& config) {
  TableReader in(table, "agent", file, status);
  config.id = in.Text("id");
  config.server = in.Text("server");
  config.state_dir = in.Text("state_dir");
  std::string host;
  uint16_t port = 0;
  if (status.ok() && !SplitAddress(config.server, host, port)) {
    in.Fail("server", "must be host:port");
  }
  config.tls = in.BoolOr("tls", !IsLoopback(host));
  config.ca_file = in.TextOr("ca_file", "");
  config.token_file = in.TextOr("token_file", "");
  in.FailOnUnknownKeys();
}

}  // namespace

absl::StatusOr<AgentConfig> ParseAgentConfig(const std::string& text, const std::string& file) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, kCode,
                     file + ":" + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()));
  }
  absl::Status status;
  AgentConfig config;
  TableReader in(root, "", file, status);
  if (const toml::table* agent = in.Table("agent")) {
    ParseAgent(*agent, file, status, config);
  } else {
    in.Fail("agent", "is missing: the file needs an [agent] table");
  }
  std::set<std::string> ids;
  for (const toml::table* table : in.Tables("board")) {
    BoardConfig board = ParseBoard(*table, file, status);
    if (!ids.insert(board.id).second) {
      TableReader(*table, "board", file, status).Fail("id", "is used by two boards");
    }
    config.boards.push_back(std::move(board));
  }
  in.FailOnUnknownKeys();
  ER_RETURN_IF_ERROR(status);
  return config;
}

}  // namespace edgerack::agent
