// The machine of a kind of board: its chip emulated in this process, or QEMU's.
#ifndef EDGERACK_AGENT_VBOARD_APP_MAKE_MACHINE_H_
#define EDGERACK_AGENT_VBOARD_APP_MAKE_MACHINE_H_

#include <memory>

#include "agent/vboard/app/machine.h"

namespace edgerack::vboard {

// Not powered on. Errors say which option to change.
absl::StatusOr<std::unique_ptr<Machine>> MakeMachine(const MachineOptions& options);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_MAKE_MACHINE_H_
