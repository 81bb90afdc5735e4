#include "base/child_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/clock.h"

namespace edgerack {
namespace {

// A sanitizer maps terabytes of address space for its shadow, which no limit on it allows.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitAddressSpace = false;
#else
constexpr bool kLimitAddressSpace = true;
#endif

void Limit(int resource, uint64_t value) {
  struct rlimit limit = {value, value};
  setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

// In the child between fork and exec: only async-signal-safe calls. Never returns.
[[noreturn]] void BecomeChild(char* const* argv, const ChildLimits& limits, int out, int err,
                              int exec_failed) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(out, 1);
  dup2(err, 2);
  // A listening socket that the child kept would hold the port after the parent was killed.
  close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  if (kLimitAddressSpace && limits.memory_bytes != 0) Limit(RLIMIT_AS, limits.memory_bytes);
  if (limits.cpu_seconds != 0) Limit(RLIMIT_CPU, static_cast<uint64_t>(limits.cpu_seconds));
  Limit(RLIMIT_CORE, 0);
  signal(SIGPIPE, SIG_DFL);
  execv(argv[0], argv);
  int error = errno;
  ssize_t ignored = write(exec_failed, &error, sizeof error);
  (void)ignored;
  _exit(127);
}

// Reads what is there into `text`; false at the end of the stream.
bool Drain(int fd, uint64_t keep_bytes, std::string& text) {
  char buffer[1 << 14];
  ssize_t got = read(fd, buffer, sizeof buffer);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  uint64_t room = keep_bytes > text.size() ? keep_bytes - text.size() : 0;
  text.append(buffer, static_cast<size_t>(std::min<uint64_t>(room, static_cast<uint64_t>(got))));
  return true;
}

struct Pipe {
  int ends[2] = {-1, -1};
  bool Open() { return pipe2(ends, O_CLOEXEC) == 0; }
  void Close(int end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
  ~Pipe() {
    Close(0);
    Close(1);
  }
};

// Collects both streams until they end or the deadline passes; false when it passed.
bool Collect(Pipe& out, Pipe& err, const ChildLimits& limits, ChildResult& result) {
  const int64_t deadline_ms = SystemClock().SteadyMs() + limits.timeout_ms;
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    struct pollfd fds[2] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
    int64_t left_ms = deadline_ms - SystemClock().SteadyMs();
    if (left_ms <= 0) return false;
    if (poll(fds, 2, static_cast<int>(std::min<int64_t>(left_ms, 1'000'000))) < 0) continue;
    if (fds[0].revents && !Drain(out.ends[0], limits.output_bytes, result.standard_output)) {
      out.Close(0);
    }
    if (fds[1].revents && !Drain(err.ends[0], limits.output_bytes, result.standard_error)) {
      err.Close(0);
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& arguments,
                                     const ChildLimits& limits) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Pipe out, err, exec_failed;
  if (!out.Open() || !err.Open() || !exec_failed.Open()) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure, "NO_PIPE",
                     std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  pid_t pid = fork();
  if (pid < 0) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure,
                     "NO_PROCESS", std::string("cannot start a process: ") + std::strerror(errno));
  }
  if (pid == 0) BecomeChild(argv.data(), limits, out.ends[1], err.ends[1], exec_failed.ends[1]);
  out.Close(1);
  err.Close(1);
  exec_failed.Close(1);

  int exec_error = 0;
  bool failed = read(exec_failed.ends[0], &exec_error, sizeof exec_error) == sizeof exec_error;
  ChildResult result;
  if (!failed && !Collect(out, err, limits, result)) {
    result.timed_out = true;
    kill(-pid, SIGKILL);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (failed) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kInfrastructure, "NO_PROGRAM",
                     "cannot run " + arguments[0] + ": " + std::strerror(exec_error));
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace edgerack
