#include "server/compiler/validate/accuracy_json.h"

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

const ScoredExecution kHost = {"package", {2, {0.9, 0.1, 0.4, 0.6, 0.8, 0.2}}, {0, 1, 2}};
// Ran samples 0 and 2 only, and takes 2 for the other class.
const ScoredExecution kBoard = {"board", {2, {0.7, 0.3, 0.1, 0.9}}, {0, 2}};

TEST(AccuracyJsonTest, EachExecutionIsJudgedByItsOwnSamples) {
  const auto json = ClassificationJson({kHost, kBoard}, {0, 1, 0});
  EXPECT_EQ(json["classes"], 2);
  EXPECT_EQ(json["executions"][0]["name"], "package");
  EXPECT_EQ(json["executions"][0]["top1"], 1.0);
  EXPECT_EQ(json["executions"][0]["auc"], 1.0);
  EXPECT_EQ(json["executions"][1]["samples"], 2);
  EXPECT_EQ(json["executions"][1]["top1"], 0.5);
  EXPECT_EQ(json["executions"][1]["confusion"],
            nlohmann::ordered_json::parse(R"([{"counts": [1, 1]}, {"counts": [0, 0]}])"));
  EXPECT_FALSE(json["executions"][1].contains("auc"));  // one class only
  EXPECT_FALSE(json["executions"][1].contains("topk"));
  ASSERT_EQ(json["between"].size(), 1u);
  EXPECT_EQ(json["between"][0]["samples"], 2);
  EXPECT_EQ(json["between"][0]["agree"], 0.5);
}

TEST(AccuracyJsonTest, ExecutionsWithoutCommonSamplesAreNotCompared) {
  ScoredExecution other = kBoard;
  other.indices = {3, 4};
  const auto json = ClassificationJson({kHost, other}, {0, 1, 0, 0, 0});
  EXPECT_EQ(json["between"][0]["samples"], 0);
  EXPECT_FALSE(json["between"][0].contains("agree"));
}

TEST(AccuracyJsonTest, RealTargetsHaveErrors) {
  const auto json = RegressionJson({kBoard}, {0.7, 0.3, 5, 5, 0.1, 0.4});
  const auto& board = json["executions"][0];
  EXPECT_DOUBLE_EQ(board["rmse"], 0.25);
  EXPECT_DOUBLE_EQ(board["mae"], 0.125);
  // Targets 0.7 0.3 0.1 0.4, mean 0.375, squared deviations 0.1875.
  EXPECT_NEAR(board["r2"], 1 - 0.25 / 0.1875, 1e-12);
}

}  // namespace
}  // namespace edgerack::compiler
