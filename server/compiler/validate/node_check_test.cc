#include "server/compiler/validate/node_check.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

using Values = std::vector<double>;

// The check of the last node, given its inputs that are no constants.
NodeCheck Check(const std::string& body, const std::vector<Values>& given, const Values& output,
                double rounding = 0, bool weights_rounded = false) {
  auto graph = ParseGraph("graph \"t\" {\n" + body + "}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  const size_t last = graph->nodes.size() - 1;
  NodeOperands operands;
  size_t next = 0;
  for (TensorId id : graph->nodes[last].inputs) {
    const bool known = id != kNoTensor && !graph->tensor(id).constant() && next < given.size();
    operands.inputs.push_back(known ? &given[next++] : nullptr);
  }
  operands.output = &output;
  operands.input_rounding = rounding;
  operands.weights_rounded = weights_rounded;
  return CheckNode(*graph, last, operands);
}

// y = 2 * x0 - 3 * x1 + 1 in int8: bias 4 is in products of 0.5 and 0.5.
const std::string kDense =
    "  input %x: int8[1,2] q(0.5, 3)\n"
    "  const %w: int8[1,2] q(0.5, 0) = [4, -6]\n"
    "  const %b: int32[1] = [4]\n"
    "  %y: int8[1,1] q(0.25, 0) = fully_connected(%x, %w, %b) \"y\"\n"
    "  output %y\n";

TEST(NodeCheckTest, AnInt8LayerIsHeldAgainstRealNumbers) {
  const NodeCheck right = Check(kDense, {{2, 1}}, {2});
  ASSERT_EQ(right.not_judged, "");
  EXPECT_EQ(right.error, 0);
  EXPECT_DOUBLE_EQ(right.allowed, 0.375);
  EXPECT_FALSE(right.diverges());
  EXPECT_FALSE(Check(kDense, {{2, 1}}, {2.25}).diverges());
  const NodeCheck wrong = Check(kDense, {{2, 1}}, {2.5});
  EXPECT_TRUE(wrong.diverges());
  EXPECT_DOUBLE_EQ(wrong.error, 0.5);
  EXPECT_EQ(wrong.element, 0);
}

TEST(NodeCheckTest, WhatTheOutputCannotHoldIsClamped) {
  // 2 * 20 + 1 = 41; the output ends at 127 * 0.25.
  const NodeCheck check = Check(kDense, {{20, 0}}, {31.75});
  EXPECT_FALSE(check.diverges());
  EXPECT_EQ(check.clamped, 1);
  EXPECT_TRUE(Check(kDense, {{20, 0}}, {31}).diverges());
}

TEST(NodeCheckTest, RoundedOperandsExplainMore) {
  // Inputs off by 0.25: 0.25 * (2 + 3).
  EXPECT_DOUBLE_EQ(Check(kDense, {{2, 1}}, {2}, 0.25).allowed, 0.375 + 1.25);
  // Weights of steps of 0.5: 0.25 * (|2| + |1|).
  EXPECT_DOUBLE_EQ(Check(kDense, {{2, 1}}, {2}, 0, true).allowed, 0.375 + 0.75);
}

TEST(NodeCheckTest, LayersThatMoveElementsAreExact) {
  const std::string transpose =
      "  input %x: int8[1,2] q(0.5, 3)\n"
      "  %y: int8[2,1] q(0.5, 3) = transpose(%x) {perm = [1, 0]} \"y\"\n  output %y\n";
  EXPECT_FALSE(Check(transpose, {{1, 2}}, {1, 2}).diverges());
  EXPECT_TRUE(Check(transpose, {{1, 2}}, {1, 2.5}).diverges());
}

TEST(NodeCheckTest, ConversionsKeepTheValueButForOneStep) {
  const std::string quantize =
      "  input %x: float32[1,2]\n  %y: int8[1,2] q(0.5, 0) = quantize(%x) \"y\"\n  output %y\n";
  EXPECT_FALSE(Check(quantize, {{1.2, 900}}, {1, 63.5}).diverges());
  EXPECT_TRUE(Check(quantize, {{1.2, 0}}, {2, 0}).diverges());
}

TEST(NodeCheckTest, HybridLayersRoundTheirInput) {
  const std::string hybrid =
      "  input %x: float32[1,2]\n"
      "  const %w: int8[1,2] q(0.5, 0) = [4, -6]\n"
      "  %y: float32[1,1] = fully_connected(%x, %w, none) \"y\"\n  output %y\n";
  const NodeCheck check = Check(hybrid, {{12.7, 1}}, {22.5});
  ASSERT_EQ(check.not_judged, "");
  EXPECT_NEAR(check.error, 0.1, 1e-5);
  EXPECT_NEAR(check.allowed, 0.0505 * 5, 0.01);
  EXPECT_TRUE(Check(hybrid, {{12.7, 1}}, {23}).diverges());
}

TEST(NodeCheckTest, FloatLayersHaveTheOrderOfSums) {
  const std::string add =
      "  input %x: float32[2]\n  input %z: float32[2]\n"
      "  %y: float32[2] = add(%x, %z) \"y\"\n  output %y\n";
  EXPECT_FALSE(Check(add, {{1, 2}, {3, 4}}, {4, 6.0001}).diverges());
  EXPECT_TRUE(Check(add, {{1, 2}, {3, 4}}, {4, 6.01}).diverges());
  EXPECT_TRUE(
      Check(add, {{1, 2}, {3, 4}}, {4, std::numeric_limits<double>::quiet_NaN()}).diverges());
}

TEST(NodeCheckTest, WhatCannotBeJudgedSaysWhy) {
  EXPECT_NE(Check(kDense, {}, {2}).not_judged.find("'x'"), std::string::npos);
  const std::string mul =
      "  input %x: int8[2] q(0.5, 0)\n  input %z: int8[2] q(0.5, 0)\n"
      "  %y: int8[2] q(0.5, 0) = binary(%x, %z) {fn = \"mul\"} \"y\"\n  output %y\n";
  EXPECT_EQ(Check(mul, {{1, 2}, {1, 2}}, {1, 4}).not_judged, "");
  EXPECT_NE(Check(mul, {{1, 2}, {1, 2}}, {1, 4}, 0.25).not_judged, "");
}

}  // namespace
}  // namespace edgerack::compiler
