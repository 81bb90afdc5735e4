#include "server/compiler/app/binary_findings.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/report/op_types.h"

namespace edgerack::compiler {
namespace {

Graph Parsed(const std::string& lines) {
  auto graph = ParseGraph("graph \"g\" {\n" + lines + "}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  return graph.ok() ? *graph : Graph();
}

std::vector<Finding> FindingsOf(const std::string& lines) {
  std::vector<Finding> findings;
  FindBinaryCosts(Parsed(lines), findings);
  return findings;
}

constexpr char kBits[] =
    "  input %x: float32[1,4,4,2]\n"
    "  %b: int1[1,4,4,2] = binarize(%x) \"b\"\n";
constexpr char kBinary[] =
    "  const %w: int1[1,18] = [5]\n"
    "  %y: float32[1,4,4,1] = binary_conv2d(%b, %w) {kernel_h = 3, kernel_w = 3, stride_h = 1, "
    "stride_w = 1, pad_top = 1, pad_bottom = 1, pad_left = 1, pad_right = 1";

TEST(BinaryFindingsTest, ZerosAroundAnInputOfTwoValuesCostMasks) {
  const auto found = FindingsOf(std::string(kBits) + kBinary + "} \"c\"\n  output %y\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "BINARY_ZERO_PADDING");
  EXPECT_EQ(found[0].layer, "c");
  EXPECT_NE(found[0].message.find("at 12 of 16 output positions"), std::string::npos)
      << found[0].message;
  EXPECT_NE(found[0].message.find("12 words of products with a mask, of 16"), std::string::npos)
      << found[0].message;
}

TEST(BinaryFindingsTest, PaddingWithABitCostsNothing) {
  EXPECT_TRUE(
      FindingsOf(std::string(kBits) + kBinary + ", outside = -1} \"c\"\n  output %y\n").empty());
}

TEST(BinaryFindingsTest, AModelWithoutBitsHasNone) {
  EXPECT_TRUE(FindingsOf("  input %x: float32[1,4,4,2]\n"
                         "  const %w: float32[1,1,1,2] = [0.5, 2]\n"
                         "  %y: float32[1,4,4,1] = conv2d(%x, %w) {stride_h = 1, stride_w = 1} "
                         "\"c\"\n  output %y\n")
                  .empty());
}

TEST(BinaryFindingsTest, AKernelOfBitsOnNumbersIsAWarning) {
  const auto found = FindingsOf(
      "  input %x: float32[1,4,4,2]\n"
      "  const %w: float32[2,1,1,2] = [2, -2, 0.5, 0.5]\n"
      "  %y: float32[1,4,4,2] = conv2d(%x, %w) {stride_h = 1, stride_w = 1} \"c\"\n"
      "  output %y\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "NOT_BINARY");
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_NE(found[0].message.find("64 of the model's 64 operations (100.0%) as smul_f32_f32: its "
                                  "kernel is 1-bit, its input is not"),
            std::string::npos)
      << found[0].message;
}

TEST(BinaryFindingsTest, TypesOfOperationsSayWhatComputes) {
  const Graph graph = Parsed(std::string(kBits) + kBinary + "} \"c\"\n  output %y\n");
  EXPECT_EQ(OpTypeOf(graph, graph.nodes[0]), "conv_f32_s1");
  EXPECT_EQ(OpTypeOf(graph, graph.nodes[1]), "sxor_s1_s1");
  const auto types = OpTypesJson(graph);
  EXPECT_EQ(types[1]["ops"], 16 * 18);
}

}  // namespace
}  // namespace edgerack::compiler
