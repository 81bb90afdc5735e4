#include "server/control/submission.h"

#include "gtest/gtest.h"

namespace edgerack::control {
namespace {

core::Board BoardIn(const std::string& id, core::BoardState state, const std::string& chip = "f7") {
  core::Board board;
  board.id = core::BoardId(id);
  board.kind = "kind-" + chip;
  board.chip = chip;
  board.state = state;
  board.tags = {"lab"};
  board.last_seen_time_ms = 1'000'000;
  return board;
}

core::JobSpec Spec(const std::string& selector, bool all) {
  core::JobSpec spec;
  spec.board_selector = selector;
  spec.all_boards = all;
  return spec;
}

TEST(SubmissionTest, OneRunForTheChipOfAnIdleBoard) {
  auto runs = MakeRuns(
      Spec("tag=lab", false),
      {BoardIn("a", core::BoardState::kOffline, "h7"), BoardIn("b", core::BoardState::kBusy, "n6"),
       BoardIn("c", core::BoardState::kIdle, "f7")},
      1'000'000, SystemIds());
  ASSERT_EQ(runs->size(), 1u);
  EXPECT_EQ((*runs)[0].chip, "f7");
  EXPECT_EQ((*runs)[0].kind, "kind-f7");
  EXPECT_TRUE((*runs)[0].pinned_board.empty());
}

TEST(SubmissionTest, AllBoardsMeansOneRunEach) {
  const std::vector<core::Board> boards = {BoardIn("a", core::BoardState::kIdle),
                                           BoardIn("b", core::BoardState::kBusy),
                                           BoardIn("c", core::BoardState::kOffline)};
  auto now = MakeRuns(Spec("tag=lab", true), boards, 1'000'000, SystemIds());
  ASSERT_EQ(now->size(), 3u);
  EXPECT_EQ((*now)[1].pinned_board, core::BoardId("b"));
  auto later =
      MakeRuns(Spec("tag=lab", true), boards, 1'000'000 + kAllBoardsForgetMs + 1, SystemIds());
  EXPECT_EQ(later->size(), 2u);  // c has been away too long
}

TEST(SubmissionTest, AKnownBoardThatIsAwayStillMatches) {
  auto runs = MakeRuns(Spec("a", true), {BoardIn("a", core::BoardState::kOffline)}, 1'000'000'000,
                       SystemIds());
  EXPECT_EQ(runs->size(), 1u);
}

TEST(SubmissionTest, NoMatchNamesWhatIsKnown) {
  auto runs =
      MakeRuns(Spec("chip=h7", false), {BoardIn("a", core::BoardState::kIdle)}, 0, SystemIds());
  EXPECT_EQ(ErrorCodeOf(runs.status()), "NO_MATCHING_BOARD");
  EXPECT_EQ(runs.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(ErrorMessageOf(runs.status()).find("a (kind-f7)"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::control
