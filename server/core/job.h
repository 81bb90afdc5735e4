// One request (this model, compiled so, on these boards) and its runs, one per board.
#ifndef SERVER_CORE_JOB_H_
#define SERVER_CORE_JOB_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/failure.h"
#include "server/core/ids.h"
#include "server/core/protocol.h"
#include "server/core/run_plan.h"

namespace edgerack::core {

enum class JobState { kQueued, kCompiling, kRunning, kSucceeded, kFailed, kCancelled };
enum class RunState { kWaiting, kAssigned, kSucceeded, kFailed, kCancelled };

// "QUEUED", …: the spelling of the API and the database.
const char* JobStateName(JobState state);
const char* RunStateName(RunState state);
// Empty for a name they do not know.
std::optional<JobState> ParseJobState(std::string_view name);
std::optional<RunState> ParseRunState(std::string_view name);

inline bool HasEnded(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kFailed ||
         state == JobState::kCancelled;
}
inline bool HasEnded(RunState state) {
  return state == RunState::kSucceeded || state == RunState::kFailed ||
         state == RunState::kCancelled;
}

struct JobSpec {
  ModelId model;      // empty only where `firmware` has the model in it
  DatasetId dataset;  // empty = one random sample, no accuracy; of `firmware`: the input's bytes
  DatasetId calibration;  // empty = none
  std::string board_selector;
  bool all_boards = false;
  std::string quantize;
  std::map<std::string, std::string> options;
  FirmwareId firmware;  // flashed in place of the resident firmware; empty = none
  Protocol protocol = Protocol::kLink;

  bool operator==(const JobSpec&) const = default;
};

struct Run {
  RunId id;
  BoardId pinned_board;  // the only board that will do; empty = any that matches
  std::string kind;      // of board it is compiled for
  std::string chip;      // it is compiled for; every board it may run on has this chip
  RunState state = RunState::kWaiting;
  BoardId board;    // it runs on or ran on last; empty while none had it
  int attempt = 1;  // grows when a run is tried again
  int board_failures = 0;
  std::vector<BoardId> tried_boards;
  std::optional<RunPlan> plan;  // empty until compiled
  std::optional<Failure> error;
  ResultId result;
  int64_t ready_time_ms = 0;   // when its plan was complete; 0 before
  int64_t assign_time_ms = 0;  // of the latest attempt; 0 before
  // What it does now; known while the server runs, not stored.
  std::string stage;
  std::optional<double> progress;
};

struct Job {
  JobId id;
  JobSpec spec;
  std::string request_id;  // empty = none
  JobState state = JobState::kQueued;
  std::optional<Failure> error;
  std::vector<Run> runs;
  int64_t create_time_ms = 0;
  int64_t update_time_ms = 0;
  int64_t end_time_ms = 0;  // 0 until it has ended
  std::string model_display_name;
};

bool HaveAllRunsEnded(const Job& job);
// Sets state, error and end time of a job whose runs have all ended; false when one has not.
// FAILED with the first failed run's error, else CANCELLED if a run was, else SUCCEEDED.
bool ConcludeIfAllRunsEnded(Job& job, int64_t now_wall_ms);

}  // namespace edgerack::core

#endif  // SERVER_CORE_JOB_H_
