#include "server/core/suite.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/sha256.h"
#include "server/core/run_options.h"
#include "server/core/schedule.h"
#include "server/core/selector.h"

namespace edgerack::core {
namespace {

constexpr size_t kLongestId = 40;
constexpr size_t kLongestLabel = 60;
constexpr size_t kLongestText = 2000;
constexpr size_t kMostOfAList = 100;
constexpr size_t kMostCombinations = 1000;
constexpr int kMostJobsOfACase = 10;

constexpr std::array<std::pair<SuiteRunState, const char*>, 5> kRunStates = {{
    {SuiteRunState::kRunning, "RUNNING"},
    {SuiteRunState::kPassed, "PASSED"},
    {SuiteRunState::kRegressed, "REGRESSED"},
    {SuiteRunState::kFailed, "FAILED"},
    {SuiteRunState::kCancelled, "CANCELLED"},
}};
constexpr std::array<std::pair<CaseState, const char*>, 8> kCaseStates = {{
    {CaseState::kMeasuring, "MEASURING"},
    {CaseState::kConfirming, "CONFIRMING"},
    {CaseState::kPassed, "PASSED"},
    {CaseState::kLearning, "LEARNING"},
    {CaseState::kRegressed, "REGRESSED"},
    {CaseState::kImproved, "IMPROVED"},
    {CaseState::kFailed, "FAILED"},
    {CaseState::kCancelled, "CANCELLED"},
}};
constexpr std::array<std::pair<NotifyWhen, const char*>, 3> kWhens = {{
    {NotifyWhen::kTrouble, "TROUBLE"},
    {NotifyWhen::kAlways, "ALWAYS"},
    {NotifyWhen::kNever, "NEVER"},
}};

template <typename Table, typename State>
const char* NameIn(const Table& table, State state) {
  for (const auto& [known, name] : table) {
    if (known == state) return name;
  }
  return "";
}

template <typename Table, typename State>
State ParseIn(const Table& table, std::string_view text, State otherwise) {
  for (const auto& [state, name] : table) {
    if (text == name) return state;
  }
  return otherwise;
}

absl::Status Bad(const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_SUITE", what);
}

bool IsLabel(const std::string& text) {
  return !text.empty() && text.size() <= kLongestLabel &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' ||
                  c == '-';
         });
}

bool IsId(const std::string& text) {
  return !text.empty() && text.size() <= kLongestId &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

absl::Status CheckModel(const SuiteModel& model) {
  const std::string where = "model \"" + model.label + "\": ";
  if (!IsLabel(model.label)) {
    return Bad(absl::StrCat(where, "a label has 1 to ", kLongestLabel,
                            " letters, digits, '.', '_' and '-'"));
  }
  if (!IsSha256Hex(model.model.value())) return Bad(where + "names no models/{id}");
  return Annotate(ParseRunOptions(model.options).status(), "model " + model.label);
}

absl::Status CheckLabels(const SuiteSpec& spec) {
  std::vector<std::string> labels;
  for (const SuiteModel& model : spec.models) {
    ER_RETURN_IF_ERROR(CheckModel(model));
    labels.push_back("model " + model.label);
  }
  for (const SuiteVariant& variant : spec.variants) {
    if (!IsLabel(variant.label)) {
      return Bad("variant \"" + variant.label + "\": a label is letters, digits, '.', '_' and '-'");
    }
    ER_RETURN_IF_ERROR(
        Annotate(ParseRunOptions(variant.options).status(), "variant " + variant.label));
    labels.push_back("variant " + variant.label);
  }
  std::sort(labels.begin(), labels.end());
  const auto twice = std::adjacent_find(labels.begin(), labels.end());
  return twice == labels.end() ? absl::OkStatus() : Bad(*twice + " is there twice");
}

absl::Status CheckThresholds(const SuiteThresholds& t) {
  for (const auto& [name, value] : {std::pair{"min_percent", t.min_percent},
                                    {"min_layer_percent", t.min_layer_percent},
                                    {"min_bytes_percent", t.min_bytes_percent}}) {
    if (!(value >= 0 && value <= 1000)) {
      return Bad(absl::StrCat("thresholds.", name, ": ", value, " is not 0 to 1000 percent"));
    }
  }
  if (t.min_cycles < 0) return Bad("thresholds.min_cycles is negative");
  if (!(t.max_top1_loss >= 0 && t.max_top1_loss <= 1)) {
    return Bad("thresholds.max_top1_loss is not 0 to 1");
  }
  if (t.min_top1 && !(*t.min_top1 >= 0 && *t.min_top1 <= 1)) {
    return Bad("thresholds.min_top1 is not 0 to 1");
  }
  if (t.max_latency_ms && !(*t.max_latency_ms > 0))
    return Bad("thresholds.max_latency_ms is not above 0");
  if (t.max_arena_bytes && *t.max_arena_bytes <= 0)
    return Bad("thresholds.max_arena_bytes is not above 0");
  return absl::OkStatus();
}

absl::Status CheckNotifications(const SuiteNotifications& notifications) {
  if (notifications.mail_to.size() > kMostOfAList || notifications.webhooks.size() > kMostOfAList) {
    return Bad(absl::StrCat("notifications: at most ", kMostOfAList, " of each"));
  }
  for (const std::string& address : notifications.mail_to) {
    const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
      return c > ' ' && c < 127 && c != '<' && c != '>' && c != ',' && c != '"';
    });
    const size_t at = address.find('@');
    if (!plain || at == 0 || at == address.npos || at + 1 == address.size() ||
        address.size() > 254) {
      return Bad("notifications.mail_to: \"" + address.substr(0, 80) + "\" is no address of mail");
    }
  }
  return absl::OkStatus();
}

}  // namespace

