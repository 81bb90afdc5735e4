// Causes with a number or a pattern in them that no list can hold: found by search.
#ifndef SERVER_COMPILER_DOCTOR_SEARCH_H_
#define SERVER_COMPILER_DOCTOR_SEARCH_H_

#include <optional>

#include "server/compiler/doctor/trials.h"

namespace edgerack::compiler::doctor {

// The best feed of its family for the input; nullopt where it does not apply or would cost too
// much. It need not fit: that is for the caller to ask.
absl::StatusOr<std::optional<Feed>> SearchZeroPoint(Trials& trials, size_t input);
absl::StatusOr<std::optional<Feed>> SearchLimits(Trials& trials, size_t input);
// A run of lines at the begin or the end of the buffer …
absl::StatusOr<std::optional<Feed>> SearchStaleEnds(Trials& trials, size_t input);
// … or any set of them.
absl::StatusOr<std::optional<Feed>> SearchStaleLines(Trials& trials, size_t input);
absl::StatusOr<std::optional<Feed>> SearchGain(Trials& trials, size_t input);
absl::StatusOr<std::optional<Feed>> SearchRange(Trials& trials, size_t input);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_SEARCH_H_
