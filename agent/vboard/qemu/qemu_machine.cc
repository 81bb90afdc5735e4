#include "agent/vboard/qemu/qemu_machine.h"

#include <absl/strings/str_cat.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cerrno>

#include "agent/vboard/app/elf_image.h"
#include "base/error.h"

namespace edgerack::vboard {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kMaxNsPerInstruction = 1024;  // QEMU's icount shift goes to 10
constexpr size_t kUartChunkBytes = 256;

uint64_t NsPerInstruction(const BoardKind& kind) {
  return kind.core_hz == 0 ? 0 : kNsPerSecond / kind.core_hz;
}

absl::Status NotWritten(const char* what) {
  return absl::UnavailableError(absl::StrCat("the emulator's memory did not take ", what));
}

}  // namespace

QemuMachine::QemuMachine(const MachineOptions& options)
    : options_(options),
      target_(&core_, static_cast<uint32_t>(options.chip.layout.firmware_address +
                                            options.chip.layout.firmware_bytes - 4)) {}

QemuMachine::~QemuMachine() { PowerOff(); }

absl::StatusOr<std::unique_ptr<Machine>> QemuMachine::Make(const MachineOptions& options) {
  const uint64_t ns = NsPerInstruction(options.kind);
  if (!std::has_single_bit(ns) || ns > kMaxNsPerInstruction) {
    return absl::InvalidArgumentError(absl::StrCat("core_hz of ", options.kind.id,
                                                   " must give an instruction a power of two of "
                                                   "nanoseconds, e.g. 31250000"));
  }
  if (!options.processor.slow_code.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--slow-code: ", options.kind.id, " counts instructions, and no code takes more of them"));
  }
  if (options.uart_instance != options.kind.uart_instance) {
    return absl::InvalidArgumentError(absl::StrCat("--uart-instance ", options.uart_instance,
                                                   ": only ", options.kind.uart_instance,
                                                   " is wired on ", options.kind.id));
  }
  return std::unique_ptr<Machine>(new QemuMachine(options));
}

absl::Status QemuMachine::PowerOn(UartPeer* wire) {
  wire_ = wire;
  if (absl::Status status = StartEmulator(); !status.ok()) return status;
  return options_.elf.empty() ? absl::OkStatus() : LoadProgram();
}

void QemuMachine::PowerOff() {
  process_.Stop();
  if (uart_ >= 0) close(uart_);
  uart_ = -1;
  to_uart_.clear();
}

absl::Status QemuMachine::StartEmulator() {
  PowerOff();
  ER_RETURN_IF_ERROR(process_.Start(options_.chip.id, NsPerInstruction(options_.kind)));
  uart_ = process_.TakeUartSocket();
  ER_RETURN_IF_ERROR(core_.Attach(process_.TakeGdbSocket()));
  ER_RETURN_IF_ERROR(WriteBootStub());
  if (options_.chip.uid_address != 0 &&
      !core_.WriteMemory(static_cast<uint32_t>(options_.chip.uid_address), options_.uid.data(),
                         options_.uid.size())) {
    return NotWritten("the unique id");
  }
  target_.PowerOn();
  if (!core_.Reset() || !core_.Continue()) return absl::UnavailableError("the core does not start");
  return absl::OkStatus();
}

// Where a program would start: a core that found no vectors after a reset would lock up.
absl::Status QemuMachine::WriteBootStub() {
  const edgerack::Chip& chip = options_.chip;
  const MemoryRegion* stack = chip.FindMemory(chip.layout.stack_region);
  if (stack == nullptr) return absl::InternalError("the chip's file names no stack region");
  const auto start = static_cast<uint32_t>(chip.layout.firmware_address);
  constexpr uint32_t kThumb = 1;
  constexpr uint32_t kSleepForever = 0xE7FD'BF30;  // wfi; b to it
  const uint32_t stub[] = {static_cast<uint32_t>(stack->address + chip.layout.stack_bytes),
                           (start + 8) | kThumb, kSleepForever};
  return core_.WriteMemory(start, reinterpret_cast<const uint8_t*>(stub), sizeof stub)
             ? absl::OkStatus()
             : NotWritten("a boot program");
}

absl::Status QemuMachine::LoadProgram() {
  ER_ASSIGN_OR_RETURN(const std::vector<ElfSegment> segments, ReadElf(options_.elf));
  if (!core_.Halt()) return absl::UnavailableError("the core does not stop");
  for (const ElfSegment& segment : segments) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(segment.bytes.data());
    if (!core_.WriteMemory(segment.address, bytes, segment.bytes.size())) {
      return NotWritten(options_.elf.c_str());
    }
  }
  if (!core_.Reset() || !core_.Continue()) return absl::UnavailableError("the core does not start");
  return absl::OkStatus();
}

int64_t QemuMachine::Advance() {
  if (core_.alive()) return -1;
  spdlog::warn("the emulator ended; it is powered on anew, its memory is empty");
  if (absl::Status status = StartEmulator(); !status.ok()) {
    spdlog::error("{}", std::string(status.message()));
    return static_cast<int64_t>(kNsPerSecond);  // and again
  }
  return 0;
}

std::vector<pollfd> QemuMachine::Descriptors() {
  const auto uart_events = static_cast<short>(POLLIN | (to_uart_.empty() ? 0 : POLLOUT));
  return {{uart_, uart_events, 0}, {core_.fd(), POLLIN, 0}};
}

void QemuMachine::OnWake(const pollfd* ready) {
  if (ready[0].revents & POLLIN) {
    uint8_t buffer[4096];
    const ssize_t got = recv(uart_, buffer, sizeof buffer, MSG_DONTWAIT);
    for (ssize_t i = 0; i < got; ++i) wire_->OnByte(buffer[i]);
  }
  if (ready[1].revents != 0) core_.IsRunning();
}

void QemuMachine::PokeUart() {
  // Not more than the emulator takes: the rest stays where its sender sees it waiting.
  while (uart_ >= 0) {
    uint8_t byte;
    while (to_uart_.size() < kUartChunkBytes && wire_->NextByte(&byte)) {
      to_uart_ += static_cast<char>(byte);
    }
    if (to_uart_.empty()) return;
    const ssize_t sent = send(uart_, to_uart_.data(), to_uart_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return;
    to_uart_.erase(0, static_cast<size_t>(sent));
  }
}

}  // namespace edgerack::vboard
