#include "agent/vboard/app/board.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "agent/vboard/app/make_machine.h"
#include "base/catalog/catalog.h"
#include "base/error.h"
#include "base/files.h"

namespace edgerack::vboard {
namespace {

absl::Status Listen(uint16_t port, const char* option, int* fd) {
  *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (*fd < 0) return absl::UnavailableError(absl::StrCat("socket: ", std::strerror(errno)));
  const int on = 1;
  setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(*fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(*fd, 8) != 0) {
    return absl::UnavailableError(
        absl::StrCat("port ", port, " of 127.0.0.1 cannot be had (", std::strerror(errno),
                     "): is another board running? Choose another ", option));
  }
  return absl::OkStatus();
}

int Accept(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return fd;
}

absl::Status ParseUid(const BoardOptions& options, std::array<uint8_t, 12>* uid) {
  if (options.uid_hex.empty()) {
    // FNV-1a over the kind: boards of one kind share it unless told otherwise.
    uint64_t hash = 0xCBF29CE484222325;
    for (size_t i = 0; i < uid->size(); ++i) {
      for (const char c : options.kind) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3;
      (*uid)[i] = static_cast<uint8_t>(hash >> 32);
    }
    return absl::OkStatus();
  }
  if (options.uid_hex.size() != 2 * uid->size() ||
      !std::all_of(options.uid_hex.begin(), options.uid_hex.end(),
                   [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    return absl::InvalidArgumentError("--uid takes 24 hexadecimal digits");
  }
  for (size_t i = 0; i < uid->size(); ++i) {
    (*uid)[i] = static_cast<uint8_t>(std::stoul(options.uid_hex.substr(2 * i, 2), nullptr, 16));
  }
  return absl::OkStatus();
}

}  // namespace

Board::~Board() {
  for (Client& client : clients_) close(client.fd);
  if (stlink_listener_ >= 0) close(stlink_listener_);
  if (uart_listener_ >= 0) close(uart_listener_);
}

absl::Status Board::Open(const BoardOptions& options) {
  ER_ASSIGN_OR_RETURN(const std::filesystem::path share, ShareDir());
  ER_ASSIGN_OR_RETURN(const Catalog catalog, Catalog::Load(share));
  ER_ASSIGN_OR_RETURN(const BoardKind kind, catalog.FindBoardKind(options.kind));
  if (!kind.is_virtual) {
    std::string known;
    for (const auto& [id, candidate] : catalog.board_kinds()) {
      if (candidate.is_virtual && !candidate.openocd_config.empty()) {
        absl::StrAppend(&known, known.empty() ? "" : ", ", id);
      }
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--board ", options.kind, " is a real board; there is ", known));
  }
  MachineOptions machine;
  machine.kind = kind;
  ER_ASSIGN_OR_RETURN(machine.chip, catalog.FindChip(kind.chip));
  if (absl::Status status = ParseUid(options, &machine.uid); !status.ok()) return status;
  machine.uart_instance =
      options.uart_instance.empty() ? kind.uart_instance : options.uart_instance;
  machine.elf = options.elf;
  machine.state_file = options.state_file;
  machine.processor = options.processor;
  ER_ASSIGN_OR_RETURN(machine_, MakeMachine(machine));
  for (const uint8_t byte : machine.uid) absl::StrAppendFormat(&serial_, "%02X", byte);

  if (absl::Status s = Listen(options.stlink_port, "--stlink-port", &stlink_listener_); !s.ok()) {
    return s;
  }
  if (options.uart_tcp_port != 0) {
    if (absl::Status s = Listen(options.uart_tcp_port, "--uart-tcp", &uart_listener_); !s.ok()) {
      return s;
    }
  }
  if (absl::Status status = pty_.Open(options.uart_pty); !status.ok()) return status;
  probe_ = std::make_unique<StlinkProbe>(machine_->target());
  wire_ = std::make_unique<Wire>(&pty_, &tcp_);
  return machine_->PowerOn(wire_.get());
}

void Board::CloseClient(Client* client) {
  close(client->fd);
  client->fd = -1;
  // A killed debugger says no goodbye; the next one must find the probe free.
  if (client->session->opened()) probe_->OnHostGone();
}

void Board::ServeClient(Client* client, bool readable) {
  if (readable) {
    uint8_t buffer[16384];
    const ssize_t got = recv(client->fd, buffer, sizeof buffer, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return CloseClient(client);
    if (got > 0 && !client->session->Feed(buffer, static_cast<size_t>(got), &client->out)) {
      spdlog::warn(
          "a client of the debug port does not speak the ST-LINK server's protocol: closed");
      return CloseClient(client);
    }
  }
  while (!client->out.empty()) {
    const ssize_t sent = send(client->fd, client->out.data(), client->out.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) CloseClient(client);
      return;
    }
    client->out.erase(client->out.begin(), client->out.begin() + sent);
  }
}

void Board::Poll(int64_t timeout_ns, int stop_fd, bool* stop) {
  std::vector<pollfd> fds;
  const auto add = [&fds](int fd, bool read, bool write) {
    const short events = static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0));
    fds.push_back({events != 0 ? fd : -1, events, 0});
  };
  // Bytes for a receiver that is off stay where they are.
  add(stop_fd, true, false);
  add(stlink_listener_, true, false);
  add(uart_listener_, uart_listener_ >= 0, false);
  add(pty_.fd(), pty_.WantsRead(), pty_.WantsWrite());
  add(tcp_.fd(), tcp_.WantsRead(), tcp_.WantsWrite());
  for (const Client& client : clients_) add(client.fd, true, !client.out.empty());
  const size_t machine_at = fds.size();
  for (const pollfd& fd : machine_->Descriptors()) fds.push_back(fd);
  timespec timeout{static_cast<time_t>(timeout_ns / 1'000'000'000),
                   static_cast<long>(timeout_ns % 1'000'000'000)};
  const int ready = ppoll(fds.data(), fds.size(), timeout_ns < 0 ? nullptr : &timeout, nullptr);
  if (ready <= 0) return;
  machine_->OnWake(fds.data() + machine_at);
  if (fds[0].revents != 0) *stop = true;
  if (fds[3].revents & POLLIN) pty_.OnReadable();
  if (fds[3].revents & POLLOUT) pty_.OnWritable();
  if (fds[4].revents & (POLLIN | POLLHUP | POLLERR)) tcp_.OnReadable();
  if (fds[4].revents & POLLOUT) tcp_.OnWritable();
  machine_->PokeUart();
  size_t index = 5;
  for (Client& client : clients_) {
    const short events = fds[index++].revents;
    if (events != 0) ServeClient(&client, (events & (POLLIN | POLLHUP | POLLERR)) != 0);
  }
  clients_.remove_if([](const Client& client) { return client.fd < 0; });
  if (fds[1].revents != 0) {
    const int fd = Accept(stlink_listener_);
    if (fd >= 0) {
      clients_.push_back({fd, std::make_unique<StlinkSession>(probe_.get(), serial_), {}});
    }
  }
  if (fds[2].revents != 0) {
    const int fd = Accept(uart_listener_);
    if (fd >= 0) tcp_.SetClient(fd);
  }
}

void Board::RunUntil(int stop_fd) {
  bool stop = false;
  while (!stop) Poll(machine_->Advance(), stop_fd, &stop);
}

}  // namespace edgerack::vboard
