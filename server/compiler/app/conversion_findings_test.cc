#include "server/compiler/app/conversion_findings.h"

#include <gtest/gtest.h>

#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

std::vector<Finding> Found(const std::string& body, bool quantized_here = false) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  std::vector<Finding> findings;
  if (graph.ok()) FindConversions(*graph, quantized_here, findings);
  return findings;
}

constexpr char kBetween[] =
    "  input %x: int8[1,4] q(0.1, 0)\n"
    "  %r: float32[1,4] = dequantize(%x) \"r\"\n"
    "  %h: float32[1,4] = hardmax(%r) {axis = 1} \"h\"\n"
    "  %y: int8[1,4] q(0.01, 0) = quantize(%h) {to = \"int8\"} \"y\"\n"
    "  output %y\n";

TEST(ConversionFindingsTest, AFloatLayerBetweenConversionsOfTheModelLostItsQuantization) {
  const auto findings = Found(kBetween);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "LOST_QUANTIZATION");
  EXPECT_EQ(findings[0].layer, "h");
  EXPECT_TRUE(Found(kBetween, /*quantized_here=*/true).empty());
}

TEST(ConversionFindingsTest, AFloatLayerAtTheBorderLostNothing) {
  EXPECT_TRUE(Found("  input %x: int8[1,4] q(0.1, 0)\n"
                    "  %r: float32[1,4] = dequantize(%x) \"r\"\n"
                    "  %y: float32[1,4] = hardmax(%r) {axis = 1} \"y\"\n"
                    "  output %y\n")
                  .empty());
}

TEST(ConversionFindingsTest, AnotherScaleOfOneTypeIsToldAndAnotherTypeIsNot) {
  const auto findings = Found(
      "  input %x: int8[1,4] q(0.1, 0)\n"
      "  %a: int8[1,4] q(0.05, 0) = requantize(%x) {to = \"int8\"} \"a\"\n"
      "  %b: int16[1,4] q(0.05, 0) = requantize(%a) {to = \"int16\"} \"b\"\n"
      "  output %b\n");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "REQUANTIZED_TENSOR");
  EXPECT_EQ(findings[0].layer, "a");
}

TEST(ConversionFindingsTest, AnInputThatNothingReadsIsNamed) {
  const auto findings = Found(
      "  input %x: float32[1,4]\n"
      "  input %mask: float32[1,2]\n"
      "  %y: float32[1,4] = relu(%x) {act = \"relu\"} \"y\"\n"
      "  output %y\n");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "UNUSED_INPUT");
  EXPECT_NE(findings[0].message.find("'mask': its 8 bytes"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::compiler
