#include "agent/vboard/uart/pty_console.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace edgerack::vboard {
namespace {

// What the chip sent while nobody read; beyond this the oldest is lost, as on a serial adapter.
constexpr size_t kMaxOutgoingBytes = 1 << 20;

absl::Status Failure(const std::string& what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

PtyConsole::~PtyConsole() {
  if (!link_path_.empty()) {
    // Only our own link: another board may have taken the name in the meantime.
    char target[PATH_MAX];
    const ssize_t length = readlink(link_path_.c_str(), target, sizeof target);
    if (length > 0 && std::string(target, static_cast<size_t>(length)) == slave_path_) {
      unlink(link_path_.c_str());
    }
  }
  if (slave_ >= 0) close(slave_);
  if (master_ >= 0) close(master_);
}

absl::Status PtyConsole::Open(const std::string& link_path) {
  master_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) {
    return Failure("no pseudo-terminal can be had");
  }
  char name[PATH_MAX];
  if (ptsname_r(master_, name, sizeof name) != 0) return Failure("ptsname");
  slave_path_ = name;
  slave_ = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave_ < 0) return Failure(absl::StrCat("open ", slave_path_));
  termios settings;
  if (tcgetattr(slave_, &settings) == 0) {
    cfmakeraw(&settings);
    cfsetspeed(&settings, B115200);
    tcsetattr(slave_, TCSANOW, &settings);
  }
  struct stat info;
  if (lstat(link_path.c_str(), &info) == 0) {
    if (!S_ISLNK(info.st_mode)) {
      return absl::AlreadyExistsError(
          absl::StrCat(link_path, " exists and is no symbolic link: choose another --uart-pty"));
    }
    unlink(link_path.c_str());
  }
  if (symlink(slave_path_.c_str(), link_path.c_str()) != 0) {
    return Failure(absl::StrCat("symlink ", link_path));
  }
  link_path_ = link_path;
  return absl::OkStatus();
}

void PtyConsole::OnReadable() {
  uint8_t buffer[256];
  const ssize_t got = read(master_, buffer, sizeof buffer);
  if (got > 0) incoming_.insert(incoming_.end(), buffer, buffer + got);
}

void PtyConsole::OnWritable() {
  while (!outgoing_.empty()) {
    uint8_t chunk[1024];
    const size_t size = std::min(outgoing_.size(), sizeof chunk);
    std::copy_n(outgoing_.begin(), size, chunk);
    const ssize_t sent = write(master_, chunk, size);
    if (sent <= 0) return;
    outgoing_.erase(outgoing_.begin(), outgoing_.begin() + sent);
  }
}

bool PtyConsole::NextByte(uint8_t* byte) {
  if (incoming_.empty()) OnReadable();
  if (incoming_.empty()) return false;
  *byte = incoming_.front();
  incoming_.pop_front();
  return true;
}

void PtyConsole::OnByte(uint8_t byte) {
  if (outgoing_.size() >= kMaxOutgoingBytes) outgoing_.pop_front();
  outgoing_.push_back(byte);
}

}  // namespace edgerack::vboard
