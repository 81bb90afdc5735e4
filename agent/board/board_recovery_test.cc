// Runs that fail, boards that hang or vanish, and how they come back.
#include "agent/board/board_actor_fixture.h"

namespace edgerack::agent {
namespace {

TEST_F(BoardActorTest, HungRunIsABoardErrorAndTheBoardComesBack) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.hang_in_run = true;
  Assignment assignment = MakeAssignment();
  assignment.timeouts.run_ms = 10'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_HUNG");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kBoard);
  EXPECT_EQ(state.status, BoardStatus::kRecovering);
  EXPECT_EQ(flasher->resets, 1);
  board.hang_in_run = false;
  ASSERT_TRUE(RunUntilIdle());
  ASSERT_TRUE(state.run.has_value());  // until the server has it
  actor->Assign(MakeAssignment("run2"));
  ASSERT_TRUE(
      RunUntil([&] { return state.run->finished && state.run->key.run_id == RunId("run2"); }));
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
}

TEST_F(BoardActorTest, FaultInTheRunIsReportedWithItsRecord) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.fault_in_run = true;
  Assignment assignment = MakeAssignment();
  assignment.timeouts.run_ms = 10'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "FIRMWARE_FAULT");
  const std::string text = ErrorMessageOf(state.run->error);
  EXPECT_NE(text.find("bus fault"), std::string::npos) << text;
  EXPECT_NE(text.find("layer 2"), std::string::npos) << text;
  EXPECT_NE(text.find("0x08001234"), std::string::npos) << text;
  EXPECT_FALSE(board.fault_present);
}

TEST_F(BoardActorTest, WatchdogResetInTheRunIsAHungBoard) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.fault_in_run = true;
  board.fault_kind = ER_FAULT_WATCHDOG;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_HUNG");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kBoard);
  const std::string text = ErrorMessageOf(state.run->error);
  EXPECT_NE(text.find("the watchdog reset the board while layer 2 was running"), std::string::npos)
      << text;
  EXPECT_EQ(flasher->resets, 0);
  board.fault_in_run = false;
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, ResetByAHandInTheRunIsToldAsOne) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.fault_in_run = true;
  board.fault_kind = ER_FAULT_RESET_IN_RUN;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_RESET");
  EXPECT_NE(ErrorMessageOf(state.run->error).find("layer 2"), std::string::npos);
}

TEST_F(BoardActorTest, TooShortTimeOutOfALivingBoardIsTheJobsError) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  Assignment assignment = MakeAssignment();
  assignment.samples = 2;
  assignment.timeouts.validate_ms = 8;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "STAGE_TIMEOUT");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kJob);
}

TEST_F(BoardActorTest, ConsoleLostInTheRunIsInfrastructure) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.ms_per_run = 1'000;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntil([&] { return state.run && state.run->stage == "run"; }));
  timers.RunFor(context, 500);
  console->Unplug();
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "CONSOLE_LOST");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kInfrastructure);
  timers.RunFor(context, 60'000);
  EXPECT_EQ(state.status, BoardStatus::kOffline);
  EXPECT_NE(state.reason.find("CONSOLE_LOST"), std::string::npos);
  console->Plug();
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, IdleBoardThatVanishesIsNoticedAndComesBack) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  console->Unplug();
  int64_t start_ms = timers.clock().SteadyMs();
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kRecovering; }));
  EXPECT_LE(timers.clock().SteadyMs() - start_ms, 5'000);
  console->Plug();
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, IdleBoardThatHangsIsResetThenFlashed) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.silent = true;
  flasher->on_reset = [] { return absl::OkStatus(); };  // a reset does not help it
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kRecovering; }));
  ASSERT_TRUE(RunUntilIdle());
  EXPECT_EQ(flasher->resets, 1);
  EXPECT_EQ(flasher->writes.size(), 1u);
}

TEST_F(BoardActorTest, DeadBoardGoesOfflineAndIsTriedAgain) {
  board.silent = dead = true;
  Start();
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kOffline; }));
  EXPECT_NE(state.reason.find("BOARD_SILENT"), std::string::npos);
  timers.RunFor(context, 300'000);
  size_t flashed = flasher->writes.size();
  EXPECT_GT(flashed, 4u);
  EXPECT_LT(flashed, 20u);  // backed off
  dead = false;
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, FailedFlashIsTheRunsError) {
  board.build_id = std::string(20, '\x77');
  flash_result = MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure,
                           "PROBE_NOT_FOUND", "no probe");
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "PROBE_NOT_FOUND");
  EXPECT_NE(ErrorMessageOf(state.run->error).find("stage flash"), std::string::npos);
}

TEST_F(BoardActorTest, CancelledRunIsForgottenAndTheBoardChecked) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.ms_per_run = 1'000;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntil([&] { return state.run && state.run->stage == "run"; }));
  timers.RunFor(context, 1'500);
  actor->Cancel({RunId("run1"), 1});
  int64_t start_ms = timers.clock().SteadyMs();
  ASSERT_TRUE(RunUntil([&] { return !state.run.has_value(); }));
  EXPECT_EQ(timers.clock().SteadyMs(), start_ms);
  ASSERT_TRUE(RunUntilIdle());
  EXPECT_EQ(flasher->resets, 1);  // it was deep in its run and heard nothing
}

TEST_F(BoardActorTest, CancelOfAnotherRunDoesNothing) {
  Start();
  actor->Assign(MakeAssignment());
  actor->Cancel({RunId("run1"), 2});
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
}

TEST_F(BoardActorTest, SameRunIsNotStartedTwice) {
  Start();
  actor->Assign(MakeAssignment());
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  int runs = board.executed_runs;
  actor->Assign(MakeAssignment());
  timers.RunFor(context, 20'000);
  EXPECT_EQ(board.executed_runs, runs);
  actor->Forget({RunId("run1"), 1});
  ASSERT_TRUE(RunUntil([&] { return !state.run.has_value(); }));
}

TEST_F(BoardActorTest, RunForABoardThatStaysAwayFailsInTime) {
  board.silent = dead = true;
  Start();
  Assignment assignment = MakeAssignment();
  assignment.timeouts.acquire_ms = 30'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_NOT_READY");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kInfrastructure);
}

TEST_F(BoardActorTest, ArtifactThatNeverComesEndsTheAcquireStage) {
  artifacts.never_answers = true;
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "ARTIFACT_TIMEOUT");
  EXPECT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, NoisyLineOnlyCostsTime) {
  noise = {.lost = 4, .repeated = 4, .corrupted = 4, .seed = 7};
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(state.run->measurement->outputs, "bcdefghi");
  const LinkStatistics& link = state.run->measurement->link;
  EXPECT_GT(link.requests, 10);
  EXPECT_GT(link.repeated_requests, 0);
}

}  // namespace
}  // namespace edgerack::agent
