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
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>

#include "agent/vboard/app/elf_image.h"
#include "base/catalog/catalog.h"
#include "base/error.h"
#include "base/files.h"

namespace edgerack::vboard {
namespace {

// Small enough that a debugger's command waits less than a millisecond while the program runs.
constexpr uint64_t kSliceCycles = 60'000;
constexpr uint64_t kForever = std::numeric_limits<uint64_t>::max();

uint64_t HostNowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

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
  ER_ASSIGN_OR_RETURN(const edgerack::Chip catalog_chip, catalog.FindChip(kind.chip));
  ER_ASSIGN_OR_RETURN(facts_, MakeChipFacts(catalog_chip));
  ChipOptions chip_options;
  chip_options.processor = options.processor;
  if (absl::Status status = ParseUid(options, &chip_options.uid); !status.ok()) return status;
  chip_ = std::make_unique<Chip>(facts_, chip_options);
  const std::string instance =
      options.uart_instance.empty() ? kind.uart_instance : options.uart_instance;
  uart_ = chip_->uart(instance);
  if (uart_ == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--uart-instance ", instance, ": ", facts_.name, " has no such UART"));
  }
  for (const uint8_t byte : chip_options.uid) absl::StrAppendFormat(&serial_, "%02X", byte);

  if (!options.state_file.empty()) {
    absl::Status status = flash_file_.Open(options.state_file, chip_->bus().flash_bytes(),
                                           chip_->bus().flash_size_bytes());
    if (!status.ok()) return status;
  }
  if (!options.elf.empty()) {
    absl::Status status = LoadElfIntoFlash(options.elf, &chip_->bus());
    if (!status.ok()) return status;
    flash_file_.MarkChanged(0, chip_->bus().flash_size_bytes());
  }
  chip_->SetFlashChanged(
      [this](uint32_t offset, uint32_t size) { flash_file_.MarkChanged(offset, size); });

  if (absl::Status s = Listen(options.stlink_port, "--stlink-port", &stlink_listener_); !s.ok()) {
    return s;
  }
  if (options.uart_tcp_port != 0) {
    if (absl::Status s = Listen(options.uart_tcp_port, "--uart-tcp", &uart_listener_); !s.ok()) {
      return s;
    }
  }
  if (absl::Status status = pty_.Open(options.uart_pty); !status.ok()) return status;
  target_ = std::make_unique<ChipTarget>(chip_.get());
  probe_ = std::make_unique<StlinkProbe>(target_.get());
  wire_ = std::make_unique<Wire>(&pty_, &tcp_);
  uart_->SetPeer(wire_.get());
  chip_->PowerOn();
  return absl::OkStatus();
}

void Board::PassRealTime() {
  if (!waiting_) return;
  waiting_ = false;
  const uint64_t elapsed = HostNowNs() - wait_start_host_ns_;
  const uint64_t until = std::min(wait_start_virtual_ns_ + elapsed, wait_limit_virtual_ns_);
  VirtualClock& clock = chip_->clock();
  // Rounded down: only the event itself may carry time up to its own moment.
  if (until > clock.NowNs()) chip_->PassTime(clock.NsToCycles(until));
}

int64_t Board::Advance() {
  PassRealTime();
  const RunResult result = chip_->Run(kSliceCycles);
  flash_file_.Flush();
  if (result == RunResult::kRan) return 0;
  VirtualClock& clock = chip_->clock();
  const uint64_t due = clock.next_due_cycle();
  const bool stopped = result == RunResult::kStopped;
  if (due != VirtualClock::kNever && !stopped && !clock.NextIsRealTime()) {
    chip_->PassTime(due);
    return 0;
  }
  const uint64_t virtual_now = clock.NowNs();
  waiting_ = true;
  wait_start_host_ns_ = HostNowNs();
  wait_start_virtual_ns_ = virtual_now;
  wait_limit_virtual_ns_ = kForever;
  if (due == VirtualClock::kNever) return -1;
  const uint64_t due_ns = std::max(clock.CyclesToNs(due), virtual_now + 1);
  const uint64_t wait = pacer_.WaitNs(wait_start_host_ns_, virtual_now, due_ns);
  if (!stopped) wait_limit_virtual_ns_ = due_ns;
  // What the wait is shorter than virtual time was already slept too long before: it counts as
  // elapsed.
  wait_start_host_ns_ -= (due_ns - virtual_now) - wait;
  return static_cast<int64_t>(wait);
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
  timespec timeout{static_cast<time_t>(timeout_ns / 1'000'000'000),
                   static_cast<long>(timeout_ns % 1'000'000'000)};
  const int ready = ppoll(fds.data(), fds.size(), timeout_ns < 0 ? nullptr : &timeout, nullptr);
  if (ready <= 0) return;
  PassRealTime();
  if (fds[0].revents != 0) *stop = true;
  if (fds[3].revents & POLLIN) pty_.OnReadable();
  if (fds[3].revents & POLLOUT) pty_.OnWritable();
  if (fds[4].revents & (POLLIN | POLLHUP | POLLERR)) tcp_.OnReadable();
  if (fds[4].revents & POLLOUT) tcp_.OnWritable();
  uart_->Poke();
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
  while (!stop) Poll(Advance(), stop_fd, &stop);
}

}  // namespace edgerack::vboard
