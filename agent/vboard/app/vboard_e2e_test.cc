// The program between its two doors: stock OpenOCD, gdb and a terminal.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/child_process.h"
#include "base/files.h"

namespace edgerack::vboard {
namespace {

using std::chrono::steady_clock;

std::string Env(const char* name) {
  const char* value = std::getenv(name);
  EXPECT_NE(value, nullptr) << name;
  return value == nullptr ? "" : value;
}

std::string Elf(const std::string& name) { return Env("VBOARD_FOREIGN") + "/" + name + ".elf"; }

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

// A child of this test, with its output in a pipe.
class Process {
 public:
  explicit Process(const std::vector<std::string>& arguments) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(fds[1], 1);
      std::vector<char*> argv;
      for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
      argv.push_back(nullptr);
      execvp(argv[0], argv.data());
      _exit(127);
    }
    close(fds[1]);
    out_ = fds[0];
  }
  ~Process() {
    if (pid_ > 0) Signal(SIGKILL);
    if (out_ >= 0) close(out_);
  }
  bool WaitForLine(const std::string& line, int timeout_ms) {
    std::string seen;
    pollfd p{out_, POLLIN, 0};
    while (seen.find(line) == std::string::npos) {
      char buffer[256];
      if (poll(&p, 1, timeout_ms) <= 0) return false;
      const ssize_t got = read(out_, buffer, sizeof buffer);
      if (got <= 0) return false;
      seen.append(buffer, static_cast<size_t>(got));
    }
    return true;
  }
  // Sends the signal and waits for the end; returns the exit status, or -1 if a signal ended it.
  int Signal(int number) {
    int status = 0;
    kill(pid_, number);
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  double CpuSeconds() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    long user = 0, system = 0;
    std::sscanf(text.c_str() + text.rfind(')') + 2,
                "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

class Terminal {
 public:
  explicit Terminal(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_NOCTTY)) {}
  ~Terminal() { close(fd_); }
  void Write(const std::string& text) {
    EXPECT_EQ(write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // Everything up to and with `end`, or what came within the time.
  std::string ReadUntil(const std::string& end, int timeout_ms = 10'000) {
    std::string seen;
    const auto deadline = steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    while (seen.find(end) == std::string::npos && steady_clock::now() < deadline) {
      pollfd p{fd_, POLLIN, 0};
      if (poll(&p, 1, 100) <= 0) continue;
      char buffer[4096];
      const ssize_t got = read(fd_, buffer, sizeof buffer);
      if (got > 0) seen.append(buffer, static_cast<size_t>(got));
    }
    return seen;
  }

 private:
  int fd_;
};

// A virtual board, the stock files of OpenOCD for it, and a foreign program of its chip.
struct BoardCase {
  const char* kind;
  const char* hla_config;
  const char* dap_target;
  const char* foreign;
};

constexpr BoardCase kF746 = {"virtual-f746", "board/st_nucleo_f7.cfg", "target/stm32f7x.cfg",
                             "foreign"};
constexpr BoardCase kH743 = {"virtual-h743", "board/st_nucleo_h743zi.cfg",
                             "target/stm32h7x_dual_bank.cfg", "foreign_h743"};

class VboardTest : public ::testing::Test {
 protected:
  explicit VboardTest(const BoardCase& board_case = kF746)
      : its(board_case), port(FreePort()), pty((folder.path() / "uart").string()) {}

  void Start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {Env("EDGERACK_BIN") + "/edgerack-vboard",
                                          "--board",
                                          its.kind,
                                          "--stlink-port",
                                          std::to_string(port),
                                          "--uart-pty",
                                          pty};
    arguments.insert(arguments.end(), more.begin(), more.end());
    board = std::make_unique<Process>(arguments);
    ASSERT_TRUE(board->WaitForLine("ready\n", 10'000));
  }
  std::vector<std::string> OpenOcd(const std::string& commands, bool dap = false,
                                   const std::string& gdb_port = "disabled") const {
    std::vector<std::string> arguments = {"/usr/bin/openocd"};
    const std::string number = std::to_string(port);
    const std::string ports = "gdb_port " + gdb_port + "; tcl_port disabled; telnet_port disabled";
    if (dap) {
      arguments.insert(
          arguments.end(),
          {"-f", "interface/stlink-dap.cfg", "-c",
           "transport select dapdirect_swd; st-link backend tcp " + number, "-f", its.dap_target});
    } else {
      arguments.insert(arguments.end(),
                       {"-f", its.hla_config, "-c", "hla_stlink_backend tcp " + number});
    }
    arguments.insert(arguments.end(), {"-c", ports, "-c", commands});
    return arguments;
  }
  std::string RunOpenOcd(const std::string& commands, bool dap = false) const {
    ChildLimits limits;
    limits.timeout_ms = 60'000;
    auto result = RunChild(OpenOcd(commands, dap), limits);
    EXPECT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->exit_code, 0) << result->standard_error;
    return result->standard_error + result->standard_output;
  }

  // Breakpoint, step, registers, watchpoint and printing with gdb through OpenOCD; what gdb said.
  std::string Debug(bool dap) const {
    const int gdb_port = FreePort();
    Process openocd(OpenOcd("init", dap, std::to_string(gdb_port)));
    const std::string script = (folder.path() / "script.gdb").string();
    std::ofstream(script)
        << "set pagination off\nset confirm off\n"
        << "target extended-remote 127.0.0.1:" << gdb_port << "\n"
        << "monitor reset halt\nbreak report\ncontinue\nprint value\nstepi\nnext\n"
        << "info registers s0\nprint $pc > 0x08000000 && $pc < 0x08010000\n"
        << "delete\nwatch ticks\ncontinue\nprint ticks > 0\ndelete\n"
        << "tbreak report\ncontinue\nprint last_value\ndetach\nquit\n";
    ChildLimits limits;
    limits.timeout_ms = 60'000;
    std::string seen;
    // OpenOCD needs a moment until it listens.
    for (int attempt = 0; attempt < 50; ++attempt) {
      auto gdb =
          RunChild({"/usr/bin/gdb-multiarch", "-batch", "-x", script, Elf(its.foreign)}, limits);
      EXPECT_TRUE(gdb.ok()) << gdb.status();
      if (!gdb.ok()) break;
      seen = gdb->standard_output + gdb->standard_error;
      if (seen.find("Connection refused") == std::string::npos) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    openocd.Signal(SIGTERM);
    return seen;
  }

  const BoardCase& its;
  TempDir folder;
  int port;
  std::string pty;
  std::unique_ptr<Process> board;
};

class EveryVboardTest : public VboardTest, public ::testing::WithParamInterface<const BoardCase*> {
 protected:
  EveryVboardTest() : VboardTest(*GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(All, EveryVboardTest, ::testing::Values(&kF746, &kH743),
                         [](const auto& chosen) {
                           return std::string(chosen.param->kind).substr(std::strlen("virtual-"));
                         });

// The board whose core is QEMU's: loaded, verified and run by OpenOCD with the board's own file.
TEST_F(VboardTest, ABoardOfQemusIsLoadedAndDebuggedThroughOpenOcd) {
  board = std::make_unique<Process>(
      std::vector<std::string>{Env("EDGERACK_BIN") + "/edgerack-vboard", "--board", "virtual-n6",
                               "--stlink-port", std::to_string(port), "--uart-pty", pty});
  ASSERT_TRUE(board->WaitForLine("ready\n", 20'000));
  const std::string elf = Env("EDGERACK_SHARE") + "/firmware/virtual-n6/firmware.elf";
  ChildLimits limits;
  limits.timeout_ms = 60'000;
  for (int round = 0; round < 3; ++round) {
    auto openocd = RunChild(
        {"/usr/bin/openocd", "-f", "firmware/boards/virtual-n6/openocd.cfg", "-c",
         "st-link backend tcp " + std::to_string(port), "-c",
         "gdb_port disabled; tcl_port disabled; telnet_port disabled", "-c", "init; reset halt",
         "-c", "load_image " + elf + "; verify_image " + elf, "-c", "reset run; sleep 100; halt",
         // A store by the core itself, a step, a breakpoint at the next instruction.
         "-c", "mww 0xE000ED08 0x10000400", "-c", "mdw 0xE000ED08", "-c",
         "reset halt; step; reg pc; bp [expr {[dict get [get_reg pc] pc] + 4}] 2 hw; resume", "-c",
         "wait_halt 1000; reg pc; reset run; shutdown"},
        limits);
    ASSERT_TRUE(openocd.ok()) << openocd.status();
    const std::string said = openocd->standard_error + openocd->standard_output;
    EXPECT_EQ(openocd->exit_code, 0) << said;
    EXPECT_NE(said.find("verified"), std::string::npos) << said;
    EXPECT_NE(said.find("0xe000ed08: 10000400"), std::string::npos) << said;
    EXPECT_NE(said.find("breakpoint"), std::string::npos) << said;
  }
}

TEST_F(VboardTest, FlashedTenTimesInARowThroughStockOpenOcd) {
  Start();
  for (int round = 0; round < 10; ++round) {
    const std::string name = round % 2 == 0 ? "echo" : "foreign";
    const std::string log =
        RunOpenOcd("program " + Elf(name) + " verify reset exit", round % 4 >= 2);
    EXPECT_NE(log.find("** Verified OK **"), std::string::npos) << round << log;
    EXPECT_EQ(log.find("Error"), std::string::npos) << round << log;
  }
}

TEST_F(VboardTest, EchoThroughATerminalThatIsClosedAndOpenedAgain) {
  Start({"--elf", Elf("echo")});
  for (int round = 0; round < 3; ++round) {
    Terminal terminal(pty);
    if (round == 0) {
      EXPECT_EQ(terminal.ReadUntil("echo ready\n"), "echo ready\n");
    }
    std::string text;
    for (int i = 0; i < 300; ++i) text += static_cast<char>('a' + (i * 7 + round) % 26);
    text += '\n';
    terminal.Write(text);
    EXPECT_EQ(terminal.ReadUntil("\n"), text) << round;
  }
  EXPECT_EQ(board->Signal(SIGTERM), 0);
  EXPECT_NE(access(pty.c_str(), F_OK), 0) << "the link is gone after a clean end";
}

TEST_F(VboardTest, EchoOverTcp) {
  const int tcp = FreePort();
  Start({"--elf", Elf("echo"), "--uart-tcp", std::to_string(tcp)});
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(tcp));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(send(fd, "over tcp\n", 9, 0), 9);
  std::string seen;
  while (seen.find("over tcp\n") == std::string::npos) {
    char buffer[64];
    pollfd p{fd, POLLIN, 0};
    ASSERT_GT(poll(&p, 1, 10'000), 0) << seen;
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    ASSERT_GT(got, 0);
    seen.append(buffer, static_cast<size_t>(got));
  }
  close(fd);
}

TEST_P(EveryVboardTest, ForeignProgramFlashedRunAndDebuggedWithGdb) {
  Start({"--uart-instance", "USART3"});
  const std::string log = RunOpenOcd("program " + Elf(its.foreign) + " verify reset exit");
  ASSERT_NE(log.find("** Verified OK **"), std::string::npos) << log;
  {
    Terminal terminal(pty);
    EXPECT_NE(terminal.ReadUntil("corruptions=0\r\n").find("foreign program ready\r\n"),
              std::string::npos);
    terminal.ReadUntil("corruptions=0\r\n");
    terminal.Write("shout");
    const std::string seen = terminal.ReadUntil("SHOUT");
    EXPECT_NE(seen.find("SHOUT"), std::string::npos) << seen;
  }
  for (const bool dap : {false, true}) {
    const std::string seen = Debug(dap);
    EXPECT_NE(seen.find("Breakpoint 1, report (value="), std::string::npos) << seen;
    EXPECT_NE(seen.find("$1 = 3.14154"), std::string::npos) << seen;
    EXPECT_NE(seen.find("$2 = 1"), std::string::npos) << seen;
    EXPECT_NE(seen.find("Hardware watchpoint 2: ticks"), std::string::npos) << seen;
    // Through HLA this OpenOCD does not tell gdb that it was the watchpoint; it stops all the same.
    EXPECT_NE(seen.find(dap ? "New value = " : "SIGTRAP"), std::string::npos) << seen;
    EXPECT_NE(seen.find("$3 = 1"), std::string::npos) << seen;
    EXPECT_NE(seen.find("$4 = 3.14154"), std::string::npos) << seen;
  }
  Terminal terminal(pty);
  EXPECT_NE(terminal.ReadUntil("corruptions=0\r\n").find("pi"), std::string::npos)
      << "it runs on after the debugger left";
}

TEST_F(VboardTest, OpenOcdKilledInTheMiddleOfFlashing) {
  Start();
  // A full flash takes a while: enough to be killed in it.
  const std::string image = (folder.path() / "image.bin").string();
  {
    std::ofstream file(image, std::ios::binary);
    for (int i = 0; i < 900 * 1024; ++i) file.put(static_cast<char>(i * 31 >> 3));
  }
  for (const int delay_ms : {150, 400, 700}) {
    Process openocd(OpenOcd("program " + image + " 0x08000000 verify exit"));
    std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    openocd.Signal(SIGKILL);
    const std::string log = RunOpenOcd("program " + Elf("echo") + " verify reset exit");
    EXPECT_NE(log.find("** Verified OK **"), std::string::npos) << log;
  }
  Terminal terminal(pty);
  terminal.Write("alive\n");
  EXPECT_NE(terminal.ReadUntil("alive\n").find("alive"), std::string::npos);
}

TEST_F(VboardTest, ConnectUnderResetAndResetCommands) {
  Start({"--elf", Elf("foreign")});
  const std::string under = RunOpenOcd(
      "reset_config srst_only srst_nogate connect_assert_srst; init; reset halt; "
      "echo \"cfsr [read_memory 0xE000ED28 32 1]\"; resume; exit");
  EXPECT_NE(under.find("cfsr 0x0"), std::string::npos) << under;
  for (const bool dap : {false, true}) {
    const std::string log = RunOpenOcd(
        "init; reset halt; echo \"first [lindex [get_reg pc] 1]\"; reset run; sleep 20; halt; "
        "echo \"second [lindex [get_reg pc] 1]\"; reset init; resume; exit",
        dap);
    EXPECT_NE(log.find("first 0x080"), std::string::npos) << log;
    EXPECT_NE(log.find("second 0x080"), std::string::npos) << log;
  }
}

TEST_F(VboardTest, AnIdleBoardNeedsHardlyAnyCpuAndItsClockIsReal) {
  Start({"--elf", Elf("idle")});
  const auto ticks = [this] {
    const std::string log =
        RunOpenOcd("init; echo \"ticks [read_memory 0x20000000 32 1] end\"; exit");
    const size_t at = log.find("ticks ");
    return at == std::string::npos ? 0 : std::stoul(log.substr(at + 6), nullptr, 16);
  };
  const unsigned long first = ticks();
  const auto start = steady_clock::now();
  const double cpu_before = board->CpuSeconds();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const double cpu = board->CpuSeconds() - cpu_before;
  const unsigned long second = ticks();
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  // A board that spun would take the whole CPU; the bound leaves room for sanitizers and a busy
  // host.
  EXPECT_LT(cpu / 2.0, 0.3) << "share of one CPU, woken 1000 times a second";
  const double per_second = static_cast<double>(second - first) / seconds;
  EXPECT_LT(per_second, 1050);
  EXPECT_GT(per_second, 300);
}

TEST_F(VboardTest, FlashSurvivesAKillWithAStateFile) {
  const std::string state = (folder.path() / "flash.bin").string();
  Start({"--state", state});
  RunOpenOcd("program " + Elf("echo") + " verify reset exit");
  board->Signal(SIGKILL);
  Start({"--state", state});
  Terminal terminal(pty);
  EXPECT_EQ(terminal.ReadUntil("echo ready\n"), "echo ready\n");
}

TEST_F(VboardTest, ATakenPortIsAnErrorWithAReason) {
  Start();
  ChildLimits limits;
  auto result = RunChild({Env("EDGERACK_BIN") + "/edgerack-vboard", "--board", "virtual-f746",
                          "--stlink-port", std::to_string(port), "--uart-pty", pty + "2"},
                         limits);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 1);
  EXPECT_NE(result->standard_error.find("--stlink-port"), std::string::npos)
      << result->standard_error;
}

TEST_F(VboardTest, AStrangerOnTheDebugPortIsSentAway) {
  Start({"--elf", Elf("echo")});
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(send(fd, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
  char buffer[16];
  pollfd p{fd, POLLIN, 0};
  ASSERT_GT(poll(&p, 1, 5000), 0);
  EXPECT_LE(recv(fd, buffer, sizeof buffer, 0), 0);
  close(fd);
  Terminal terminal(pty);
  EXPECT_EQ(terminal.ReadUntil("echo ready\n"), "echo ready\n") << "the board lives on";
}

}  // namespace
}  // namespace edgerack::vboard
