#include "agent/driver/serial/serial_console.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace edgerack::agent {
namespace {

absl::Status Error(absl::StatusCode code, const char* name, const std::string& message) {
  return MakeError(code, ErrorClass::kInfrastructure, name, message);
}

absl::Status OpenError(const std::string& path, int error) {
  const std::string text = "cannot open the console " + path + ": " + std::strerror(error);
  switch (error) {
    case EBUSY:
    case EWOULDBLOCK:
      return Error(absl::StatusCode::kUnavailable, "CONSOLE_IN_USE",
                   text + "; another program has it: a terminal, ModemManager, a second agent");
    case EACCES:
    case EPERM:
      return Error(absl::StatusCode::kPermissionDenied, "CONSOLE_NOT_ALLOWED",
                   text + "; add the agent's user to the group `dialout`");
    default:
      return Error(absl::StatusCode::kUnavailable, "CONSOLE_NOT_FOUND",
                   text + "; is the board plugged in, and is `console.device` right?");
  }
}

speed_t Speed(uint32_t baud) {
  switch (baud) {
    case 9'600:
      return B9600;
    case 19'200:
      return B19200;
    case 38'400:
      return B38400;
    case 57'600:
      return B57600;
    case 115'200:
      return B115200;
    case 230'400:
      return B230400;
    case 460'800:
      return B460800;
    case 500'000:
      return B500000;
    case 921'600:
      return B921600;
    case 1'000'000:
      return B1000000;
    case 1'500'000:
      return B1500000;
    case 2'000'000:
      return B2000000;
    case 3'000'000:
      return B3000000;
    default:
      return B0;
  }
}

// A pseudo-terminal keeps TIOCEXCL after its holder was killed, which would lock an ordinary user's
// next agent out for ever; a real port forgets it.
bool KeepsExclusiveFlag(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) return false;
  const unsigned number = major(info.st_rdev);
  return number >= 136 && number <= 143;  // Unix98 pseudo-terminals
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

}  // namespace

absl::StatusOr<int> OpenSerial(const std::string& path, uint32_t baud) {
  const speed_t speed = Speed(baud);
  if (speed == B0) {
    return Error(absl::StatusCode::kInvalidArgument, "CONSOLE_BAD_BAUD",
                 std::to_string(baud) +
                     " baud is not a rate this machine's serial ports know; "
                     "correct `uart.baud` in the board file");
  }
  Descriptor port(open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (port.get() < 0) return OpenError(path, errno);
  // The lock ends with the process and stops a second agent, TIOCEXCL also whoever does not look.
  if (flock(port.get(), LOCK_EX | LOCK_NB) != 0) return OpenError(path, errno);
  struct termios settings;
  if (tcgetattr(port.get(), &settings) != 0) {
    return Error(absl::StatusCode::kInvalidArgument, "CONSOLE_NOT_FOUND",
                 path + " is not a serial port; correct `console.device`");
  }
  if (!KeepsExclusiveFlag(port.get()) && ioctl(port.get(), TIOCEXCL) != 0) {
    return OpenError(path, errno);
  }
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS | CSTOPB | HUPCL);
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  cfsetispeed(&settings, speed);
  cfsetospeed(&settings, speed);
  if (tcsetattr(port.get(), TCSANOW, &settings) != 0) return OpenError(path, errno);
  tcflush(port.get(), TCIOFLUSH);
  return port.Release();
}

SerialConsole::SerialConsole(std::string path, uint32_t baud, asio::any_io_executor executor,
                             Timers& timers, Interrupt* interrupt)
    : path_(std::move(path)),
      baud_(baud),
      executor_(std::move(executor)),
      timers_(timers),
      interrupt_(interrupt) {}

Task<absl::Status> SerialConsole::Open(int64_t) {
  reader_.reset();
  ER_CO_ASSIGN_OR_RETURN(int fd, OpenSerial(path_, baud_));
  asio::posix::stream_descriptor stream(executor_, fd);
  reader_ = std::make_unique<StreamReader<asio::posix::stream_descriptor>>(
      std::move(stream), path_, executor_, timers_, interrupt_);
  co_return absl::OkStatus();
}

Task<absl::Status> SerialConsole::Write(std::string bytes, int64_t deadline_ms) {
  if (!reader_) co_return OpenError(path_, ENOTCONN);
  co_return co_await reader_->Write(std::move(bytes), deadline_ms);
}

Task<absl::StatusOr<std::string>> SerialConsole::Read(int64_t deadline_ms) {
  if (!reader_) co_return OpenError(path_, ENOTCONN);
  co_return co_await reader_->Read(deadline_ms);
}

}  // namespace edgerack::agent
