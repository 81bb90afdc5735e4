// Makes a result of everything that is known about a run that was measured.
#ifndef SERVER_ANALYSIS_MAKE_RESULT_H_
#define SERVER_ANALYSIS_MAKE_RESULT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/analysis/trace.h"
#include "server/core/compile_report.h"
#include "server/core/job.h"
#include "server/core/measurement.h"
#include "server/core/result.h"
#include "server/core/run_options.h"

namespace edgerack::analysis {

// Where the firmware itself lives in the chip, and on what; empty names when unknown.
struct FirmwarePlaces {
  std::string image;
  std::string core;             // of the chip, e.g. "cortex-m7"
  bool cycle_counter = true;    // false: its cycles and times say nothing about a chip
  int64_t max_clock_hz = 0;     // of the chip; 0 = not known
  core::MemoryRegionUse code;   // region that its image occupies, and that region's size
  core::MemoryRegionUse stack;  // likewise of its stack
  // Regions, or their aliases, that the core used while it ran: of the hot code, the constants and
  // the arena. The last two are empty where the board did not tell: then as the compiler's report.
  std::string code_region;
  std::string weights_region;
  std::string arena_region;
};

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

// The result without id and creation time. INTERNAL (BAD_MEASUREMENT), class BUG, when the
// measurement does not belong to the plan: wrong number of samples or bytes.
absl::StatusOr<core::Result> MakeResult(const RunFacts& facts,
                                        const core::Measurement& measurement);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_MAKE_RESULT_H_
