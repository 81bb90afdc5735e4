#include "server/scheduler/scheduler.h"

#include "base/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/scheduler/limits.h"

namespace edgerack::scheduler {
namespace {

using core::AgentId;
using core::AgentReport;
using core::BoardId;
using core::BoardReport;
using core::BoardState;
using core::RunId;

BoardReport Idle(const std::string& id, const std::string& kind = "disco") {
  BoardReport report;
  report.board.id = BoardId(id);
  report.board.kind = kind;
  report.board.chip = "f7";
  report.board.state = BoardState::kIdle;
  return report;
}

BoardReport Working(const std::string& id, const std::string& run, int attempt = 1) {
  BoardReport report = Idle(id);
  report.board.state = BoardState::kBusy;
  report.run.emplace();
  report.run->run = RunId(run);
  report.run->attempt = attempt;
  report.run->stage = "flash";
  return report;
}

BoardReport Succeeded(const std::string& id, const std::string& run, int attempt = 1) {
  BoardReport report = Working(id, run, attempt);
  report.run->finished = true;
  report.run->measurement = std::make_shared<core::Measurement>();
  return report;
}

BoardReport Broken(const std::string& id, const std::string& run, int attempt,
                   ErrorClass error_class) {
  BoardReport report = Working(id, run, attempt);
  report.run->finished = true;
  report.run->error = core::Failure{error_class, "BROKEN", "it broke"};
  return report;
}

class SchedulerTest : public testing::Test {
 protected:
  int64_t now() { return clock_.SteadyMs(); }

  Actions Report(std::vector<BoardReport> boards, const std::string& boot = "boot1",
                 const std::string& agent = "agent1") {
    AgentReport report;
    report.agent = AgentId(agent);
    report.boot_id = boot;
    report.boards = std::move(boards);
    return scheduler_.Report(report, now());
  }

  RunRequest Request(const std::string& id, const std::string& selector = "chip=f7") {
    RunRequest request;
    request.id = RunId(id);
    request.order = ++order_;
    request.selector = *core::Selector::Parse(selector);
    request.chip = "f7";
    return request;
  }

  Actions Add(const std::string& id, const std::string& selector = "chip=f7") {
    return scheduler_.AddRun(Request(id, selector), 0, now());
  }

  // Time passes in steps of a second with the given agents reporting as they do each few seconds.
  Actions Pass(int64_t ms) {
    Actions all;
    for (int64_t passed = 0; passed < ms; passed += 1000) {
      clock_.AdvanceMs(1000);
      Actions actions = scheduler_.Tick(now());
      all.retried.insert(all.retried.end(), actions.retried.begin(), actions.retried.end());
      all.failed.insert(all.failed.end(), actions.failed.begin(), actions.failed.end());
      all.assigned.insert(all.assigned.end(), actions.assigned.begin(), actions.assigned.end());
    }
    return all;
  }

  static std::string Where(const Actions& actions) {
    std::string text;
    for (const auto& a : actions.assigned) {
      text += a.run.value() + "@" + a.board.value() + "#" + std::to_string(a.attempt) + " ";
    }
    return text;
  }

  std::string Desired(const std::string& agent = "agent1") {
    std::string text;
    for (const auto& d : scheduler_.Desired(AgentId(agent))) {
      text += d.run.value() + "@" + d.board.value() + "#" + std::to_string(d.attempt) +
              (d.cancelled ? "!" : "") + " ";
    }
    return text;
  }

  BoardState State(const std::string& board) { return scheduler_.FindBoard(BoardId(board))->state; }

