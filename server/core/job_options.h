// The run's options of a job as a whole.
#ifndef SERVER_CORE_JOB_OPTIONS_H_
#define SERVER_CORE_JOB_OPTIONS_H_

#include "server/core/job.h"
#include "server/core/run_options.h"

namespace edgerack::core {

// ParseRunOptions, after a look at whether model, firmware, protocol and options go together.
// INVALID_ARGUMENT with code BAD_OPTION or BAD_PROTOCOL (JOB).
absl::StatusOr<RunOptions> OptionsOf(const JobSpec& spec);

}  // namespace edgerack::core

#endif  // SERVER_CORE_JOB_OPTIONS_H_
