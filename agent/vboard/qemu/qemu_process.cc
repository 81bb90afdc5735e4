#include "agent/vboard/qemu/qemu_process.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace edgerack::vboard {
namespace {

constexpr char kProgram[] = "qemu-system-arm";

// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void BecomeQemu(char* const* argv, pid_t parent, int gdb, int uart, int exec_failed) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it died before that
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(2, 1);  // the board's standard output is a contract
  fcntl(gdb, F_SETFD, 0);
  fcntl(uart, F_SETFD, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(argv[0], argv);
  const int error = errno;
  const ssize_t ignored = write(exec_failed, &error, sizeof error);
  (void)ignored;
  _exit(127);
}

absl::Status Failed(const char* what, int error) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(error)));
}

}  // namespace

absl::Status QemuProcess::Start(const std::string& machine, uint64_t ns_per_instruction) {
  int gdb[2], uart[2], failed[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gdb) != 0) {
    return Failed("socketpair", errno);
  }
  gdb_ = gdb[0];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, uart) != 0) {
    close(gdb[1]);
    return Failed("socketpair", errno);
  }
  uart_ = uart[0];
  fcntl(uart_, F_SETFL, O_NONBLOCK);
  if (pipe2(failed, O_CLOEXEC) != 0) return Failed("pipe", errno);

  std::vector<std::string> arguments = {
      kProgram, "-M", machine, "-nodefaults", "-display", "none", "-S",
      // The board's network chip, cut off; without a peer QEMU would complain on each start.
      "-nic", "user,restrict=on",
      // Idle time passes with the host's clock; busy time is what was executed.
      "-icount", absl::StrCat("shift=", std::countr_zero(ns_per_instruction), ",sleep=on"),
      "-chardev", absl::StrCat("socket,id=gdb,fd=", gdb[1]), "-gdb", "chardev:gdb", "-chardev",
      absl::StrCat("socket,id=uart,fd=", uart[1]), "-serial", "chardev:uart"};
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t self = getpid();
  pid_ = fork();
  if (pid_ == 0) BecomeQemu(argv.data(), self, gdb[1], uart[1], failed[1]);
  int error = pid_ < 0 ? errno : 0;
  close(gdb[1]);
  close(uart[1]);
  close(failed[1]);
  if (pid_ > 0 && read(failed[0], &error, sizeof error) == sizeof error) {
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  close(failed[0]);
  if (error == ENOENT) {
    return absl::NotFoundError(absl::StrCat(
        kProgram, " is not installed or not on PATH; on Debian: apt install qemu-system-arm"));
  }
  return error == 0 ? absl::OkStatus() : Failed(kProgram, error);
}

void QemuProcess::Stop() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  if (const int fd = TakeGdbSocket(); fd >= 0) close(fd);
  if (const int fd = TakeUartSocket(); fd >= 0) close(fd);
}

int QemuProcess::TakeGdbSocket() { return std::exchange(gdb_, -1); }
int QemuProcess::TakeUartSocket() { return std::exchange(uart_, -1); }

}  // namespace edgerack::vboard
