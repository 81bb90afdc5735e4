#include "agent/app/config.h"

#include <gtest/gtest.h>

namespace edgerack::agent {
namespace {

constexpr char kGood[] = R"([agent]
id = "desk"
server = "127.0.0.1:7700"
state_dir = "/var/lib/edgerack-agent"

[[board]]
id = "a"
kind = "nucleo-f746zg"
tags = ["demo", "left"]
probe = { serial = "0669FF" }
console = { device = "/dev/ttyACM0" }
uid = "0123456789ABCDEF01234567"

[[board]]
id = "b"
kind = "nucleo-f746zg"
probe = { tcp_port = 7801 }
console = { tcp = "127.0.0.1:7802" }
)";

std::string With(const std::string& from, const std::string& to) {
  std::string text = kGood;
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(AgentConfigTest, ReadsEverything) {
  auto config = ParseAgentConfig(kGood, "boards.toml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->id, "desk");
  EXPECT_EQ(config->server, "127.0.0.1:7700");
  EXPECT_FALSE(config->tls);
  ASSERT_EQ(config->boards.size(), 2u);
  EXPECT_EQ(config->boards[0].probe_serial, "0669FF");
  EXPECT_EQ(config->boards[0].console.device, "/dev/ttyACM0");
  EXPECT_EQ(config->boards[0].uid, "0123456789abcdef01234567");
  EXPECT_EQ(config->boards[0].tags, (std::vector<std::string>{"demo", "left"}));
  EXPECT_EQ(config->boards[1].probe_tcp_port, 7801);
  EXPECT_EQ(config->boards[1].console.host, "127.0.0.1");
  EXPECT_EQ(config->boards[1].console.port, 7802);
}

TEST(AgentConfigTest, TlsIsTheDefaultBeyondLoopback) {
  EXPECT_TRUE(ParseAgentConfig(With("127.0.0.1:7700", "farm.example:7700"), "f")->tls);
  EXPECT_FALSE(
      ParseAgentConfig(With("127.0.0.1:7700\"", "farm.example:7700\"\ntls = false"), "f")->tls);
}

struct Case {
  const char* from;
  const char* to;
  const char* message;
};

TEST(AgentConfigTest, EveryErrorNamesFileLineAndKey) {
  const Case cases[] = {
      {"server = \"127.0.0.1:7700\"", "server = 7700", "f:3: `agent.server` must be a string"},
      {"127.0.0.1:7700", "127.0.0.1", "f:3: `agent.server` must be host:port"},
      {"127.0.0.1:7700", "127.0.0.1:70000", "f:3: `agent.server` must be host:port"},
      {"state_dir", "statedir", "`agent.state_dir` is missing"},
      {"kind = \"nucleo-f746zg\"\ntags", "tags", "f:6: `board.kind` is missing"},
      {"tags = [\"demo\", \"left\"]", "tags = \"demo\"", "f:9: `board.tags` must be a list"},
      {"serial = \"0669FF\"", "serail = \"0669FF\"", "`board.probe.serial` or `tcp_port`"},
      {"tcp_port = 7801", "tcp_port = 0", "f:17: `board.probe.tcp_port` must be a port"},
      {"127.0.0.1:7802", "7802", "f:18: `board.console.tcp` must be host:port"},
      {"uid = \"0123", "uid = \"xyz", "f:12: `board.uid` must be 24 hex digits"},
      {"id = \"b\"", "id = \"a\"", "f:15: `board.id` is used by two boards"},
      {"uid = ", "uuid = ", "f:12: `board.uuid` is not a key here"},
      {"[agent]", "[agnet]", "`agent` is missing"},
      {"console = { device = \"/dev/ttyACM0\" }\n", "", "`board.console` is missing"},
      {"[[board]]", "[board", "f:6: "},
  };
  for (const Case& c : cases) {
    auto config = ParseAgentConfig(With(c.from, c.to), "f");
    ASSERT_FALSE(config.ok()) << c.to;
    EXPECT_EQ(ErrorCodeOf(config.status()), "BAD_AGENT_CONFIG");
    EXPECT_NE(ErrorMessageOf(config.status()).find(c.message), std::string::npos)
        << ErrorMessageOf(config.status()) << "\nshould hold " << c.message;
  }
}

}  // namespace
}  // namespace edgerack::agent
