#include "agent/vboard/app/flash_file.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace edgerack::vboard {

FlashFile::~FlashFile() {
  Flush();
  if (fd_ >= 0) close(fd_);
}

absl::Status FlashFile::Open(const std::string& path, uint8_t* flash, uint32_t size_bytes) {
  path_ = path;
  flash_ = flash;
  fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) {
    return absl::UnavailableError(absl::StrCat("--state ", path, ": ", std::strerror(errno)));
  }
  uint32_t got = 0;
  while (got < size_bytes) {
    const ssize_t n = pread(fd_, flash + got, size_bytes - got, got);
    if (n <= 0) break;
    got += static_cast<uint32_t>(n);
  }
  MarkChanged(got, size_bytes - got);
  Flush();
  return absl::OkStatus();
}

void FlashFile::MarkChanged(uint32_t offset, uint32_t size_bytes) {
  if (fd_ < 0 || size_bytes == 0) return;
  if (begin_ == end_) {
    begin_ = offset;
    end_ = offset + size_bytes;
  } else {
    begin_ = std::min(begin_, offset);
    end_ = std::max(end_, offset + size_bytes);
  }
}

void FlashFile::Flush() {
  while (begin_ < end_) {
    const ssize_t n = pwrite(fd_, flash_ + begin_, end_ - begin_, begin_);
    if (n <= 0) {
      spdlog::error("--state {}: {}; the flash lives in memory only from here", path_,
                    std::strerror(errno));
      close(fd_);
      fd_ = -1;
      break;
    }
    begin_ += static_cast<uint32_t>(n);
  }
  begin_ = end_ = 0;
}

}  // namespace edgerack::vboard
