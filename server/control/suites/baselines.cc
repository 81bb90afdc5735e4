#include "server/control/suites/baselines.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/analysis/regression.h"

namespace edgerack::control {
namespace {

constexpr size_t kLongestReason = 1000;
constexpr size_t kLongestName = 200;
// As what accepts a case's first run.
constexpr char kServer[] = "edgerack-server";

core::SuiteBaseline NewBaseline(const core::SuiteRun& run, const core::SuiteCase& suite_case,
                                int64_t now_wall_ms, IdSource& ids) {
  core::SuiteBaseline baseline;
  baseline.id = core::BaselineId(ids.NewId());
  baseline.suite = run.suite;
  baseline.key = suite_case.key;
  baseline.results = suite_case.results;
  baseline.accept_time_ms = now_wall_ms;
  baseline.run = run.id;
  return baseline;
}

}  // namespace

absl::StatusOr<HeldBaseline> ReadBaseline(const core::SuiteId& suite, const std::string& key,
                                          store::SuiteStore& suites, store::ResultStore& results) {
  HeldBaseline held;
  ER_ASSIGN_OR_RETURN(held.record, suites.FindBaseline(suite, key));
  if (!held.record) return held;
  for (const core::ResultId& id : held.record->results) {
    auto result = results.GetResult(id);
    if (result.ok()) {
      held.results.push_back(*std::move(result));
    } else if (result.status().code() != absl::StatusCode::kNotFound) {
      return result.status();
    }
  }
  return held;
}

std::optional<core::SuiteBaseline> Extended(const HeldBaseline& held, const core::SuiteRun& run,
                                            const core::SuiteCase& suite_case,
                                            const std::vector<core::Result>& measured,
                                            int64_t now_wall_ms, IdSource& ids) {
  const core::CaseState state = suite_case.judgement.state;
  const bool good = state == core::CaseState::kPassed || state == core::CaseState::kLearning;
  if (measured.empty() || state == core::CaseState::kFailed) return std::nullopt;
  if (!held.record) {
    core::SuiteBaseline first = NewBaseline(run, suite_case, now_wall_ms, ids);
    first.reason = "the case's first run";
    first.accepted_by = kServer;
    return first;
  }
  const auto& known = held.record->results;
  const bool repeats =
      !held.results.empty() &&
      std::all_of(measured.begin(), measured.end(), [&](const core::Result& result) {
        return analysis::IsRepeat(held.results.back(), result) &&
               std::find(known.begin(), known.end(), result.id) == known.end();
      });
  if (!good || !repeats || known.size() >= analysis::kMostRepeats) return std::nullopt;
  core::SuiteBaseline longer = *held.record;
  for (const core::Result& result : measured) longer.results.push_back(result.id);
  return longer;
}

absl::StatusOr<std::vector<core::SuiteBaseline>> Accepted(const core::SuiteRun& run,
                                                          const Acceptance& acceptance,
                                                          store::SuiteStore& suites,
                                                          int64_t now_wall_ms, IdSource& ids) {
  const auto invalid = [](const char* code, const std::string& message) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, message);
  };
  if (absl::StripAsciiWhitespace(acceptance.reason).empty()) {
    return invalid("REASON_MISSING",
                   "a baseline is accepted with a reason, e.g. \"the larger model is worth it\"");
  }
  if (acceptance.reason.size() > kLongestReason || acceptance.accepted_by.size() > kLongestName) {
    return invalid("BAD_SUITE", absl::StrCat("a reason has at most ", kLongestReason,
                                             " characters, who gives it ", kLongestName));
  }
  std::vector<core::SuiteBaseline> ended;
  std::vector<core::SuiteBaseline> begun;
  for (const core::SuiteCase& suite_case : run.cases) {
    const auto& keys = acceptance.keys;
    if (!keys.empty() && std::find(keys.begin(), keys.end(), suite_case.key) == keys.end()) {
      continue;
    }
    if (suite_case.results.empty()) continue;
    ER_ASSIGN_OR_RETURN(auto held, suites.FindBaseline(run.suite, suite_case.key));
    if (held) {
      held->end_time_ms = now_wall_ms;
      ended.push_back(*std::move(held));
    }
    core::SuiteBaseline baseline = NewBaseline(run, suite_case, now_wall_ms, ids);
    // What confirmed a change measured the same inputs.
    baseline.results.insert(baseline.results.end(), suite_case.confirming_results.begin(),
                            suite_case.confirming_results.end());
    baseline.reason = acceptance.reason;
    baseline.accepted_by = acceptance.accepted_by;
    begun.push_back(std::move(baseline));
  }
  if (begun.empty() || (!acceptance.keys.empty() && begun.size() < acceptance.keys.size())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "NOTHING_TO_ACCEPT",
                     "run " + run.id.value() + " measured no such case; `edgerack suites show " +
                         run.suite.value() + " --run " + run.id.value() + "` lists its cases");
  }
  ended.insert(ended.end(), std::make_move_iterator(begun.begin()),
               std::make_move_iterator(begun.end()));
  return ended;
}

}  // namespace edgerack::control
