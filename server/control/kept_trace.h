// The layers that a board traced, for whoever looks for the cause of a wrong result later.
#ifndef SERVER_CONTROL_KEPT_TRACE_H_
#define SERVER_CONTROL_KEPT_TRACE_H_

#include "base/error.h"
#include "server/analysis/trace.h"
#include "server/core/measurement.h"
#include "server/core/result.h"
#include "server/core/run_plan.h"
#include "server/store/artifact_store.h"

namespace edgerack::control {

// What the plan's host run gave; empty where the plan traces nothing. Errors of the artifact store;
// BAD_PACKAGE.
absl::StatusOr<analysis::HostTrace> ReadHostTrace(const core::RunPlan& plan,
                                                  store::ArtifactStore& artifacts);

// Stores what `edgerack-compile validate --board-trace` takes: one JSON object with
//   package_sha256, samples, note
//   sample_indices  which of the dataset's samples ran on the board, the traced ones first
//   inputs          base64: the traced samples' raw inputs
//   crc32           per sample, layer and output
//   differing       [{sample, layer, output, data}], data in base64
// Errors of the artifact store.
absl::StatusOr<core::KeptTrace> KeepTrace(const core::RunPlan& plan, const core::BoardTrace& trace,
                                          store::ArtifactStore& artifacts);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_KEPT_TRACE_H_
