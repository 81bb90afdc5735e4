// What a run wants of the board beside the package: which build of the firmware, its clock, its
// caches, and where arena, weights and stack lie.
#ifndef AGENT_BOARD_CONDITIONS_H_
#define AGENT_BOARD_CONDITIONS_H_

#include <string>

#include "agent/board/types.h"
#include "base/catalog/chip.h"
#include "firmware/wire/messages.h"

namespace edgerack::agent {

// Folder of the build among the variants of the image; empty = the image itself.
std::string FirmwareVariant(const Chip& chip, const Assignment& assignment);

// The request that brings it about; all zero but `settings` where everything is as usual.
// BAD_OPTION (JOB) for a place that the chip does not have.
absl::StatusOr<er_configure_request_t> MakeConfigureRequest(const Chip& chip,
                                                            const Assignment& assignment);

// A refusal in words of the options: CLOCK_NOT_AVAILABLE or PLACE_NOT_AVAILABLE (JOB).
absl::Status ExplainRefusedConditions(const absl::Status& refusal, const Assignment& assignment);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_CONDITIONS_H_
