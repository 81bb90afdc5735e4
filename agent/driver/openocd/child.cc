#include "agent/driver/openocd/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace edgerack::agent {
namespace {

constexpr int64_t kTermToKillMs = 2'000;
constexpr int64_t kReapMs = 5'000;
// A line without end is cut here.
constexpr size_t kMaxLineBytes = 4096;

absl::Status NotStarted(const std::string& program, int error) {
  return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "CHILD_NOT_STARTED",
                   "cannot run " + program + ": " + std::strerror(error));
}

// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void BecomeChild(char* const* argv, int output, int exec_failed) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(output, 1);
  dup2(output, 2);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  execv(argv[0], argv);
  int error = errno;
  ssize_t ignored = write(exec_failed, &error, sizeof error);
  (void)ignored;
  _exit(127);
}

// A running child and what came of it. Handlers share it; the coroutine owns the gates.
struct Child : std::enable_shared_from_this<Child> {
  explicit Child(const asio::any_io_executor& executor) : output(executor), ended(executor) {}
  ~Child() {
    if (pid <= 0 || exited) return;
    kill(-pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }

  absl::Status Start(const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (const std::string& text : arguments) argv.push_back(const_cast<char*>(text.c_str()));
    argv.push_back(nullptr);
    int out[2];
    int failed[2];
    if (pipe2(out, O_CLOEXEC) != 0) return NotStarted(arguments[0], errno);
    if (pipe2(failed, O_CLOEXEC) != 0) {
      int error = errno;
      close(out[0]);
      close(out[1]);
      return NotStarted(arguments[0], error);
    }
    pid = fork();
    if (pid == 0) BecomeChild(argv.data(), out[1], failed[1]);
    int error = pid < 0 ? errno : 0;
    close(out[1]);
    close(failed[1]);
    if (pid > 0 && read(failed[0], &error, sizeof error) == sizeof error) {
      waitpid(pid, nullptr, 0);
      pid = -1;
    }
    close(failed[0]);
    if (pid < 0) {
      close(out[0]);
      return NotStarted(arguments[0], error);
    }
    setpgid(pid, pid);  // as the child does: whoever comes first
    int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    output.assign(out[0]);
    if (pidfd < 0) return NotStarted(arguments[0], errno);
    ended.assign(pidfd);
    ReadOn();
    WaitForEnd();
    return absl::OkStatus();
  }

  void ReadOn() {
    output.async_read_some(asio::buffer(buffer),
                           [self = shared_from_this()](error_code error, size_t bytes) {
                             self->OnRead(error, bytes);
                           });
  }

  void OnRead(error_code error, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
      if (buffer[i] == '\n' || line.size() >= kMaxLineBytes) TellLine();
      if (buffer[i] != '\n' && buffer[i] != '\r') line += buffer[i];
    }
    if (!error) return ReadOn();
    TellLine();
    silent = true;
    Notify();
  }

  void TellLine() {
    if (on_line && !line.empty()) on_line(line);
    line.clear();
  }

  void WaitForEnd() {
    ended.async_wait(asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](error_code error) {
                       if (error) return;
                       int status = 0;
                       if (waitpid(self->pid, &status, WNOHANG) != self->pid) return;
                       if (WIFEXITED(status)) self->exit.exit_code = WEXITSTATUS(status);
                       if (WIFSIGNALED(status)) self->exit.signal = WTERMSIG(status);
                       self->exited = true;
                       self->Notify();
                     });
  }

  void Notify() {
    if (auto waiting = gate.lock()) waiting->Notify();
  }

  asio::posix::stream_descriptor output;
  asio::posix::stream_descriptor ended;
  std::array<char, 4096> buffer;
  std::string line;
  std::function<void(const std::string&)> on_line;
  pid_t pid = -1;
  bool silent = false;  // its output ended
  bool exited = false;
  ChildExit exit;
  std::weak_ptr<Gate> gate;
};

// Waits for `done()`; false at the deadline or when interrupted, then `why` says which.
template <typename Done>
Task<bool> WaitFor(Gate& gate, Done done, int64_t deadline_ms, Wake& why) {
  while (!done()) {
    why = co_await gate.WaitUntil(deadline_ms);
    if (why != Wake::kNotified) co_return done();
  }
  co_return true;
}

}  // namespace

Task<absl::StatusOr<ChildExit>> RunChildAsync(std::vector<std::string> arguments,
                                              int64_t deadline_ms, asio::any_io_executor executor,
                                              Timers& timers, Interrupt* interrupt,
                                              std::function<void(const std::string&)> on_line) {
  auto child = std::make_shared<Child>(executor);
  child->on_line = std::move(on_line);
  auto gate = std::make_shared<Gate>(executor, timers, interrupt);
  child->gate = gate;
  ER_CO_RETURN_IF_ERROR(child->Start(arguments));

  Child* c = child.get();
  auto over = [c] { return c->exited && c->silent; };
  auto exited = [c] { return c->exited; };
  Wake why = Wake::kNotified;
  bool ended = co_await WaitFor(*gate, over, deadline_ms, why);
  if (!ended) {
    // The interrupt stays raised, so these waits do without it.
    gate = std::make_shared<Gate>(executor, timers, nullptr);
    child->gate = gate;
    kill(-c->pid, SIGTERM);
    Wake ignored = Wake::kNotified;
    bool gone = co_await WaitFor(*gate, exited, timers.clock().SteadyMs() + kTermToKillMs, ignored);
    kill(-c->pid, SIGKILL);  // also what the child may have left behind
    if (!gone) {
      co_await WaitFor(*gate, exited, timers.clock().SteadyMs() + kReapMs, ignored);
    }
  }
  child->on_line = nullptr;
  error_code ignored_error;
  c->output.close(ignored_error);
  c->ended.close(ignored_error);
  if (!ended && why == Wake::kInterrupted) co_return InterruptedError();
  ChildExit result = c->exit;
  result.timed_out = !ended;
  co_return result;
}

absl::StatusOr<std::string> FindProgram(const std::string& program) {
  std::string found;
  if (program.find('/') != std::string::npos) {
    if (access(program.c_str(), X_OK) == 0) found = program;
  } else if (const char* path = std::getenv("PATH")) {
    std::string rest = path;
    while (found.empty() && !rest.empty()) {
      size_t colon = rest.find(':');
      std::string file = rest.substr(0, colon) + "/" + program;
      if (access(file.c_str(), X_OK) == 0) found = file;
      rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
  }
  if (!found.empty()) return found;
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kInfrastructure, "PROGRAM_MISSING",
                   program + " is not installed or not on PATH; on Debian: apt install openocd");
}

}  // namespace edgerack::agent
