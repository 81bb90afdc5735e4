// fuse-qdq: text in, text out.
#include "server/compiler/passes/pass_text.h"

namespace edgerack::compiler {
namespace {

std::string Fused(const std::string& body) { return AfterPass("fuse-qdq", body); }

// x (float) -> int8 -> float, as %r.
constexpr char kInput[] =
    "  input %x: float32[1,2]\n"
    "  %q: int8[1,2] q(0.5, 3) = quantize(%x) \"q\"\n"
    "  %r: float32[1,2] = dequantize(%q) \"r\"\n";

TEST(FuseQdqTest, WeightsBiasAndClampBecomeOneInt8Layer) {
  EXPECT_EQ(Fused(std::string(kInput) +
                  "  const %w: float32[2,2] q(axis 0, [0.5, 0.25], [0, 0]) = [1, -1.5, 0.25, 2]\n"
                  "  const %b: float32[2] = [1, -0.5]\n"
                  "  %c: float32[1,2] = fully_connected(%r, %w, %b) \"c\"\n"
                  "  %a: float32[1,2] = relu(%c) {act = \"relu\"} \"a\"\n"
                  "  %y: int8[1,2] q(0.1, -128) = quantize(%a) \"y\"\n"
                  "  output %y\n"),
            GraphText("  input %x: float32[1,2]\n"
                      "  const %w.int8: int8[2,2] q(axis 0, [0.5, 0.25], [0, 0]) = [2, -3, 1, 8]\n"
                      "  const %b.int32: int32[2] = [4, -4]\n"
                      "  %q: int8[1,2] q(0.5, 3) = quantize(%x) \"q\"\n"
                      "  %y: int8[1,2] q(0.1, -128) = fully_connected(%q, %w.int8, %b.int32) {act "
                      "= \"relu\"} \"a\"\n"
                      "  output %y\n"));
}

TEST(FuseQdqTest, MovingElementsKeepsTheScaleAndRequantizesBehind) {
  EXPECT_EQ(Fused(std::string(kInput) + "  %t: float32[2,1] = transpose(%r) {perm = [1, 0]} \"t\"\n"
                                        "  %y: int8[2,1] q(0.25, 0) = quantize(%t) \"y\"\n"
                                        "  output %y\n"),
            GraphText("  input %x: float32[1,2]\n"
                      "  %q: int8[1,2] q(0.5, 3) = quantize(%x) \"q\"\n"
                      "  %y.rescaled: int8[2,1] q(0.5, 3) = transpose(%q) {perm = [1, 0]} \"t\"\n"
                      "  %y: int8[2,1] q(0.25, 0) = requantize(%y.rescaled) {to = \"int8\"} "
                      "\"t\"\n"
                      "  output %y\n"));
}

TEST(FuseQdqTest, JoinedPartsTakeTheResultsScale) {
  const std::string text = Fused(std::string(kInput) +
                                 "  %q2: int8[1,2] q(0.25, 0) = quantize(%x) \"q2\"\n"
                                 "  %r2: float32[1,2] = dequantize(%q2) \"r2\"\n"
                                 "  %c: float32[1,4] = concat(%r, %r2) {axis = 1} \"c\"\n"
                                 "  %y: int8[1,4] q(0.5, 3) = quantize(%c) \"y\"\n"
                                 "  output %y\n");
  EXPECT_NE(text.find("%q2.rescaled: int8[1,2] q(0.5, 3) = requantize(%q2)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("= concat(%q, %q2.rescaled)"), std::string::npos) << text;
}

TEST(FuseQdqTest, TheMeanOfAnImageRescales) {
  const std::string text = Fused(
      "  input %x: float32[1,4,4,2]\n"
      "  %q: int8[1,4,4,2] q(0.5, 3) = quantize(%x) \"q\"\n"
      "  %r: float32[1,4,4,2] = dequantize(%q) \"r\"\n"
      "  %p: float32[1,1,1,2] = avg_pool2d(%r) {kernel_h = 4, kernel_w = 4, stride_h = 1, stride_w "
      "= 1} \"p\"\n"
      "  %y: int8[1,1,1,2] q(0.1, 0) = quantize(%p) \"y\"\n"
      "  output %y\n");
  EXPECT_NE(text.find("= reduce(%q) {axes = [1, 2], fn = \"mean\", keepdims = 1}"),
            std::string::npos)
      << text;
}

TEST(FuseQdqTest, UnsignedTensorsInsideBecomeSigned) {
  const std::string text = Fused(
      "  input %x: float32[4]\n"
      "  %q: uint8[4] q(0.5, 131) = quantize(%x) {to = \"uint8\"} \"q\"\n"
      "  %r: float32[4] = dequantize(%q) \"r\"\n"
      "  %s: float32[4] = unary(%r) {fn = \"sigmoid\"} \"s\"\n"
      "  %y: uint8[4] q(0.00390625, 0) = quantize(%s) {to = \"uint8\"} \"y\"\n"
      "  output %y\n");
  EXPECT_NE(text.find("%q: int8[4] q(0.5, 3) = quantize(%x) {to = \"int8\"}"), std::string::npos)
      << text;
  EXPECT_NE(text.find("%y.int8: int8[4] q(0.00390625, -128) = unary(%q)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("%y: uint8[4] q(0.00390625, 0) = requantize(%y.int8)"), std::string::npos)
      << text;
}

TEST(FuseQdqTest, AnUnsignedInputIsConvertedOnce) {
  const std::string text = Fused(
      "  input %x: uint8[4] q(0.5, 128)\n"
      "  %r: float32[4] = dequantize(%x) \"r\"\n"
      "  %s: float32[4] = add(%r, %r) \"s\"\n"
      "  %y: int8[4] q(1.0, 0) = quantize(%s) \"y\"\n"
      "  output %y\n");
  EXPECT_NE(text.find("%x.int8: int8[4] q(0.5, 0) = requantize(%x)"), std::string::npos) << text;
  EXPECT_NE(text.find("= add(%x.int8, %x.int8)"), std::string::npos) << text;
}

TEST(FuseQdqTest, ConversionsThatMeetVanish) {
  EXPECT_EQ(Fused(std::string(kInput) + "  %q2: int8[1,2] q(0.5, 3) = quantize(%r) \"q2\"\n"
                                        "  %y: float32[1,2] = dequantize(%q2) \"y\"\n"
                                        "  output %y\n"),
            GraphText("  input %x: float32[1,2]\n"
                      "  %q: int8[1,2] q(0.5, 3) = quantize(%x) \"q\"\n"
                      "  %y: float32[1,2] = dequantize(%q) \"y\"\n"
                      "  output %y\n"));
}

TEST(FuseQdqTest, WhatHasNoInt8KernelStaysFloat) {
  const std::string asymmetric =
      "  input %x: float32[1,2]\n"
      "  const %w: float32[1,2] q(0.5, 7) = [1, -1.5]\n"
      "  %q: int8[1,2] q(0.5, 3) = quantize(%x) \"q\"\n"
      "  %r: float32[1,2] = dequantize(%q) \"r\"\n"
      "  %c: float32[1,1] = fully_connected(%r, %w, none) \"c\"\n"
      "  %y: int8[1,1] q(0.1, -128) = quantize(%c) \"y\"\n"
      "  output %y\n";
  EXPECT_EQ(Fused(asymmetric), GraphText(asymmetric));
  const std::string read_twice = std::string(kInput) +
                                 "  %c: float32[1,2] = unary(%r) {fn = \"tanh\"} \"c\"\n"
                                 "  %y: int8[1,2] q(0.1, -128) = quantize(%c) \"y\"\n"
                                 "  output %y\n  output %c\n";
  EXPECT_EQ(Fused(read_twice), GraphText(read_twice));
}

}  // namespace
}  // namespace edgerack::compiler
