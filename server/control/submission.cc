#include "server/control/submission.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "server/core/job_options.h"
#include "server/core/selector.h"

namespace edgerack::control {
namespace {

constexpr size_t kLongestRequestId = 64;
constexpr size_t kLongestQuantize = 40;

absl::Status Invalid(ErrorClass error_class, const char* code, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, error_class, code, message);
}

core::Run RunOn(const core::Board& board, bool pinned, IdSource& ids) {
  core::Run run;
  run.id = core::RunId(ids.NewId());
  if (pinned) run.pinned_board = board.id;
  if (pinned) run.board = board.id;
  run.kind = board.kind;
  run.chip = board.chip;
  run.stage = "queue";
  return run;
}

// Smaller is the better guess at which board the run will get.
int Rank(const core::Board& board) {
  if (board.health == core::BoardHealth::kQuarantined) return 3;
  if (board.state == core::BoardState::kIdle) return 0;
  return board.state == core::BoardState::kOffline ? 2 : 1;
}

absl::Status NoMatch(const core::JobSpec& spec, const std::vector<core::Board>& boards) {
  std::string known;
  for (const core::Board& board : boards) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", board.id.value(), " (", board.kind, ")");
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "NO_MATCHING_BOARD",
                   absl::StrCat("no board of the farm matches \"", spec.board_selector, "\"; ",
                                known.empty() ? "no agent has reported a board yet"
                                              : absl::StrCat("known are ", known)));
}

}  // namespace

absl::StatusOr<std::string> CheckSpec(const core::JobSpec& spec, const std::string& request_id,
                                      const Services& services) {
  if (request_id.size() > kLongestRequestId) {
    return Invalid(ErrorClass::kUser, "BAD_REQUEST_ID",
                   absl::StrCat("the request id has ", request_id.size(), " characters; at most ",
                                kLongestRequestId, " are taken"));
  }
  ER_RETURN_IF_ERROR(core::Selector::Parse(spec.board_selector).status());
  ER_RETURN_IF_ERROR(core::OptionsOf(spec).status());
  if (spec.quantize.size() > kLongestQuantize ||
      !std::all_of(spec.quantize.begin(), spec.quantize.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
      })) {
    return Invalid(ErrorClass::kJob, "BAD_OPTION", "quantize: expected a word such as int8");
  }
  std::string name;
  if (!spec.firmware.empty()) {
    ER_ASSIGN_OR_RETURN(core::Firmware firmware, services.firmwares.GetFirmware(spec.firmware));
    name = firmware.display_name;
  }
  if (spec.firmware.empty() || !spec.model.empty()) {
    if (!IsSha256Hex(spec.model.value())) {
      return Invalid(ErrorClass::kUser, "BAD_MODEL_NAME",
                     "the job names no model; upload one and pass models/{id}");
    }
    ER_ASSIGN_OR_RETURN(core::Model model, services.models.GetModel(spec.model));
    name = model.display_name;
  }
  for (const core::DatasetId& dataset : {spec.dataset, spec.calibration}) {
    if (dataset.empty()) continue;
    ER_RETURN_IF_ERROR(services.datasets.GetDataset(dataset).status());
  }
  return name;
}

absl::StatusOr<std::vector<core::Run>> MakeRuns(const core::JobSpec& spec,
                                                const std::vector<core::Board>& boards,
                                                int64_t now_wall_ms, IdSource& ids) {
  ER_ASSIGN_OR_RETURN(core::Selector selector, core::Selector::Parse(spec.board_selector));
  std::vector<core::Board> matching;
  for (const core::Board& board : boards) {
    if (selector.Matches(board)) matching.push_back(board);
  }
  if (matching.empty()) return NoMatch(spec, boards);
  std::vector<core::Run> runs;
  if (!spec.all_boards) {
    const auto best = std::min_element(
        matching.begin(), matching.end(),
        [](const core::Board& a, const core::Board& b) { return Rank(a) < Rank(b); });
    runs.push_back(RunOn(*best, /*pinned=*/false, ids));
    return runs;
  }
  auto gone = [&](const core::Board& board) { return IsGone(board, now_wall_ms); };
  const bool all_gone = std::all_of(matching.begin(), matching.end(), gone);
  for (const core::Board& board : matching) {
    if (all_gone || !gone(board)) runs.push_back(RunOn(board, /*pinned=*/true, ids));
  }
  return runs;
}

}  // namespace edgerack::control
