// Reads the loadable parts of an ELF program.
#ifndef EDGERACK_AGENT_VBOARD_APP_ELF_IMAGE_H_
#define EDGERACK_AGENT_VBOARD_APP_ELF_IMAGE_H_

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "agent/vboard/chip/bus.h"
#include "base/elf/elf_image.h"

namespace edgerack::vboard {

// The loadable segments in order. Errors: the file cannot be read or is no 32-bit ARM program.
absl::StatusOr<std::vector<ElfSegment>> ReadElf(const std::string& path);

// Copies every loadable segment into the flash by its physical address. Errors: those
// of ReadElf, or it wants memory the chip's flash does not have.
absl::Status LoadElfIntoFlash(const std::string& path, Bus* bus);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_ELF_IMAGE_H_