  FakeClock clock_;
  Scheduler scheduler_;
  int64_t order_ = 0;
};

TEST_F(SchedulerTest, GivesAWaitingRunTheFirstBoardThatSuits) {
  EXPECT_EQ(Where(Add("r1")), "");
  EXPECT_EQ(Where(Report({Idle("b1")})), "r1@b1#1 ");
  EXPECT_EQ(Desired(), "r1@b1#1 ");
  EXPECT_EQ(State("b1"), BoardState::kBusy);
  EXPECT_EQ(Where(Report({Idle("b1")})), "");  // not told yet: no second run
}

TEST_F(SchedulerTest, ServesOneSelectorInOrder) {
  Add("r1");
  Add("r2");
  Add("r3");
  EXPECT_EQ(Where(Report({Idle("b1"), Idle("b2")})), "r1@b1#1 r2@b2#1 ");
  EXPECT_EQ(scheduler_.WaitingRuns(), 1u);
}

TEST_F(SchedulerTest, ARunThatCannotGoDoesNotHoldUpOthers) {
  Add("r1", "tag=rare");
  Add("r2");
  EXPECT_EQ(Where(Report({Idle("b1")})), "r2@b1#1 ");
}

TEST_F(SchedulerTest, NeedsTheRightChip) {
  BoardReport other = Idle("b1");
  other.board.chip = "h7";
  other.board.tags = {"x"};
  Add("r1", "tag=x");
  EXPECT_EQ(Where(Report({other})), "");
}

TEST_F(SchedulerTest, APinnedRunWaitsForItsBoard) {
  RunRequest request = Request("r1");
  request.pinned_board = BoardId("b2");
  scheduler_.AddRun(request, 0, now());
  EXPECT_EQ(Where(Report({Idle("b1")})), "");
  EXPECT_EQ(Where(Report({Idle("b1"), Idle("b2")})), "r1@b2#1 ");
}

TEST_F(SchedulerTest, SpreadsRunsOverBoards) {
  Report({Idle("b1"), Idle("b2")});
  EXPECT_EQ(Where(Add("r1")), "r1@b1#1 ");
  clock_.AdvanceMs(10);
  Report({Succeeded("b1", "r1"), Idle("b2")});
  scheduler_.EndRun(RunId("r1"), RunEnd::kSucceeded, now());
  Report({Idle("b1"), Idle("b2")});
  EXPECT_EQ(Where(Add("r2")), "r2@b2#1 ");
}

TEST_F(SchedulerTest, AnOutcomeIsTakenOnce) {
  Report({Idle("b1")});
  Add("r1");
  EXPECT_EQ(Report({Working("b1", "r1")}).progress.size(), 1u);
  EXPECT_EQ(Report({Succeeded("b1", "r1")}).measured.size(), 1u);
  EXPECT_EQ(Report({Succeeded("b1", "r1")}).measured.size(), 0u);
  EXPECT_EQ(Desired(), "r1@b1#1 ");  // named until its result is stored
  scheduler_.EndRun(RunId("r1"), RunEnd::kSucceeded, now());
  EXPECT_EQ(Desired(), "");
  EXPECT_EQ(Report({Succeeded("b1", "r1")}).measured.size(), 0u);
  Add("r2");
  EXPECT_EQ(Where(Report({Succeeded("b1", "r1")})), "");  // still shows the old one
  EXPECT_EQ(Where(Report({Idle("b1")})), "r2@b1#1 ");
}

TEST_F(SchedulerTest, AnOutcomeOfAnEarlierAttemptIsIgnored) {
  Report({Idle("b1")});
  Add("r1");
  Report({Broken("b1", "r1", 1, ErrorClass::kInfrastructure)});
  EXPECT_EQ(Where(Report({Idle("b1")})), "r1@b1#2 ");
  Actions late = Report({Succeeded("b1", "r1", 1)});
  EXPECT_TRUE(late.measured.empty());
  EXPECT_TRUE(late.failed.empty());
  EXPECT_EQ(Report({Succeeded("b1", "r1", 2)}).measured.size(), 1u);
}

TEST_F(SchedulerTest, AnOutcomeWithoutContentIsABug) {
  Report({Idle("b1")});
  Add("r1");
  BoardReport empty = Working("b1", "r1");
  empty.run->finished = true;
  Actions actions = Report({empty});
  ASSERT_EQ(actions.failed.size(), 1u);
  EXPECT_EQ(actions.failed[0].failure.code, "NO_OUTCOME");
}

TEST_F(SchedulerTest, InfrastructureFailuresAreRetriedOnAnotherBoard) {
  Report({Idle("b1"), Idle("b2")});
  EXPECT_EQ(Where(Add("r1")), "r1@b1#1 ");
  Actions actions = Report({Broken("b1", "r1", 1, ErrorClass::kInfrastructure), Idle("b2")});
  ASSERT_EQ(actions.retried.size(), 1u);
  EXPECT_EQ(actions.retried[0].next_attempt, 2);
  EXPECT_THAT(actions.retried[0].tried_boards, testing::ElementsAre(BoardId("b1")));
  EXPECT_EQ(Where(actions), "r1@b2#2 ");
  EXPECT_EQ(Desired(), "r1@b2#2 ");
}

TEST_F(SchedulerTest, RetryWaitsForABusyBoardOfTheSameKind) {
  Report({Idle("b1"), Idle("b2")});
  Add("r1");
  Add("r2");
  // r1 failed on b1, b2 is busy with r2: b1 alone is free, but b2 is the better bet.
  Report({Broken("b1", "r1", 1, ErrorClass::kInfrastructure), Working("b2", "r2")});
  EXPECT_EQ(Where(Report({Idle("b1"), Working("b2", "r2")})), "");
  EXPECT_EQ(Where(Add("r3")), "r3@b1#1 ");  // others may have b1 meanwhile
  Report({Working("b1", "r3"), Succeeded("b2", "r2")});
  scheduler_.EndRun(RunId("r2"), RunEnd::kSucceeded, now());
  EXPECT_EQ(Where(Report({Working("b1", "r3"), Idle("b2")})), "r1@b2#2 ");
}

TEST_F(SchedulerTest, RetryTakesTheSameBoardWhenThereIsNoOther) {
  Report({Idle("b1"), Idle("b2", "nucleo")});
  BoardReport other = Idle("b2", "nucleo");
  other.board.state = BoardState::kOffline;
  EXPECT_EQ(Where(Add("r1", "kind=disco")), "r1@b1#1 ");
  EXPECT_EQ(Where(Report({Broken("b1", "r1", 1, ErrorClass::kInfrastructure), other})), "");
  EXPECT_EQ(Where(Report({Idle("b1"), other})), "r1@b1#2 ");
}

TEST_F(SchedulerTest, GivesUpAfterThreeAttempts) {
  Report({Idle("b1")});
  Add("r1");
  for (int attempt = 1; attempt <= 2; ++attempt) {
    Actions actions = Report({Broken("b1", "r1", attempt, ErrorClass::kInfrastructure)});
    EXPECT_EQ(actions.retried.size(), 1u);
    Report({Idle("b1")});
  }
  Actions last = Report({Broken("b1", "r1", 3, ErrorClass::kInfrastructure)});
  ASSERT_EQ(last.failed.size(), 1u);
  EXPECT_EQ(last.failed[0].failure.code, "BROKEN");
  EXPECT_TRUE(last.retried.empty());
}

TEST_F(SchedulerTest, BoardFailuresMakeABoardSuspectAndEndAfterTwo) {
  Report({Idle("b1")});
  Add("r1");
  EXPECT_EQ(Report({Broken("b1", "r1", 1, ErrorClass::kBoard)}).retried.size(), 1u);
  EXPECT_EQ(scheduler_.FindBoard(BoardId("b1"))->health, core::BoardHealth::kSuspect);
  Report({Idle("b1")});
  EXPECT_EQ(Report({Broken("b1", "r1", 2, ErrorClass::kBoard)}).failed.size(), 1u);
  Report({Idle("b1")});
  Add("r2");
  Report({Succeeded("b1", "r2")});
  scheduler_.EndRun(RunId("r2"), RunEnd::kSucceeded, now());
  EXPECT_EQ(scheduler_.FindBoard(BoardId("b1"))->health, core::BoardHealth::kHealthy);
}

TEST_F(SchedulerTest, TheUsersErrorsAreNotRepeated) {
  Report({Idle("b1")});
  for (ErrorClass c : {ErrorClass::kUser, ErrorClass::kJob, ErrorClass::kBug}) {
    const std::string run = ErrorClassName(c);
    EXPECT_EQ(Where(Add(run)), run + "@b1#1 ");
    EXPECT_EQ(Report({Broken("b1", run, 1, c)}).failed.size(), 1u);
    Report({Idle("b1")});
  }
}

TEST_F(SchedulerTest, QuarantinedBoardsGetNothing) {
  core::Board board = Idle("b1").board;
  board.agent = AgentId("agent1");
  board.health = core::BoardHealth::kQuarantined;
  scheduler_.RestoreBoard(board, now());
  Report({Idle("b1")});
  EXPECT_EQ(Where(Add("r1")), "");
}

TEST_F(SchedulerTest, ASilentAgentsBoardsGoOfflineThenItsRunsAreLost) {
  Report({Idle("b1")});
  Add("r1");
  Report({Working("b1", "r1")});
  Pass(30'000);
  EXPECT_EQ(State("b1"), BoardState::kBusy);
  Pass(1'000);
  EXPECT_EQ(State("b1"), BoardState::kOffline);
  EXPECT_TRUE(Pass(29'000).retried.empty());
  Actions lost = Pass(1'000);
  ASSERT_EQ(lost.retried.size(), 1u);
  EXPECT_EQ(lost.retried[0].failure.code, "AGENT_LOST");
  EXPECT_EQ(lost.retried[0].failure.error_class, ErrorClass::kInfrastructure);
  // Another agent has a board: the run goes on there. The lost one's outcome is late.
  EXPECT_EQ(Where(Report({Idle("b2")}, "boot9", "agent2")), "r1@b2#2 ");
  EXPECT_TRUE(Report({Succeeded("b1", "r1", 1)}).measured.empty());
  EXPECT_EQ(Desired("agent1"), "");
}

TEST_F(SchedulerTest, AnAgentThatComesBackInTimeKeepsItsRun) {
  Report({Idle("b1")});
  Add("r1");
  Report({Working("b1", "r1")});
  EXPECT_TRUE(Pass(59'000).retried.empty());
  EXPECT_EQ(Report({Succeeded("b1", "r1")}).measured.size(), 1u);
  EXPECT_TRUE(Pass(5'000).retried.empty());
}

TEST_F(SchedulerTest, AMeasuredRunIsNotLostWithItsAgent) {
  Report({Idle("b1")});
  Add("r1");
  EXPECT_EQ(Report({Succeeded("b1", "r1")}).measured.size(), 1u);
  Actions actions = Pass(120'000);
  EXPECT_TRUE(actions.retried.empty());
  EXPECT_TRUE(actions.failed.empty());
}

TEST_F(SchedulerTest, ANewBootIdWithoutTheRunIsALostAttempt) {
  Report({Idle("b1")});
  Add("r1");
  Report({Working("b1", "r1")});
  Actions actions = Report({Idle("b1")}, "boot2");
  ASSERT_EQ(actions.retried.size(), 1u);
  EXPECT_EQ(actions.retried[0].failure.code, "AGENT_LOST");
  EXPECT_EQ(Where(actions), "r1@b1#2 ");  // at once
}

TEST_F(SchedulerTest, ANewBootIdBeforeTheRunWasTakenLosesNothing) {
  Report({Idle("b1")});
  Add("r1");
  Actions actions = Report({Idle("b1")}, "boot2");
  EXPECT_TRUE(actions.retried.empty());
  EXPECT_EQ(Desired(), "r1@b1#1 ");
}

TEST_F(SchedulerTest, ARunItsAgentNeverTakesIsTriedAgain) {
  Report({Idle("b1")});
  Add("r1");
  for (int i = 0; i < 45; ++i) {
    Report({Idle("b1")});
    ASSERT_TRUE(Pass(1'000).retried.empty()) << i;
  }
  Report({Idle("b1")});
  Actions actions = Pass(1'000);
  ASSERT_EQ(actions.retried.size(), 1u);
  EXPECT_EQ(actions.retried[0].failure.code, "ACQUIRE_TIMEOUT");
}

TEST_F(SchedulerTest, ARunThatNeverEndsIsGivenUp) {
  RunRequest request = Request("r1");
  request.timeouts = {.queue_ms = 1000,
                      .acquire_ms = 1000,
                      .flash_ms = 1000,
                      .handshake_ms = 1000,
                      .load_ms = 1000,
                      .run_ms = 1000,
                      .validate_ms = 1000};
  Report({Idle("b1")});
  scheduler_.AddRun(request, 0, now());
  std::vector<Retried> retried;
  for (int second = 0; second < 67; ++second) {
    ASSERT_TRUE(retried.empty()) << second;
    Report({Working("b1", "r1")});
    retried = Pass(1'000).retried;
  }
  ASSERT_EQ(retried.size(), 1u);
  EXPECT_EQ(retried[0].failure.code, "RUN_OVERDUE");
  EXPECT_EQ(Desired(), "r1@b1#1! ");  // the agent still has it and is told to stop
}

TEST_F(SchedulerTest, AQueueTimeoutEndsTheRun) {
  RunRequest request = Request("r1");
  request.timeouts.queue_ms = 10'000;
  scheduler_.AddRun(request, 4'000, now());
  EXPECT_TRUE(Pass(5'000).failed.empty());
  Actions actions = Pass(1'000);
  ASSERT_EQ(actions.failed.size(), 1u);
  EXPECT_EQ(actions.failed[0].failure.code, "QUEUE_TIMEOUT");
  EXPECT_EQ(Where(Report({Idle("b1")})), "");
}

TEST_F(SchedulerTest, AQueueTimeoutSaysWhatKeepsTheBoards) {
  core::BoardReport away = Idle("b1");
  away.board.state = BoardState::kOffline;
  away.board.reason = "CONSOLE_NOT_FOUND: no such file";
  Report({away});
  RunRequest request = Request("r1");
  request.timeouts.queue_ms = 5'000;
  scheduler_.AddRun(request, 0, now());
  Actions actions = Pass(5'000);
  ASSERT_EQ(actions.failed.size(), 1u);
  EXPECT_EQ(actions.failed[0].failure.code, "QUEUE_TIMEOUT");
  EXPECT_NE(actions.failed[0].failure.message.find(
                "board b1 is OFFLINE: CONSOLE_NOT_FOUND: no such file"),
            std::string::npos)
      << actions.failed[0].failure.message;
}

TEST_F(SchedulerTest, ABoardItsAgentDropsLosesItsRun) {
  Report({Idle("b1"), Idle("b2")});
  Add("r1");
  Report({Working("b1", "r1"), Idle("b2")});
  Actions actions = Report({Idle("b2")});
  ASSERT_EQ(actions.retried.size(), 1u);
  EXPECT_EQ(actions.retried[0].failure.code, "BOARD_GONE");
  EXPECT_EQ(Where(actions), "r1@b2#2 ");
  EXPECT_EQ(State("b1"), BoardState::kOffline);
}

TEST_F(SchedulerTest, CancellingAWaitingRunRemovesIt) {
  Add("r1");
  scheduler_.EndRun(RunId("r1"), RunEnd::kCancelled, now());
  EXPECT_EQ(Where(Report({Idle("b1")})), "");
  EXPECT_EQ(scheduler_.WaitingRuns(), 0u);
}

TEST_F(SchedulerTest, CancellingAWorkingRunStopsTheBoard) {
  Report({Idle("b1")});
  Add("r1");
  Report({Working("b1", "r1")});
  Actions actions = scheduler_.EndRun(RunId("r1"), RunEnd::kCancelled, now());
  EXPECT_THAT(actions.changed_agents, testing::ElementsAre(AgentId("agent1")));
  EXPECT_EQ(Desired(), "r1@b1#1! ");
  EXPECT_EQ(Where(Add("r2")), "");  // the board still works on r1
  EXPECT_EQ(Where(Report({Idle("b1")})), "r2@b1#1 ");
}

TEST_F(SchedulerTest, EndingAnUnknownRunIsHarmless) {
  EXPECT_TRUE(scheduler_.EndRun(RunId("nobody"), RunEnd::kFailed, now()).failed.empty());
}

TEST_F(SchedulerTest, AfterARestartAnAssignedRunWaitsForItsAgent) {
  core::Board board = Idle("b1").board;
  board.agent = AgentId("agent1");
  scheduler_.RestoreBoard(board, now());
  EXPECT_EQ(State("b1"), BoardState::kOffline);
  scheduler_.RestoreAssigned(Request("r1"), BoardId("b1"), now());
  Pass(20'000);
  // The agent kept working and brings the outcome.
  EXPECT_EQ(Report({Succeeded("b1", "r1")}, "boot7").measured.size(), 1u);
}

TEST_F(SchedulerTest, AfterARestartAnAgentWithoutTheRunStartsIt) {
  core::Board board = Idle("b1").board;
  board.agent = AgentId("agent1");
  scheduler_.RestoreBoard(board, now());
  scheduler_.RestoreAssigned(Request("r1"), BoardId("b1"), now());
  Actions actions = Report({Idle("b1")});
  EXPECT_TRUE(actions.retried.empty());
  EXPECT_EQ(Desired(), "r1@b1#1 ");
}

TEST_F(SchedulerTest, AfterARestartAnAgentThatStaysAwayLosesTheRun) {
  core::Board board = Idle("b1").board;
  board.agent = AgentId("agent1");
  scheduler_.RestoreBoard(board, now());
  scheduler_.RestoreAssigned(Request("r1"), BoardId("b1"), now());
  EXPECT_TRUE(Pass(60'000).retried.empty());
  EXPECT_EQ(Pass(1'000).retried.size(), 1u);
}

TEST_F(SchedulerTest, AfterARestartARunOnAnUnknownBoardIsTriedElsewhere) {
  Actions actions = scheduler_.RestoreAssigned(Request("r1"), BoardId("b9"), now());
  ASSERT_EQ(actions.retried.size(), 1u);
  EXPECT_EQ(actions.retried[0].failure.code, "BOARD_GONE");
  EXPECT_EQ(Where(Report({Idle("b1")})), "r1@b1#2 ");
}

TEST_F(SchedulerTest, TwoAgentsCannotHaveTheSameBoard) {
  Report({Idle("b1")});
  Actions actions = Report({Idle("b1")}, "boot2", "agent2");
  EXPECT_EQ(actions.warnings.size(), 1u);
  EXPECT_EQ(scheduler_.FindBoard(BoardId("b1"))->agent, AgentId("agent1"));
  Pass(31'000);
  Report({Idle("b1")}, "boot2", "agent2");  // the first is gone: the board has moved
  EXPECT_EQ(scheduler_.FindBoard(BoardId("b1"))->agent, AgentId("agent2"));
  EXPECT_EQ(State("b1"), BoardState::kIdle);
}

TEST_F(SchedulerTest, ReportsOnlyRealChangesOfBoards) {
  EXPECT_EQ(Report({Idle("b1")}).changed_boards.size(), 1u);
  EXPECT_EQ(Report({Idle("b1")}).changed_boards.size(), 0u);
  BoardReport recovering = Idle("b1");
  recovering.board.state = BoardState::kRecovering;
  recovering.board.reason = "probe lost";
  EXPECT_EQ(Report({recovering}).changed_boards.size(), 1u);
  EXPECT_EQ(scheduler_.FindBoard(BoardId("b1"))->reason, "probe lost");
}

// Whatever agents report, each run ends at most once and no board has two runs.
TEST_F(SchedulerTest, RandomReportsNeverBreakTheInvariants) {
  uint32_t seed = 12345;
  auto random = [&](uint32_t below) {
    return (seed = seed * 1664525u + 1013904223u) / 65536 % below;
  };
  std::map<RunId, int> ends;
  auto check = [&](const Actions& actions) {
    for (const auto& failed : actions.failed) ++ends[failed.run];
    for (const auto& measured : actions.measured) {
      ++ends[measured.run];
      scheduler_.EndRun(measured.run, RunEnd::kSucceeded, now());
    }
  };
  for (int step = 0; step < 20'000; ++step) {
    if (random(4) == 0) check(Add("r" + std::to_string(step)));
    if (random(3) == 0) {
      clock_.AdvanceMs(random(40'000));
      check(scheduler_.Tick(now()));
    }
    const std::string agent = "agent" + std::to_string(random(3));
    std::vector<BoardReport> boards;
    for (const DesiredRun& desired : scheduler_.Desired(AgentId(agent))) {
      const std::string board = desired.board.value(), run = desired.run.value();
      const int attempt = desired.attempt - (random(10) == 0 ? 1 : 0);
      switch (random(5)) {
        case 0:
          boards.push_back(Succeeded(board, run, attempt));
          break;
        case 1:
          boards.push_back(Broken(board, run, attempt, static_cast<ErrorClass>(random(5))));
          break;
        case 2:
          boards.push_back(Working(board, run, attempt));
          break;
        case 3:
          boards.push_back(Idle(board));
          break;
        default:
          break;  // the board is left out
      }
    }
    boards.push_back(Idle(agent + "-" + std::to_string(random(3))));
    check(Report(boards, "boot" + std::to_string(random(20) == 0), agent));
    std::set<BoardId> busy;
    std::set<RunId> running;
    for (int i = 0; i < 3; ++i) {
      for (const DesiredRun& d : scheduler_.Desired(AgentId("agent" + std::to_string(i)))) {
        ASSERT_TRUE(busy.insert(d.board).second);
        if (d.cancelled) continue;
        ASSERT_TRUE(running.insert(d.run).second);
      }
    }
  }
  EXPECT_GT(ends.size(), 1000u);
  for (const auto& [run, count] : ends) EXPECT_EQ(count, 1) << run.value();
}

}  // namespace
}  // namespace edgerack::scheduler
