// Which of a run's outputs the server keeps.
#ifndef SERVER_CONTROL_KEPT_OUTPUTS_H_
#define SERVER_CONTROL_KEPT_OUTPUTS_H_

#include <cstdint>

#include "base/error.h"
#include "server/core/measurement.h"
#include "server/core/result.h"
#include "server/core/run_plan.h"
#include "server/store/artifact_store.h"

namespace edgerack::control {

// Of one result. One answer of the API carries them all, and that is bounded too.
inline constexpr int64_t kMostOutputBytes = 32 << 20;

// How many whole samples fit into `limit_bytes`.
int64_t SamplesThatFit(int64_t samples, int64_t sample_bytes, int64_t limit_bytes);

// Stores the board's outputs of the first samples that fit; those of the host are an artifact
// already. Errors of the artifact store.
absl::StatusOr<core::KeptOutputs> KeepOutputs(const core::PreparedSamples& prepared,
                                              const core::Measurement& measurement,
                                              store::ArtifactStore& artifacts);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_KEPT_OUTPUTS_H_
