#include "agent/vboard/uart/tcp_console.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace edgerack::vboard {
namespace {

constexpr size_t kMaxOutgoingBytes = 1 << 20;

}  // namespace

TcpConsole::~TcpConsole() { Drop(); }

void TcpConsole::Drop() {
  if (client_ >= 0) close(client_);
  client_ = -1;
  incoming_.clear();
  outgoing_.clear();
}

void TcpConsole::SetClient(int fd) {
  Drop();
  client_ = fd;
}

void TcpConsole::OnReadable() {
  uint8_t buffer[256];
  const ssize_t got = recv(client_, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got > 0) {
    incoming_.insert(incoming_.end(), buffer, buffer + got);
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    Drop();
  }
}

void TcpConsole::OnWritable() {
  while (!outgoing_.empty()) {
    uint8_t chunk[1024];
    const size_t size = std::min(outgoing_.size(), sizeof chunk);
    std::copy_n(outgoing_.begin(), size, chunk);
    const ssize_t sent = send(client_, chunk, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) {
      if (errno != EAGAIN && errno != EINTR) Drop();
      return;
    }
    outgoing_.erase(outgoing_.begin(), outgoing_.begin() + sent);
  }
}

bool TcpConsole::NextByte(uint8_t* byte) {
  if (incoming_.empty()) return false;
  *byte = incoming_.front();
  incoming_.pop_front();
  return true;
}

void TcpConsole::OnByte(uint8_t byte) {
  if (client_ < 0) return;
  if (outgoing_.size() >= kMaxOutgoingBytes) outgoing_.pop_front();
  outgoing_.push_back(byte);
}

}  // namespace edgerack::vboard
