#include "server/analysis/compare.h"

#include <gtest/gtest.h>

#include "server/analysis/synthetic_results.h"

namespace edgerack::analysis {
namespace {

using core::ChangeVerdict;
using core::Result;

std::string Codes(const std::vector<core::Difference>& differences) {
  std::string codes;
  for (const core::Difference& difference : differences) codes += difference.code + " ";
  return codes;
}

TEST(CompareResults, EqualRunsAreTheSame) {
  SyntheticBoard board(1, 1);
  const core::ResultComparison comparison = CompareResults(board.Run(), board.Run(), {});
  EXPECT_TRUE(comparison.refusals.empty());
  EXPECT_TRUE(comparison.differences.empty());
  EXPECT_EQ(comparison.verdict, ChangeVerdict::kSame);
  EXPECT_EQ(comparison.metrics[0].metric, "cycles");
  EXPECT_EQ(comparison.layers.size(), 8u);
}

TEST(CompareResults, TheLayerThatChangedIsNamed) {
  SyntheticBoard board(0.2, 2);
  const Result before = board.Run();
  board.layers[3] *= 1.5;
  const core::ResultComparison comparison = CompareResults(before, board.Run(), {});
  EXPECT_EQ(comparison.verdict, ChangeVerdict::kSlower);
  EXPECT_EQ(comparison.layers[3].change.verdict, ChangeVerdict::kSlower);
  EXPECT_EQ(comparison.layers[2].change.verdict, ChangeVerdict::kSame);
  EXPECT_NE(comparison.summary.find("most in layer 3 layer3"), std::string::npos)
      << comparison.summary;
}

TEST(CompareResults, RefusesEachFieldThatMatters) {
  SyntheticBoard board(1, 3);
  const Result before = board.Run();
  const auto codes = [&](auto change) {
    Result after = before;
    change(after);
    const core::ResultComparison comparison = CompareResults(before, after, {});
    EXPECT_EQ(comparison.metrics.empty(), !comparison.refusals.empty());
    return Codes(comparison.refusals);
  };
  EXPECT_EQ(codes([](Result&) {}), "");
  EXPECT_EQ(codes([](Result& r) { r.verdict = core::Verdict::kInvalid; }), "RESULT_INVALID ");
  EXPECT_EQ(codes([](Result& r) { r.cycles->estimated = false; }), "ESTIMATED_BESIDE_MEASURED ");
  EXPECT_EQ(codes([](Result& r) { r.board.kind = "virtual-h743"; }), "BOARD_KIND_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) { r.provenance.model_sha256 = "m2"; }), "MODEL_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) { r.provenance.options["quantize"] = "int8"; }),
            "QUANTIZATION_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) { r.provenance.options["kernels"] = "ref"; }), "OPTIONS_DIFFER ");
  EXPECT_EQ(codes([](Result& r) { r.clock_hz = 1; }), "CLOCK_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) { r.provenance.dcache = false; }), "CACHES_DIFFER ");
  EXPECT_EQ(codes([](Result& r) { r.provenance.fpu = false; }), "FPU_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) { r.memory.arena_region = "DTCM"; }), "PLACEMENT_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) { r.provenance.firmware_image = "O0"; }),
            "FIRMWARE_IMAGE_DIFFERS ");
  EXPECT_EQ(codes([](Result& r) {
              r.cycles.reset();
              r.latency.reset();
              r.instructions = 5;
            }),
            "NO_COMMON_METRIC ESTIMATED_BESIDE_MEASURED ");
  // How much was measured does not matter.
  EXPECT_EQ(codes([](Result& r) { r.provenance.options["samples"] = "5"; }), "");
}

TEST(CompareResults, ARefusalCanBeAllowed) {
  SyntheticBoard board(1, 4);
  const Result before = board.Run();
  board.model = "m2";
  const Result after = board.Run();
  EXPECT_EQ(Codes(CompareResults(before, after, {}).refusals), "MODEL_DIFFERS ");
  const core::ResultComparison allowed = CompareResults(before, after, {"MODEL_DIFFERS"});
  EXPECT_TRUE(allowed.refusals.empty());
  EXPECT_EQ(Codes(allowed.differences), "MODEL_DIFFERS PACKAGE_DIFFERS ");
  EXPECT_FALSE(allowed.metrics.empty());
}

TEST(CompareResults, SuspectsAreListed) {
  SyntheticBoard board(1, 5);
  const Result before = board.Run();
  Result after = board.Run();
  after.provenance.firmware_build_id = "f2";
  after.board.uid = "other";
  after.layers[0].kernel = "reference";
  after.issues = {{"CACHES_OFF", "…"}};
  EXPECT_EQ(Codes(CompareResults(before, after, {}).differences),
            "BOARD_DIFFERS FIRMWARE_DIFFERS KERNELS_DIFFER ISSUES_DIFFER ");
  after.layers.pop_back();
  const core::ResultComparison comparison = CompareResults(before, after, {});
  EXPECT_NE(Codes(comparison.differences).find("LAYERS_DIFFER"), std::string::npos);
  EXPECT_TRUE(comparison.layers.empty());
}

TEST(CompareResults, InstructionsWhereThereAreNoCycles) {
  SyntheticBoard board(0, 6);
  Result before = board.Run();
  before.cycles.reset();
  before.latency.reset();
  before.instructions = 100'000;
  Result after = before;
  after.instructions = 103'000;
  const core::ResultComparison comparison = CompareResults(before, after, {});
  EXPECT_EQ(comparison.metrics[0].metric, "instructions");
  EXPECT_EQ(comparison.verdict, ChangeVerdict::kSlower);
}

}  // namespace
}  // namespace edgerack::analysis
