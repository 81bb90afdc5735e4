#include "agent/vboard/app/chip_machine.h"

#include <absl/strings/str_cat.h>
#include <time.h>

#include <algorithm>
#include <limits>

#include "agent/vboard/app/elf_image.h"
#include "base/error.h"

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

}  // namespace

absl::StatusOr<std::unique_ptr<Machine>> ChipMachine::Make(const MachineOptions& options) {
  std::unique_ptr<ChipMachine> machine(new ChipMachine);
  if (absl::Status status = machine->Build(options); !status.ok()) return status;
  return machine;
}

absl::Status ChipMachine::Build(const MachineOptions& options) {
  ER_ASSIGN_OR_RETURN(facts_, MakeChipFacts(options.chip));
  if (options.crystal_hz != 0) facts_.hse_hz = options.crystal_hz;
  ChipOptions chip_options;
  chip_options.processor = options.processor;
  chip_options.uid = options.uid;
  chip_ = std::make_unique<Chip>(facts_, chip_options);
  uart_ = chip_->uart(options.uart_instance);
  if (uart_ == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("--uart-instance ", options.uart_instance, ": ",
                                                   facts_.name, " has no such UART"));
  }
  Bus& bus = chip_->bus();
  if (!options.state_file.empty()) {
    absl::Status status =
        flash_file_.Open(options.state_file, bus.flash_bytes(), bus.flash_size_bytes());
    if (!status.ok()) return status;
  }
  if (!options.elf.empty()) {
    if (absl::Status status = LoadElfIntoFlash(options.elf, &bus); !status.ok()) return status;
    flash_file_.MarkChanged(0, bus.flash_size_bytes());
  }
  chip_->SetFlashChanged(
      [this](uint32_t offset, uint32_t size) { flash_file_.MarkChanged(offset, size); });
  target_ = std::make_unique<ChipTarget>(chip_.get());
  return absl::OkStatus();
}

absl::Status ChipMachine::PowerOn(UartPeer* wire) {
  uart_->SetPeer(wire);
  chip_->PowerOn();
  return absl::OkStatus();
}

void ChipMachine::PassRealTime() {
  if (!waiting_) return;
  waiting_ = false;
  const uint64_t elapsed = HostNowNs() - wait_start_host_ns_;
  const uint64_t until = std::min(wait_start_virtual_ns_ + elapsed, wait_limit_virtual_ns_);
  VirtualClock& clock = chip_->clock();
  // Rounded down: only the event itself may carry time up to its own moment.
  if (until > clock.NowNs()) chip_->PassTime(clock.NsToCycles(until));
}

int64_t ChipMachine::Advance() {
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

}  // namespace edgerack::vboard
