#include "agent/sync/plan.h"

#include <gtest/gtest.h>

namespace edgerack::agent {
namespace {

const BoardId kBoard("b1");

RunKey Key(const std::string& run, int attempt = 1) { return {RunId(run), attempt}; }

Assignment Want(const std::string& run, int attempt = 1, bool cancelled = false) {
  Assignment assignment;
  assignment.board = kBoard;
  assignment.key = Key(run, attempt);
  assignment.cancelled = cancelled;
  return assignment;
}

HeldRun Given(const std::string& run) {
  HeldRun held;
  held.given = Key(run);
  return held;
}

SyncActions Plan(HeldRun held, std::vector<Assignment> want) {
  return PlanSync({{kBoard, held}}, want);
}

TEST(PlanSyncTest, NewAssignmentIsStartedOnce) {
  SyncActions actions = Plan({}, {Want("a")});
  ASSERT_EQ(actions.start.size(), 1u);
  EXPECT_EQ(actions.start[0].key, Key("a"));
  EXPECT_TRUE(actions.cancel.empty());
  // Given to the actor, whose report is still on its way.
  EXPECT_TRUE(Plan(Given("a"), {Want("a")}).start.empty());
  // Running, and finished.
  EXPECT_TRUE(Plan({.given = Key("a"), .reported = Key("a")}, {Want("a")}).start.empty());
  SyncActions finished =
      Plan({.given = Key("a"), .reported = Key("a"), .reported_finished = true}, {Want("a")});
  EXPECT_TRUE(finished.start.empty());
  EXPECT_TRUE(finished.forget.empty());
}

TEST(PlanSyncTest, AnotherAttemptIsAnotherRun) {
  SyncActions actions = Plan(
      {.given = Key("a", 1), .reported = Key("a", 1), .reported_finished = true}, {Want("a", 2)});
  ASSERT_EQ(actions.start.size(), 1u);
  EXPECT_EQ(actions.forget, (std::vector<BoardAndRun>{{kBoard, Key("a", 1)}}));
}

TEST(PlanSyncTest, OutcomeIsKeptWhileNamedAndForgottenAfter) {
  HeldRun finished{.given = Key("a"), .reported = Key("a"), .reported_finished = true};
  EXPECT_EQ(Plan(finished, {}).forget, (std::vector<BoardAndRun>{{kBoard, Key("a")}}));
  EXPECT_TRUE(Plan(finished, {}).cancel.empty());
}

TEST(PlanSyncTest, RunThatIsNotNamedIsCancelled) {
  HeldRun running{.given = Key("a"), .reported = Key("a")};
  EXPECT_EQ(Plan(running, {}).cancel, (std::vector<BoardAndRun>{{kBoard, Key("a")}}));
  EXPECT_EQ(Plan(Given("a"), {}).cancel, (std::vector<BoardAndRun>{{kBoard, Key("a")}}));
}

TEST(PlanSyncTest, CancelledAssignmentStopsAndNeverStarts) {
  HeldRun running{.given = Key("a"), .reported = Key("a")};
  EXPECT_EQ(Plan(running, {Want("a", 1, true)}).cancel.size(), 1u);
  SyncActions unknown = Plan({}, {Want("a", 1, true)});
  EXPECT_TRUE(unknown.cancel.empty());
  EXPECT_TRUE(unknown.start.empty());
}

TEST(PlanSyncTest, AnotherRunReplacesTheRunningOne) {
  SyncActions actions = Plan({.given = Key("a"), .reported = Key("a")}, {Want("b")});
  EXPECT_EQ(actions.cancel, (std::vector<BoardAndRun>{{kBoard, Key("a")}}));
  ASSERT_EQ(actions.start.size(), 1u);
  EXPECT_EQ(actions.start[0].key, Key("b"));
}

TEST(PlanSyncTest, OldOutcomeIsForgottenWhileTheNextRunWaits) {
  HeldRun held{.given = Key("b"), .reported = Key("a"), .reported_finished = true};
  SyncActions actions = Plan(held, {Want("b")});
  EXPECT_EQ(actions.forget, (std::vector<BoardAndRun>{{kBoard, Key("a")}}));
  EXPECT_TRUE(actions.cancel.empty());
  EXPECT_TRUE(actions.start.empty());
}

TEST(PlanSyncTest, BoardsOfOthersAreNamed) {
  Assignment foreign = Want("a");
  foreign.board = BoardId("not-mine");
  SyncActions actions = Plan({}, {foreign});
  EXPECT_TRUE(actions.start.empty());
  EXPECT_EQ(actions.unknown, std::vector<BoardId>{BoardId("not-mine")});
}

}  // namespace
}  // namespace edgerack::agent
