// Reads the loadable parts of an ELF program.
#ifndef EDGERACK_AGENT_VBOARD_APP_ELF_IMAGE_H_
#define EDGERACK_AGENT_VBOARD_APP_ELF_IMAGE_H_

#include <absl/status/status.h>

#include <cstdint>
#include <string>

#include "agent/vboard/chip/bus.h"

namespace edgerack::vboard {

// Copies every loadable segment into the flash by its physical address. Errors: the file cannot be
// read, is no 32-bit ARM program, or wants memory the chip's flash does not have.
absl::Status LoadElfIntoFlash(const std::string& path, Bus* bus);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_ELF_IMAGE_H_
