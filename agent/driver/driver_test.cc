// The drivers against real things of this machine: child processes, pseudo-terminals, sockets.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <optional>

#include "agent/driver/openocd/child.h"
#include "agent/driver/openocd/openocd_flasher.h"
#include "agent/driver/serial/serial_console.h"
#include "agent/driver/tcp/tcp_console.h"
#include "base/files.h"

namespace edgerack::agent {
namespace {

int64_t In(int64_t ms) { return SystemClock().SteadyMs() + ms; }

class DriverTest : public testing::Test {
 protected:
  template <typename T>
  T Await(Task<T> task) {
    std::optional<T> result;
    asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T value) {
      EXPECT_FALSE(error);
      result = std::move(value);
    });
    context.restart();
    while (!result && context.run_one() > 0) {
    }
    return std::move(*result);
  }

  absl::StatusOr<ChildExit> RunShell(const std::string& script, int64_t limit_ms = 20'000) {
    std::vector<std::string> arguments = {"/bin/sh", "-c", script};
    std::function<void(const std::string&)> on_line = [this](const std::string& line) {
      lines.push_back(line);
    };
    return Await(RunChildAsync(arguments, In(limit_ms), context.get_executor(), SystemTimers(),
                               &interrupt, on_line));
  }

  asio::io_context context;
  Interrupt interrupt;
  std::vector<std::string> lines;
};

TEST_F(DriverTest, ChildsLinesAndStatusArrive) {
  auto exit = RunShell("echo one; echo two >&2; printf three; exit 3");
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->exit_code, 3);
  EXPECT_THAT(lines, testing::ElementsAre("one", "two", "three"));
}

