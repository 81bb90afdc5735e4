#include "server/control/suites/matrix.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/control/submission.h"
#include "server/core/selector.h"

namespace edgerack::control {
namespace {

constexpr char kQueueOption[] = "timeout.queue_ms";

// By id; a board that two selectors match is there once.
absl::StatusOr<std::set<core::BoardId>> BoardsOf(const core::SuiteSpec& spec,
                                                 const std::vector<core::Board>& boards,
                                                 int64_t now_wall_ms) {
  std::set<core::BoardId> chosen;
  for (const std::string& text : spec.boards) {
    ER_ASSIGN_OR_RETURN(core::Selector selector, core::Selector::Parse(text));
    std::vector<const core::Board*> matching;
    for (const core::Board& board : boards) {
      if (selector.Matches(board)) matching.push_back(&board);
    }
    if (matching.empty()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser,
                       "NO_MATCHING_BOARD",
                       "no board of the farm matches the suite's \"" + text +
                           "\"; `edgerack boards` lists those there are");
    }
    const auto gone = [&](const core::Board* board) { return IsGone(*board, now_wall_ms); };
    const bool all_gone = std::all_of(matching.begin(), matching.end(), gone);
    for (const core::Board* board : matching) {
      if (all_gone || !gone(board)) chosen.insert(board->id);
    }
  }
  return chosen;
}

core::SuiteCase CaseOf(const core::SuiteModel& model, const core::BoardId& board,
                       const core::SuiteVariant& variant) {
  core::SuiteCase suite_case;
  suite_case.model_label = model.label;
  suite_case.board = board;
  suite_case.variant_label = variant.label;
  suite_case.key = absl::StrCat(model.label, "/", board.value(), "/", variant.label);
  core::JobSpec& spec = suite_case.spec;
  spec.model = model.model;
  spec.dataset = model.dataset;
  spec.calibration = model.calibration;
  spec.board_selector = board.value();
  spec.quantize = variant.quantize.empty() ? model.quantize : variant.quantize;
  spec.options = variant.options;
  spec.options.insert(model.options.begin(), model.options.end());  // the variant's stay
  spec.options.emplace(kQueueOption, absl::StrCat(kCaseQueueMs));
  return suite_case;
}

}  // namespace

absl::StatusOr<std::vector<core::SuiteCase>> CasesOf(const core::SuiteSpec& spec,
                                                     const std::vector<core::Board>& boards,
                                                     int64_t now_wall_ms) {
  ER_ASSIGN_OR_RETURN(auto chosen, BoardsOf(spec, boards, now_wall_ms));
  std::vector<core::SuiteVariant> variants = spec.variants;
  if (variants.empty()) variants.push_back({.label = "default"});
  std::vector<core::SuiteCase> cases;
  for (const core::SuiteModel& model : spec.models) {
    for (const core::BoardId& board : chosen) {
      for (const core::SuiteVariant& variant : variants) {
        cases.push_back(CaseOf(model, board, variant));
      }
    }
  }
  return cases;
}

}  // namespace edgerack::control
