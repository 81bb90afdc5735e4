// move-transposes, fold-scale and copy-outputs: text in, text out.
#include "server/compiler/passes/pass_text.h"
#include "server/compiler/passes/permutation.h"

namespace edgerack::compiler {
namespace {

constexpr char kToNhwc[] = "{perm = [0, 2, 3, 1]}";
constexpr char kToNchw[] = "{perm = [0, 3, 1, 2]}";

TEST(PermutationTest, MovesBytesAndShapes) {
  EXPECT_EQ(PermutedBytes("abcdef", 1, {2, 3}, {1, 0}), "adbecf");
  EXPECT_EQ(PermutedBytes("aabbccdd", 2, {2, 2}, {1, 0}), "aaccbbdd");
  EXPECT_EQ(Permuted(Shape{5, 6, 7}, {2, 0, 1}), (Shape{7, 5, 6}));
  EXPECT_EQ(Inverse({2, 0, 1}), (Permutation{1, 2, 0}));
  EXPECT_TRUE(IsIdentity(Joined({2, 0, 1}, Inverse({2, 0, 1}))));
  EXPECT_TRUE(KeepsBytes({1, 40, 49, 1}, {0, 3, 1, 2}));
  EXPECT_FALSE(KeepsBytes({1, 40, 49, 2}, {0, 3, 1, 2}));
}

TEST(MoveTransposesTest, OppositesCancelThroughElementwiseOperatorsAndConstants) {
  EXPECT_EQ(AfterPass("move-transposes",
                      std::string("  input %x: float32[1,2,2,3]\n"
                                  "  const %c: float32[3,1,1] = [1, 2, 3]\n"
                                  "  %a: float32[1,3,2,2] = transpose(%x) ") +
                          kToNchw +
                          " \"a\"\n"
                          "  %b: float32[1,3,2,2] = unary(%a) {fn = \"exp\"} \"b\"\n"
                          "  %d: float32[1,3,2,2] = binary(%b, %c) {fn = \"mul\"} \"d\"\n"
                          "  %e: float32[1,2,2,3] = transpose(%d) " +
                          kToNhwc +
                          " \"e\"\n"
                          "  %y: float32[1,2,2,3] = softmax(%e) \"y\"\n"
                          "  output %y\n"),
            GraphText("  input %x: float32[1,2,2,3]\n"
                      "  const %c_1: float32[1,1,1,3] = [1, 2, 3]\n"
                      "  %b.moved: float32[1,2,2,3] = unary(%x) {fn = \"exp\"} \"b\"\n"
                      "  %d.moved: float32[1,2,2,3] = binary(%b.moved, %c_1) {fn = \"mul\"} \"d\"\n"
                      "  %y: float32[1,2,2,3] = softmax(%d.moved) \"y\"\n"
                      "  output %y\n"));
}

TEST(MoveTransposesTest, AxesFollow) {
  const std::string body =
      std::string(
          "  input %x: float32[1,2,2,3]\n"
          "  %a: float32[1,3,2,2] = transpose(%x) ") +
      kToNchw +
      " \"a\"\n"
      "  %c: float32[1,6,2,2] = concat(%a, %a) {axis = 1} \"c\"\n"
      "  %p: float32[1,6,4,2] = pad(%c) {pads = [0, 0, 0, 0, 1, 1, 0, 0]} \"p\"\n"
      "  %y: float32[1,6] = reduce(%p) {axes = [2, 3], fn = \"mean\", keepdims = 0} \"y\"\n"
      "  output %y\n";
  EXPECT_EQ(AfterPass("move-transposes", body),
            GraphText("  input %x: float32[1,2,2,3]\n"
                      "  %c.moved: float32[1,2,2,6] = concat(%x, %x) {axis = 3} \"c\"\n"
                      "  %p.moved: float32[1,4,2,6] = pad(%c.moved) {pads = [0, 0, 1, 1, 0, 0, 0, "
                      "0]} \"p\"\n"
                      "  %y: float32[1,6] = reduce(%p.moved) {axes = [1, 2], fn = \"mean\", "
                      "keepdims = 0} \"y\"\n"
                      "  output %y\n"));
}

TEST(MoveTransposesTest, WeightsBehindAFlattenAreReordered) {
  // 2 channels of 1x2: the columns c0w0 c0w1 c1w0 c1w1 become w0c0 w0c1 w1c0 w1c1.
  EXPECT_EQ(
      AfterPass("move-transposes", std::string("  input %x: float32[1,1,2,2]\n"
                                               "  const %w: float32[1,4] = [10, 20, 30, 40]\n"
                                               "  %a: float32[1,2,1,2] = transpose(%x) ") +
                                       kToNchw +
                                       " \"a\"\n"
                                       "  %f: float32[1,4] = reshape(%a) {shape = [1, 4]} \"f\"\n"
                                       "  %y: float32[1,1] = fully_connected(%f, %w, none) \"y\"\n"
                                       "  output %y\n"),
      GraphText("  input %x: float32[1,1,2,2]\n"
                "  const %w_1: float32[1,4] = [10, 30, 20, 40]\n"
                "  %f: float32[1,4] = reshape(%x) {shape = [1, 4]} \"f\"\n"
                "  %y: float32[1,1] = fully_connected(%f, %w_1, none) \"y\"\n"
                "  output %y\n"));
}

TEST(MoveTransposesTest, ResidualsNeedNoTranspose) {
  const std::string body = std::string(
                               "  input %x: float32[1,2,2,3]\n"
                               "  %a: float32[1,3,2,2] = transpose(%x) ") +
                           kToNchw +
                           " \"a\"\n"
                           "  %b: float32[1,3,2,2] = relu(%a) {act = \"relu\"} \"b\"\n"
                           "  %s: float32[1,3,2,2] = add(%a, %b) \"s\"\n"
                           "  %t: float32[1,2,2,3] = transpose(%s) " +
                           kToNhwc +
                           " \"t\"\n"
                           "  %y: float32[1,2,2,3] = softmax(%t) \"y\"\n"
                           "  output %y\n";
  EXPECT_EQ(AfterPass("move-transposes", body).find("transpose"), std::string::npos);
}

TEST(MoveTransposesTest, WhatStaysIsReported) {
  std::vector<Finding> findings;
  const std::string body = std::string(
                               "  input %x: float32[1,3,2,2]\n"
                               "  %t: float32[1,2,2,3] = transpose(%x) ") +
                           kToNhwc +
                           " \"first\"\n"
                           "  %y: float32[1,2,2,3] = softmax(%t) \"y\"\n"
                           "  output %y\n";
  EXPECT_EQ(AfterPass("move-transposes", body, {}, &findings), GraphText(body));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "LAYOUT_TRANSPOSE");
  EXPECT_EQ(findings[0].layer, "first");
  EXPECT_NE(findings[0].message.find("48 bytes"), std::string::npos) << findings[0].message;
}

TEST(MoveTransposesTest, OperatorsThatDependOnTheOrderStopIt) {
  const std::string body = std::string(
                               "  input %x: float32[1,2,2,3]\n"
                               "  %a: float32[1,3,2,2] = transpose(%x) ") +
                           kToNchw +
                           " \"a\"\n"
                           "  %y: float32[1,3,2,2] = softmax(%a) \"y\"\n"
                           "  output %y\n";
  EXPECT_EQ(AfterPass("move-transposes", body), GraphText(body));
}

TEST(FoldScaleTest, BatchNormMovesIntoTheConvolution) {
  EXPECT_EQ(
      AfterPass("fold-scale",
                "  input %x: float32[1,1,1,1]\n"
                "  const %w: float32[2,1,1,1] = [3, 5]\n"
                "  const %b: float32[2] = [1, 2]\n"
                "  const %scale: float32[2] = [4, 6]\n"
                "  const %bias: float32[2] = [10, 20]\n"
                "  const %mean: float32[2] = [0.5, 1]\n"
                "  const %var: float32[2] = [4, 9]\n"
                "  %c: float32[1,1,1,2] = conv2d(%x, %w, %b) {stride_h = 1, stride_w = 1} \"c\"\n"
                "  %y: float32[1,1,1,2] = batch_norm(%c, %scale, %bias, %mean, %var) {axis = 3, "
                "epsilon = 0.0} \"n\"\n"
                "  output %y\n"),
      GraphText("  input %x: float32[1,1,1,1]\n"
                "  const %w_1: float32[2,1,1,1] = [6, 10]\n"
                "  const %c.bias: float32[2] = [11, 22]\n"
                "  %y: float32[1,1,1,2] = conv2d(%x, %w_1, %c.bias) {stride_h = 1, stride_w = 1} "
                "\"c\"\n"
                "  output %y\n"));
}

TEST(FoldScaleTest, AnAddedConstantBecomesTheBias) {
  EXPECT_EQ(AfterPass("fold-scale",
                      "  input %x: float32[1,2]\n"
                      "  const %w: float32[2,2] = [1, 2, 3, 4]\n"
                      "  const %b: float32[2] = [0.5, -1]\n"
                      "  %c: float32[1,2] = fully_connected(%x, %w, none) \"c\"\n"
                      "  %y: float32[1,2] = binary(%b, %c) {fn = \"add\"} \"n\"\n"
                      "  output %y\n"),
            GraphText("  input %x: float32[1,2]\n"
                      "  const %w: float32[2,2] = [1, 2, 3, 4]\n"
                      "  const %c.bias: float32[2] = [0.5, -1]\n"
                      "  %y: float32[1,2] = fully_connected(%x, %w, %c.bias) \"c\"\n"
                      "  output %y\n"));
}

TEST(FoldScaleTest, LeavesWhatOthersReadOrWhatIsClamped) {
  const std::string shared =
      "  input %x: float32[1,2]\n"
      "  const %w: float32[2,2] = [1, 2, 3, 4]\n"
      "  const %b: float32[2] = [0.5, -1]\n"
      "  %c: float32[1,2] = fully_connected(%x, %w, none) \"c\"\n"
      "  %y: float32[1,2] = binary(%c, %b) {fn = \"mul\"} \"n\"\n"
      "  output %y\n  output %c\n";
  EXPECT_EQ(AfterPass("fold-scale", shared), GraphText(shared));
  const std::string clamped =
      "  input %x: float32[1,2]\n"
      "  const %w: float32[2,2] = [1, 2, 3, 4]\n"
      "  const %b: float32[2] = [0.5, -1]\n"
      "  %c: float32[1,2] = fully_connected(%x, %w, none) {act = \"relu\"} \"c\"\n"
      "  %y: float32[1,2] = binary(%c, %b) {fn = \"mul\"} \"n\"\n"
      "  output %y\n";
  EXPECT_EQ(AfterPass("fold-scale", clamped), GraphText(clamped));
}

TEST(CopyOutputsTest, InputsConstantsAndSecondNamesAreCopied) {
  EXPECT_EQ(AfterPass("copy-outputs",
                      "  input %x: float32[2]\n"
                      "  const %c: float32[1] = [7]\n"
                      "  %a: float32[1,2] = reshape(%x) {shape = [1, 2]} \"a\"\n"
                      "  %b: float32[1] = reshape(%c) {shape = [1]} \"b\"\n"
                      "  %d: float32[2] = softmax(%x) \"d\"\n"
                      "  %e: float32[2] = reshape(%d) {shape = [2]} \"e\"\n"
                      "  output %a\n  output %b\n  output %d\n  output %e\n"),
            GraphText("  input %x: float32[2]\n"
                      "  const %c: float32[1] = [7]\n"
                      "  %x.copy: float32[2] = slice(%x) {begin = [0], end = [2]} \"a\"\n"
                      "  %a: float32[1,2] = reshape(%x.copy) {shape = [1, 2]} \"a\"\n"
                      "  %c.copy: float32[1] = slice(%c) {begin = [0], end = [1]} \"b\"\n"
                      "  %b: float32[1] = reshape(%c.copy) {shape = [1]} \"b\"\n"
                      "  %d: float32[2] = softmax(%x) \"d\"\n"
                      "  %d.copy: float32[2] = slice(%d) {begin = [0], end = [2]} \"e\"\n"
                      "  %e: float32[2] = reshape(%d.copy) {shape = [2]} \"e\"\n"
                      "  output %a\n  output %b\n  output %d\n  output %e\n"));
}

}  // namespace
}  // namespace edgerack::compiler
