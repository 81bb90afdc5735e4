#include "agent/vboard/qemu/gdb_client.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace edgerack::vboard {
namespace {

constexpr int kSilenceMs = 10'000;
constexpr char kInterruptByte = '\x03';
constexpr size_t kChecksumBytes = 2;

std::string Framed(std::string_view packet) {
  unsigned sum = 0;
  for (const char c : packet) sum += static_cast<unsigned char>(c);
  return absl::StrFormat("$%s#%02x", absl::string_view(packet.data(), packet.size()), sum & 0xFF);
}

absl::Status Gone() { return absl::UnavailableError("the emulator ended"); }

}  // namespace

GdbClient::~GdbClient() { close(fd_); }

absl::Status GdbClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return Gone();
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

absl::Status GdbClient::Receive(int timeout_ms) {
  pollfd p{fd_, POLLIN, 0};
  const int ready = poll(&p, 1, timeout_ms);
  if (ready < 0 && errno == EINTR) return absl::OkStatus();
  if (ready == 0) {
    return timeout_ms == 0 ? absl::OkStatus()
                           : absl::UnavailableError("the emulator's debug stub does not answer");
  }
  char buffer[16384];
  const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
  if (got <= 0) return Gone();
  received_.append(buffer, static_cast<size_t>(got));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> GdbClient::TakePacket() {
  const size_t start = received_.find('$');
  if (start == std::string::npos) {
    received_.clear();  // acknowledgements
    return std::nullopt;
  }
  const size_t end = received_.find('#', start);
  if (end == std::string::npos || received_.size() < end + 1 + kChecksumBytes) return std::nullopt;
  std::string packet = received_.substr(start + 1, end - start - 1);
  received_.erase(0, end + 1 + kChecksumBytes);
  if (absl::Status status = Send("+"); !status.ok()) return status;
  return packet;
}

absl::StatusOr<std::string> GdbClient::NextPacket() {
  for (;;) {
    ER_ASSIGN_OR_RETURN(std::optional<std::string> packet, TakePacket());
    if (packet) return *std::move(packet);
    if (absl::Status status = Receive(kSilenceMs); !status.ok()) return status;
  }
}

absl::StatusOr<std::string> GdbClient::Request(std::string_view packet) {
  if (absl::Status status = Send(Framed(packet)); !status.ok()) return status;
  return NextPacket();
}

absl::Status GdbClient::Monitor(std::string_view command) {
  const std::string hex = absl::BytesToHexString(absl::string_view(command.data(), command.size()));
  ER_ASSIGN_OR_RETURN(std::string reply, Request("qRcmd," + hex));
  while (reply != "OK") {
    if (reply.empty() || reply[0] != 'O') {
      return absl::InternalError(absl::StrCat("the emulator refused a command: ", reply));
    }
    ER_ASSIGN_OR_RETURN(reply, NextPacket());
  }
  return absl::OkStatus();
}

absl::Status GdbClient::Resume(std::string_view how) { return Send(Framed(how)); }

absl::StatusOr<std::string> GdbClient::Interrupt() {
  if (absl::Status status = Send(std::string_view(&kInterruptByte, 1)); !status.ok()) return status;
  return NextPacket();
}

absl::StatusOr<std::string> GdbClient::WaitForStop() { return NextPacket(); }

absl::StatusOr<std::optional<std::string>> GdbClient::PollStop() {
  if (absl::Status status = Receive(0); !status.ok()) return status;
  return TakePacket();
}

}  // namespace edgerack::vboard