const char* NotifyWhenName(NotifyWhen when) { return NameIn(kWhens, when); }
NotifyWhen ParseNotifyWhen(std::string_view name) {
  return ParseIn(kWhens, name, NotifyWhen::kTrouble);
}
const char* SuiteRunStateName(SuiteRunState state) { return NameIn(kRunStates, state); }
SuiteRunState ParseSuiteRunState(std::string_view name) {
  return ParseIn(kRunStates, name, SuiteRunState::kFailed);
}
const char* CaseStateName(CaseState state) { return NameIn(kCaseStates, state); }
CaseState ParseCaseState(std::string_view name) {
  return ParseIn(kCaseStates, name, CaseState::kFailed);
}

absl::Status CheckSuite(const SuiteId& id, const SuiteSpec& spec) {
  if (!IsId(id.value())) {
    return Bad(absl::StrCat("the id \"", id.value().substr(0, 80), "\" is not 1 to ", kLongestId,
                            " lower-case letters, digits and '-'"));
  }
  if (spec.display_name.size() > kLongestText || spec.description.size() > kLongestText) {
    return Bad(absl::StrCat("name and description have at most ", kLongestText, " characters"));
  }
  if (spec.models.empty()) return Bad("the suite has no model");
  if (spec.boards.empty()) return Bad("the suite has no board");
  if (spec.models.size() > kMostOfAList || spec.boards.size() > kMostOfAList ||
      spec.variants.size() > kMostOfAList ||
      spec.models.size() * spec.boards.size() * std::max<size_t>(1, spec.variants.size()) >
          kMostCombinations) {
    return Bad(absl::StrCat("at most ", kMostOfAList, " models, boards and variants, and ",
                            kMostCombinations, " combinations"));
  }
  for (const std::string& board : spec.boards) {
    ER_RETURN_IF_ERROR(Annotate(Selector::Parse(board).status(), "boards"));
  }
  ER_RETURN_IF_ERROR(CheckLabels(spec));
  ER_RETURN_IF_ERROR(CheckThresholds(spec.thresholds));
  if (!spec.schedule.when.empty()) {
    ER_RETURN_IF_ERROR(Schedule::Parse(spec.schedule.when, spec.schedule.time_zone).status());
  }
  ER_RETURN_IF_ERROR(CheckNotifications(spec.notifications));
  for (const int jobs : {spec.repeats, spec.confirmations}) {
    if (jobs < 1 || jobs > kMostJobsOfACase) {
      return Bad(absl::StrCat("repeats and confirmations are 1 to ", kMostJobsOfACase));
    }
  }
  return absl::OkStatus();
}

RunCounts CountsOf(const SuiteRun& run) {
  RunCounts counts;
  for (const SuiteCase& suite_case : run.cases) {
    const CaseState state = suite_case.judgement.state;
    if (HasEnded(state)) ++counts.done;
    if (state == CaseState::kRegressed) ++counts.regressions;
    if (state == CaseState::kImproved) ++counts.improvements;
    if (state == CaseState::kFailed) ++counts.failures;
  }
  return counts;
}

std::string SummaryOf(const SuiteRun& run) {
  if (run.error) return run.error->message;
  const RunCounts counts = CountsOf(run);
  const auto all = static_cast<int>(run.cases.size());
  if (run.state == SuiteRunState::kRunning) {
    return absl::StrCat(counts.done, " of ", all, " cases done");
  }
  std::string summary =
      absl::StrCat(counts.done - counts.regressions - counts.failures, " of ", all, " passed");
  std::vector<std::string> regressed;
  for (const SuiteCase& suite_case : run.cases) {
    if (suite_case.judgement.state != CaseState::kRegressed) continue;
    std::string text = suite_case.key;
    for (const SuiteFinding& finding : suite_case.judgement.findings) {
      if (!finding.is_regression) continue;
      absl::StrAppend(&text, ": ", finding.message);
      break;
    }
    regressed.push_back(std::move(text));
  }
  if (!regressed.empty()) {
    absl::StrAppend(&summary, "; ", regressed.size(),
                    regressed.size() == 1 ? " regression: " : " regressions: ", regressed[0]);
    if (regressed.size() > 1) absl::StrAppend(&summary, " and ", regressed.size() - 1, " more");
  }
  if (counts.improvements > 0) absl::StrAppend(&summary, "; ", counts.improvements, " faster");
  if (counts.failures > 0) absl::StrAppend(&summary, "; ", counts.failures, " not measured");
  return summary;
}

}  // namespace edgerack::core
