#include "server/analysis/regression.h"

#include <gtest/gtest.h>

#include "server/analysis/synthetic_results.h"

namespace edgerack::analysis {
namespace {

using core::CaseJudgement;
using core::CaseState;
using core::Result;
using Results = std::vector<Result>;

constexpr size_t kConfirmations = 3;

// A night as the server has it: judged, confirmed where suspected, kept where it repeats.
struct Night {
  CaseJudgement judgement;
  bool was_suspected = false;
};
Night OneNight(SyntheticBoard& board, Results& baseline) {
  Night night;
  const Results measured = board.Runs(1);
  night.judgement = JudgeCase(baseline, measured, {}, {});
  if (night.judgement.state == CaseState::kConfirming) {
    night.was_suspected = true;
    night.judgement = JudgeCase(baseline, measured, board.Runs(kConfirmations), {});
  }
  const CaseState state = night.judgement.state;
  if ((state == CaseState::kPassed || state == CaseState::kLearning) &&
      baseline.size() < kMostRepeats) {
    baseline.push_back(measured.front());
  }
  return night;
}

std::string CodesOf(const CaseJudgement& judgement) {
  std::string codes;
  for (const core::SuiteFinding& finding : judgement.findings) codes += finding.code + " ";
  return codes;
}

// 40 farms of 100 nights: without a change nobody is woken.
TEST(Regression, FourThousandNightsWithoutAChange) {
  int alarms = 0, improvements = 0, suspicions = 0;
  for (uint64_t farm = 0; farm < 40; ++farm) {
    SyntheticBoard board(2, 1000 + farm);
    Results baseline;
    for (int night = 0; night < 100; ++night) {
      const Night result = OneNight(board, baseline);
      alarms += result.judgement.state == CaseState::kRegressed;
      improvements += result.judgement.state == CaseState::kImproved;
      suspicions += result.was_suspected;
    }
  }
  EXPECT_EQ(alarms, 0);
  EXPECT_LE(improvements, 1);
  EXPECT_LT(suspicions, 160);  // each costs the farm three more runs
}

// A noise five times as large is learnt, not reported.
TEST(Regression, ANoisyBoardRaisesNoAlarms) {
  int alarms = 0;
  for (uint64_t farm = 0; farm < 10; ++farm) {
    SyntheticBoard board(10, 77 + farm);
    Results baseline;
    for (int night = 0; night < 100; ++night) {
      alarms += OneNight(board, baseline).judgement.state == CaseState::kRegressed;
    }
  }
  EXPECT_LE(alarms, 1);  // of 1,000
}

// 4 % of the whole, from one layer, under a noise of 2 %: found in the night it comes, confirmed,
// and the layer named.
TEST(Regression, FourPercentAreFoundAndTheLayerIsNamed) {
  constexpr int kFarms = 150;
  int found = 0, named = 0;
  for (uint64_t farm = 0; farm < kFarms; ++farm) {
    SyntheticBoard board(2, 5000 + farm);
    Results baseline;
    for (int night = 0; night < 30; ++night) OneNight(board, baseline);
    board.layers[2] += 0.04 * 265'000;
    const CaseJudgement judgement = OneNight(board, baseline).judgement;
    if (judgement.state != CaseState::kRegressed) continue;
    ++found;
    named += judgement.findings.front().message.find("layer 2 ") != std::string::npos;
  }
  EXPECT_GE(found, kFarms * 97 / 100);
  EXPECT_GE(named, found * 97 / 100);
}

// What two nights cannot miss.
TEST(Regression, FourPercentAreNotMissedTwice) {
  for (uint64_t farm = 0; farm < 50; ++farm) {
    SyntheticBoard board(2, 9000 + farm);
    Results baseline;
    for (int night = 0; night < 30; ++night) OneNight(board, baseline);
    board.layers[2] += 0.04 * 265'000;
    const bool first = OneNight(board, baseline).judgement.state == CaseState::kRegressed;
    const bool second = OneNight(board, baseline).judgement.state == CaseState::kRegressed;
    EXPECT_TRUE(first || second) << farm;
  }
}

// On a board without noise the floors decide.
TEST(Regression, AQuietBoardIsHeldToTheFloors) {
  SyntheticBoard board(0, 1);
  Results baseline = board.Runs(6);
  board.layers[2] += 0.008 * 265'000;  // 0.8 % of the whole, 1.8 % of the layer
  EXPECT_EQ(JudgeCase(baseline, board.Runs(1), {}, {}).state, CaseState::kPassed);
  board.layers[2] += 0.008 * 265'000;
  EXPECT_EQ(JudgeCase(baseline, board.Runs(1), {}, {}).state, CaseState::kConfirming);
  const CaseJudgement judgement = JudgeCase(baseline, board.Runs(1), board.Runs(3), {});
  EXPECT_EQ(judgement.state, CaseState::kRegressed);
  EXPECT_EQ(judgement.findings.front().code, "SLOWER");
  // A tiny layer that doubles is still fewer cycles than anybody cares for.
  SyntheticBoard tiny(0, 2);
  tiny.layers[6] = 60;
  baseline = tiny.Runs(6);
  tiny.layers[6] = 120;
  EXPECT_EQ(JudgeCase(baseline, tiny.Runs(1), {}, {}).state, CaseState::kPassed);
}

TEST(Regression, ALayerMayGetSlowerWhileTheWholeDoesNot) {
  SyntheticBoard board(0.5, 3);
  Results baseline = board.Runs(20);
  board.layers[1] *= 1.2;  // 1,800 of 265,000 cycles
  EXPECT_EQ(JudgeCase(baseline, board.Runs(1), {}, {}).state, CaseState::kConfirming);
  const CaseJudgement judgement = JudgeCase(baseline, board.Runs(1), board.Runs(3), {});
  EXPECT_EQ(judgement.state, CaseState::kRegressed);
  EXPECT_EQ(CodesOf(judgement), "LAYER_SLOWER ");
  EXPECT_EQ(judgement.findings[0].layer->index, 1);
}

TEST(Regression, WhatTheRerunDoesNotShowIsNotReported) {
  SyntheticBoard board(0.5, 4);
  const Results baseline = board.Runs(20);
  SyntheticBoard slow(0.5, 5);
  for (double& layer : slow.layers) layer *= 1.05;
  EXPECT_EQ(JudgeCase(baseline, slow.Runs(1), {}, {}).state, CaseState::kConfirming);
  const CaseJudgement judgement = JudgeCase(baseline, slow.Runs(1), board.Runs(3), {});
  EXPECT_EQ(judgement.state, CaseState::kPassed);
  EXPECT_EQ(CodesOf(judgement), "NOT_CONFIRMED ");
}

TEST(Regression, FasterIsAnImprovement) {
  SyntheticBoard board(0.5, 6);
  const Results baseline = board.Runs(20);
  for (double& layer : board.layers) layer *= 0.9;
  const CaseJudgement judgement = JudgeCase(baseline, board.Runs(1), board.Runs(3), {});
  EXPECT_EQ(judgement.state, CaseState::kImproved);
  EXPECT_EQ(judgement.findings[0].code, "FASTER");
}

TEST(Regression, ChangesAreNamedAsSuspects) {
  SyntheticBoard board(0.5, 7);
  const Results baseline = board.Runs(20);
  board.firmware = "f2";
  board.model = "m2";
  board.layers[5] *= 1.3;
  const CaseJudgement judgement = JudgeCase(baseline, board.Runs(1), board.Runs(3), {});
  EXPECT_EQ(judgement.state, CaseState::kRegressed);
  std::string suspects;
  for (const core::Difference& suspect : judgement.suspects) suspects += suspect.code + " ";
  EXPECT_EQ(suspects, "MODEL_DIFFERS FIRMWARE_DIFFERS PACKAGE_DIFFERS ");
}

TEST(Regression, OtherConditionsAreNotHeldAgainstTheBaseline) {
  SyntheticBoard board(0.5, 8);
  const Results baseline = board.Runs(20);
  Results measured = board.Runs(1);
  measured[0].clock_hz = 100'000'000;
  const CaseJudgement judgement = JudgeCase(baseline, measured, {}, {});
  EXPECT_EQ(judgement.state, CaseState::kFailed);
  EXPECT_EQ(CodesOf(judgement), "INPUTS_CHANGED ");
  EXPECT_EQ(judgement.suspects[0].code, "CLOCK_DIFFERS");
}

TEST(Regression, AnInvalidResultIsNoMeasurement) {
  SyntheticBoard board(0.5, 9);
  Results measured = board.Runs(1);
  measured[0].verdict = core::Verdict::kInvalid;
  EXPECT_EQ(JudgeCase(board.Runs(9), measured, {}, {}).state, CaseState::kFailed);
}

TEST(Regression, MemoryAndAccuracyNeedNoRerun) {
  SyntheticBoard board(0.5, 10);
  Results baseline = board.Runs(20);
  baseline.back().accuracy = core::Accuracy{.samples = 100, .top1 = 0.95};
  Results measured = board.Runs(1);
  measured[0].cycles = baseline.back().cycles;
  measured[0].layers = baseline.back().layers;
  measured[0].accuracy = core::Accuracy{.samples = 100, .top1 = 0.93};
  measured[0].memory.arena_bytes = 4096;
  const CaseJudgement judgement = JudgeCase(baseline, measured, measured, {});
  EXPECT_EQ(judgement.state, CaseState::kRegressed);
  EXPECT_EQ(CodesOf(judgement).substr(0, 26), "MEMORY_GREW ACCURACY_LOST ");
}

TEST(Regression, LimitsHoldFromTheFirstRunOn) {
  SyntheticBoard board(0.5, 11);
  core::SuiteThresholds thresholds;
  thresholds.max_latency_ms = 1.0;
  thresholds.max_arena_bytes = 3000;
  const CaseJudgement judgement = JudgeCase({}, board.Runs(1), {}, thresholds);
  EXPECT_EQ(judgement.state, CaseState::kRegressed);
  EXPECT_EQ(CodesOf(judgement), "OVER_LIMIT OVER_LIMIT ");
}

TEST(Regression, TheFirstRunsAreLearning) {
  SyntheticBoard board(2, 12);
  EXPECT_EQ(JudgeCase({}, board.Runs(1), {}, {}).state, CaseState::kLearning);
  EXPECT_EQ(JudgeCase(board.Runs(2), board.Runs(1), {}, {}).state, CaseState::kLearning);
  EXPECT_EQ(JudgeCase(board.Runs(9), board.Runs(1), {}, {}).state, CaseState::kPassed);
}

TEST(IsRepeat, TheSameInputsOnTheSameBoard) {
  SyntheticBoard board(2, 13);
  const Result a = board.Run();
  Result b = board.Run();
  EXPECT_TRUE(IsRepeat(a, b));
  b.provenance.server_version = "9";
  b.provenance.options["samples"] = "5";
  EXPECT_TRUE(IsRepeat(a, b));
  b.provenance.firmware_build_id = "f2";
  EXPECT_FALSE(IsRepeat(a, b));
  b = a;
  b.board.uid = "another";
  EXPECT_FALSE(IsRepeat(a, b));
  b = a;
  b.provenance.options["kernels"] = "ref";
  EXPECT_FALSE(IsRepeat(a, b));
}

}  // namespace
}  // namespace edgerack::analysis