TEST_F(DriverTest, ChildOverItsDeadlineIsKilledWithItsGroup) {
  auto exit = RunShell("sleep 60 & echo $!; wait", 1'000);
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_TRUE(exit->timed_out);
  EXPECT_EQ(exit->signal, SIGTERM);
  ASSERT_EQ(lines.size(), 1u);
  // The grandchild ends too; whether init has reaped it already does not matter.
  const int grandchild = static_cast<int>(syscall(SYS_pidfd_open, std::stoi(lines[0]), 0));
  if (grandchild < 0) return;
  pollfd ended{grandchild, POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 10'000), 1);
  close(grandchild);
}

TEST_F(DriverTest, ChildThatIgnoresSigtermIsKilled) {
  auto exit = RunShell("trap '' TERM; echo up; while :; do :; done", 200);
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_TRUE(exit->timed_out);
  EXPECT_EQ(exit->signal, SIGKILL);
}

TEST_F(DriverTest, InterruptEndsTheChild) {
  asio::steady_timer timer(context, std::chrono::milliseconds(50));
  timer.async_wait([&](error_code) { interrupt.Raise(); });
  int64_t start_ms = SystemClock().SteadyMs();
  auto exit = RunShell("sleep 60");
  EXPECT_TRUE(absl::IsCancelled(exit.status())) << exit.status();
  EXPECT_LT(SystemClock().SteadyMs() - start_ms, 5'000);
}

TEST_F(DriverTest, MissingProgramIsSaid) {
  std::vector<std::string> arguments = {"/nonexistent/openocd"};
  auto exit = Await(RunChildAsync(arguments, In(1'000), context.get_executor(), SystemTimers(),
                                  &interrupt, nullptr));
  EXPECT_EQ(ErrorCodeOf(exit.status()), "CHILD_NOT_STARTED");
  EXPECT_EQ(ErrorCodeOf(FindProgram("no-such-program-here").status()), "PROGRAM_MISSING");
}

// The stock OpenOCD takes our arguments: it gets as far as the probe, which is not there.
TEST_F(DriverTest, StockOpenocdParsesTheCommand) {
  if (!FindProgram("openocd").ok()) GTEST_SKIP() << "openocd is not installed";
  for (const char* board :
       {"stm32f746g-disco", "nucleo-f746zg", "virtual-n6", "stm32n6570-dk", "nucleo-n657x0-q"}) {
    OpenocdSetup setup;
    setup.board_id = board;
    setup.config = std::string("firmware/boards/") + board + "/openocd.cfg";
    setup.probe.tcp_port = 1;  // nothing listens on it
    OpenocdFlasher flasher(setup, context.get_executor(), SystemTimers(), &interrupt);
    FlashRequest request;
    request.firmware_elf = "/nonexistent/firmware.elf";
    absl::Status status = Await(flasher.Write(request, In(20'000)));
    EXPECT_EQ(ErrorCodeOf(status), "PROBE_NOT_FOUND") << status;
  }
}

class SerialTest : public DriverTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(openpty(&board, &device, nullptr, nullptr, nullptr), 0);
    path = ttyname(device);
    console = std::make_unique<SerialConsole>(path, 921'600, context.get_executor(), SystemTimers(),
                                              &interrupt);
  }
  void TearDown() override {
    console.reset();
    close(device);
    if (board >= 0) close(board);
  }
  int board = -1;
  int device = -1;
  std::string path;
  std::unique_ptr<SerialConsole> console;
};

TEST_F(SerialTest, BytesPassUnchangedBothWays) {
  ASSERT_TRUE(Await(console->Open(In(1'000))).ok());
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  ASSERT_TRUE(Await(console->Write(all, In(1'000))).ok());
  std::string got(256, '\0');
  ASSERT_EQ(read(board, got.data(), got.size()), 256);
  EXPECT_EQ(got, all);
  ASSERT_EQ(write(board, all.data(), all.size()), 256);
  std::string read_back;
  while (read_back.size() < 256) {
    auto piece = Await(console->Read(In(1'000)));
    ASSERT_TRUE(piece.ok() && !piece->empty());
    read_back += *piece;
  }
  EXPECT_EQ(read_back, all);
}

TEST_F(SerialTest, StaleBytesAreDropped) {
  struct termios raw;
  tcgetattr(device, &raw);
  cfmakeraw(&raw);
  tcsetattr(device, TCSANOW, &raw);
  ASSERT_EQ(write(board, "stale", 5), 5);
  ASSERT_TRUE(Await(console->Open(In(1'000))).ok());
  auto bytes = Await(console->Read(In(50)));
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes, "");
}

TEST_F(SerialTest, VanishedPortIsLostAndCanComeBack) {
  ASSERT_TRUE(Await(console->Open(In(1'000))).ok());
  close(board);
  board = -1;
  auto bytes = Await(console->Read(In(5'000)));
  EXPECT_EQ(ErrorCodeOf(bytes.status()), "CONSOLE_LOST");
  EXPECT_EQ(ErrorClassOf(bytes.status()), ErrorClass::kInfrastructure);
  EXPECT_FALSE(console->is_open());
}

TEST_F(SerialTest, SecondUserIsRefused) {
  ASSERT_TRUE(Await(console->Open(In(1'000))).ok());
  auto second = OpenSerial(path, 921'600);
  EXPECT_EQ(ErrorCodeOf(second.status()), "CONSOLE_IN_USE");
}

TEST_F(SerialTest, OpenErrorsSayWhatToDo) {
  EXPECT_EQ(ErrorCodeOf(OpenSerial("/dev/no-such-tty", 921'600).status()), "CONSOLE_NOT_FOUND");
  EXPECT_EQ(ErrorCodeOf(OpenSerial("/dev/null", 921'600).status()), "CONSOLE_NOT_FOUND");
  EXPECT_EQ(ErrorCodeOf(OpenSerial(path, 12'345).status()), "CONSOLE_BAD_BAUD");
}

TEST_F(SerialTest, InterruptEndsARead) {
  ASSERT_TRUE(Await(console->Open(In(1'000))).ok());
  asio::steady_timer timer(context, std::chrono::milliseconds(20));
  timer.async_wait([&](error_code) { interrupt.Raise(); });
  EXPECT_TRUE(absl::IsCancelled(Await(console->Read(In(5'000))).status()));
}

TEST_F(DriverTest, TcpConsoleTalksAndNoticesTheEnd) {
  using asio::ip::tcp;
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  tcp::socket peer(context);
  acceptor.async_accept(peer, [](error_code) {});
  TcpConsole console("127.0.0.1", acceptor.local_endpoint().port(), context.get_executor(),
                     SystemTimers(), &interrupt);
  ASSERT_TRUE(Await(console.Open(In(2'000))).ok());
  ASSERT_TRUE(Await(console.Write("ping", In(1'000))).ok());
  char got[4];
  asio::read(peer, asio::buffer(got));
  EXPECT_EQ(std::string(got, 4), "ping");
  asio::write(peer, asio::buffer("pong", 4));
  auto bytes = Await(console.Read(In(1'000)));
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes, "pong");
  peer.close();
  EXPECT_EQ(ErrorCodeOf(Await(console.Read(In(1'000))).status()), "CONSOLE_LOST");
}

TEST_F(DriverTest, TcpConsoleThatIsNotThere) {
  TcpConsole console("127.0.0.1", 1, context.get_executor(), SystemTimers(), &interrupt);
  EXPECT_EQ(ErrorCodeOf(Await(console.Open(In(2'000)))), "CONSOLE_NOT_FOUND");
}

}  // namespace
}  // namespace edgerack::agent
