// What is measured again and again (models × boards × variants), each time it was, and what it is
// held against.
#ifndef SERVER_CORE_SUITE_H_
#define SERVER_CORE_SUITE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/comparison.h"
#include "server/core/failure.h"
#include "server/core/ids.h"
#include "server/core/job.h"

namespace edgerack::core {

struct SuiteModel {
  std::string label;  // the same from file to file
  ModelId model;
  DatasetId dataset;
  DatasetId calibration;
  std::string quantize;
  std::map<std::string, std::string> options;
};

struct SuiteVariant {
  std::string label;
  std::map<std::string, std::string> options;  // on top of the model's
  std::string quantize;                        // instead of the model's, unless empty
};

// A change counts when it is beyond the learnt noise and beyond both floors.
struct SuiteThresholds {
  double min_percent = 1;        // of the whole
  int64_t min_cycles = 100;      // of the whole and of a layer
  double min_layer_percent = 5;  // of a layer
  double min_bytes_percent = 1;  // of a memory size
  double max_top1_loss = 0.005;  // 0..1
  // Limits that hold whatever the baseline is.
  std::optional<double> max_latency_ms;
  std::optional<int64_t> max_arena_bytes;
  std::optional<double> min_top1;
};

struct SuiteSchedule {
  std::string when;       // see schedule.h; empty = none
  std::string time_zone;  // of the IANA database; empty = UTC
  bool paused = false;
};

enum class NotifyWhen { kTrouble, kAlways, kNever };
const char* NotifyWhenName(NotifyWhen when);
NotifyWhen ParseNotifyWhen(std::string_view name);  // kTrouble for a name it does not know

struct SuiteNotifications {
  NotifyWhen when = NotifyWhen::kTrouble;
  std::vector<std::string> mail_to;
  std::vector<std::string> webhooks;  // names that the server knows
};

struct SuiteSpec {
  std::string display_name;
  std::string description;
  std::vector<SuiteModel> models;
  std::vector<std::string> boards;  // selectors
  std::vector<SuiteVariant> variants;
  SuiteThresholds thresholds;
  SuiteSchedule schedule;
  SuiteNotifications notifications;
  int repeats = 1;        // jobs of a case in one run
  int confirmations = 3;  // jobs that a suspected change must survive
};

struct Suite {
  SuiteId id;
  SuiteSpec spec;
  int64_t create_time_ms = 0;
  int64_t update_time_ms = 0;
  // Schedules count from here: the last time it was due, or its creation or change.
  int64_t schedule_time_ms = 0;
};

// Empty = well made. INVALID_ARGUMENT (BAD_SUITE), naming the field.
absl::Status CheckSuite(const SuiteId& id, const SuiteSpec& spec);

enum class SuiteRunState { kRunning, kPassed, kRegressed, kFailed, kCancelled };
const char* SuiteRunStateName(SuiteRunState state);
SuiteRunState ParseSuiteRunState(std::string_view name);  // kFailed for a name it does not know

enum class CaseState {
  kMeasuring,
  kConfirming,
  kPassed,
  kLearning,
  kRegressed,
  kImproved,
  kFailed,
  kCancelled,
};
const char* CaseStateName(CaseState state);
CaseState ParseCaseState(std::string_view name);  // kFailed for a name it does not know
inline bool HasEnded(CaseState state) {
  return state != CaseState::kMeasuring && state != CaseState::kConfirming;
}

// What repeats of the same inputs taught.
struct SuiteNoise {
  int64_t repeats = 0;   // runs that it was learnt from
  double centre = 0;     // cycles
  double deviation = 0;  // of a run: standard deviation as a share of `centre`
  double degrees = 0;    // of freedom
};

struct SuiteFinding {
  std::string code;
  bool is_regression = false;
  std::string message;
  std::optional<LayerChange> layer;
  std::optional<MetricChange> metric;
};

// What a case came to.
struct CaseJudgement {
  CaseState state = CaseState::kFailed;  // kConfirming: a change is suspected
  std::optional<MetricChange> metric;
  std::optional<SuiteNoise> noise;
  std::vector<SuiteFinding> findings;
  std::vector<Difference> suspects;
  std::vector<std::string> notes;
};

struct SuiteCase {
  std::string key;  // "{model}/{board}/{variant}"
  std::string model_label;
  BoardId board;
  std::string variant_label;
  JobSpec spec;
  std::vector<JobId> jobs;
  std::vector<ResultId> results;
  std::vector<JobId> confirming_jobs;
  std::vector<ResultId> confirming_results;
  std::vector<ResultId> baseline_results;  // it was judged against
  CaseJudgement judgement{.state = CaseState::kMeasuring};
  std::optional<Failure> error;
};

struct SuiteRun {
  SuiteRunId id;
  SuiteId suite;
  int64_t number = 0;
  std::string request_id;  // empty = none
  SuiteRunState state = SuiteRunState::kRunning;
  std::string trigger;
  int64_t create_time_ms = 0;
  int64_t end_time_ms = 0;  // 0 while it runs
  SuiteSpec spec;           // of the suite when it began
  std::vector<SuiteCase> cases;
  std::optional<Failure> error;
  bool told = false;  // its end was handed to the notifications
};

struct RunCounts {
  int done = 0;
  int regressions = 0;
  int improvements = 0;
  int failures = 0;
};
RunCounts CountsOf(const SuiteRun& run);
// "3 of 4 passed; 1 regression: digits/virtual-f746/plain +4.1 %".
std::string SummaryOf(const SuiteRun& run);

// A case is held against the results that were accepted, and against repeats of the same inputs
// that were added since.
struct SuiteBaseline {
  BaselineId id;
  SuiteId suite;
  std::string key;
  std::vector<ResultId> results;  // oldest first
  std::string reason;
  std::string accepted_by;
  int64_t accept_time_ms = 0;
  SuiteRunId run;
  int64_t end_time_ms = 0;  // 0 while it holds
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_SUITE_H_
