// Makes a result of everything that is known about a run that was measured.
#ifndef SERVER_ANALYSIS_MAKE_RESULT_H_
#define SERVER_ANALYSIS_MAKE_RESULT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/analysis/firmware_places.h"
#include "server/analysis/trace.h"
#include "server/core/compile_report.h"
#include "server/core/job.h"
#include "server/core/measurement.h"
#include "server/core/result.h"
#include "server/core/run_options.h"

namespace edgerack::analysis {

struct RunFacts {
  core::JobId job;
  core::RunId run;
  std::string model_display_name;
  core::JobSpec spec;
  core::RunOptions options;
  core::RunPlan plan;
  core::ResultBoard board;
  core::CompileReport report;
  FirmwarePlaces firmware;
  std::string reference;            // raw outputs of the host for the plan's samples
  HostTrace host_trace;             // empty where no layers were traced
  std::vector<core::Stage> stages;  // in order, queue and compile included
  std::string server_version;
};

// What every result says: whose it is, and the times of the link's runs where there were some.
core::Result BeginResult(const RunFacts& facts, const core::Measurement& measurement);

// The result without id and creation time. INTERNAL (BAD_MEASUREMENT), class BUG, when the
// measurement does not belong to the plan: wrong number of samples or bytes.
absl::StatusOr<core::Result> MakeResult(const RunFacts& facts,
                                        const core::Measurement& measurement);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_MAKE_RESULT_H_
