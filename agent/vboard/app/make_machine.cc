#include "agent/vboard/app/make_machine.h"

#include "agent/vboard/app/chip_machine.h"
#include "agent/vboard/qemu/qemu_machine.h"

namespace edgerack::vboard {
namespace {

// Chips of this family are QEMU's, all others are emulated here.
constexpr char kQemuFamily[] = "mps3";

}  // namespace

absl::StatusOr<std::unique_ptr<Machine>> MakeMachine(const MachineOptions& options) {
  return options.chip.family == kQemuFamily ? QemuMachine::Make(options)
                                            : ChipMachine::Make(options);
}

}  // namespace edgerack::vboard
