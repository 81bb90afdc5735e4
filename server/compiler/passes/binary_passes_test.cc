// The passes that find binary layers. Text in, text out; constants of bits are written as words.
#include "server/compiler/passes/pass_text.h"

namespace edgerack::compiler {
namespace {

// x binarized and as numbers again, a convolution of 1x1 with two channels.
std::string Body(const std::string& weights, const std::string& rest, const char* to = "int1") {
  return std::string("  input %x: float32[1,2,2,2]\n") + "  const %w: float32[2,1,1,2] = [" +
         weights + "]\n  %b: " + to + "[1,2,2,2] = binarize(%x) {to = \"" + to +
         "\"} \"b\"\n  %n: float32[1,2,2,2] = unbinarize(%b) \"n\"\n" + rest;
}

constexpr char kConvolution[] =
    "  %y: float32[1,2,2,2] = conv2d(%n, %w) {stride_h = 1, stride_w = 1} \"y\"\n"
    "  output %y\n";

TEST(BinaryPassesTest, AConvolutionOfBitsBecomesBinary) {
  const std::string after = AfterPass("binary-layers", Body("1, -1, 1, 1", kConvolution));
  EXPECT_NE(after.find("= binary_conv2d(%b, "), std::string::npos) << after;
  // Channel 0 is (+1, -1): bit 0 only; channel 1 both.
  EXPECT_NE(after.find(": int1[2,2] = [1, 3]"), std::string::npos) << after;
  EXPECT_EQ(after.find("mul"), std::string::npos) << after;
}

TEST(BinaryPassesTest, AMagnitudeFollowsAsAFactor) {
  const std::string after = AfterPass("binary-layers", Body("0.5, -0.5, 2, 2", kConvolution));
  EXPECT_NE(after.find("= binary_conv2d(%b, "), std::string::npos) << after;
  EXPECT_NE(after.find("float32[2] = [0.5, 2]"), std::string::npos) << after;
  EXPECT_NE(after.find("fn = \"mul\""), std::string::npos) << after;
}

TEST(BinaryPassesTest, WeightsOfSeveralMagnitudesStayNumbers) {
  for (const char* weights : {"1, -2, 1, 1", "0, 1, 1, 1"}) {
    const std::string after = AfterPass("binary-layers", Body(weights, kConvolution));
    EXPECT_NE(after.find("= conv2d("), std::string::npos) << after;
  }
}

TEST(BinaryPassesTest, PaddingWithAValueOfTheBitsIsTakenAlong) {
  const auto padded = [](const char* value) {
    return AfterPass(
        "binary-layers",
        Body("1, -1, 1, 1",
             std::string("  const %v: float32[1] = [") + value +
                 "]\n"
                 "  %p: float32[1,4,4,2] = pad(%n, %v) {pads = [0, 0, 1, 1, 1, 1, 0, 0]} \"p\"\n"
                 "  %y: float32[1,4,4,2] = conv2d(%p, %w) {stride_h = 1, stride_w = 1} \"y\"\n"
                 "  output %y\n"));
  };
  EXPECT_NE(padded("-1").find("outside = -1"), std::string::npos) << padded("-1");
  EXPECT_NE(padded("1").find("outside = 1"), std::string::npos);
  EXPECT_EQ(padded("0").find("outside"), std::string::npos);
  EXPECT_NE(padded("0").find("binary_conv2d"), std::string::npos);
  EXPECT_NE(padded("0.5").find("= conv2d("), std::string::npos);
}

TEST(BinaryPassesTest, BitsThatBecomeNumbersAndBackStayBits) {
  const std::string after = AfterPass(
      "binary-conversions", Body("1, -1, 1, 1",
                                 "  %c: int1[1,2,2,2] = binarize(%n) {to = \"int1\"} \"c\"\n"
                                 "  %y: float32[1,2,2,2] = unbinarize(%c) \"y\"\n"
                                 "  output %y\n"));
  EXPECT_NE(after.find("= unbinarize(%b)"), std::string::npos) << after;
  EXPECT_EQ(after.find("%c"), std::string::npos) << after;
}

// 1x1 sums of two products: -2 .. 2. `between` reads %s and writes %z.
std::string WithThresholds(const std::string& between, const char* to = "int1") {
  return AfterPass("binary-thresholds",
                   std::string("  input %x: float32[1,2,2,2]\n"
                               "  const %w: int1[2,2] = [1, 3]\n"
                               "  %b: int1[1,2,2,2] = binarize(%x) \"b\"\n"
                               "  %s: float32[1,2,2,2] = binary_conv2d(%b, %w) {kernel_h = 1, "
                               "kernel_w = 1, stride_h = 1, stride_w = 1} \"s\"\n") +
                       between + "  %o: " + to + "[1,2,2,2] = binarize(%z) {to = \"" + to +
                       "\"} \"o\"\n  %y: float32[1,2,2,2] = unbinarize(%o) \"y\"\n  output %y\n");
}

std::string Times(const char* factors, const char* offsets) {
  return std::string("  const %f: float32[2] = [") + factors + "]\n  const %a: float32[2] = [" +
         offsets +
         "]\n  %t: float32[1,2,2,2] = binary(%s, %f) {fn = \"mul\"} \"t\"\n"
         "  %z: float32[1,2,2,2] = binary(%t, %a) {fn = \"add\"} \"z\"\n";
}

TEST(BinaryPassesTest, ATieBelongsToTheUpperBitOfSigns) {
  // 0.5 s - 0.5 >= 0 from 1 on; a negative factor turns the order: 1 - s >= 0 up to 1.
  const std::string after = WithThresholds(Times("0.5, -1", "-0.5, 1"));
  EXPECT_NE(after.find("int32[2] = [1, 2]"), std::string::npos) << after;
  EXPECT_NE(after.find("int1[2] = [2]"), std::string::npos) << after;  // channel 1 flips
  EXPECT_EQ(after.find("fn ="), std::string::npos) << after;
}

TEST(BinaryPassesTest, ATieBelongsToTheLowerBitOfZerosAndOnes) {
  // 0.5 s - 0.5 > 0 from 2 on; 1 - s > 0 up to 0.
  const std::string after = WithThresholds(Times("0.5, -1", "-0.5, 1"), "uint1");
  EXPECT_NE(after.find("int32[2] = [2, 1]"), std::string::npos) << after;
}

TEST(BinaryPassesTest, AFactorOfZeroGivesOneBitForAllSums) {
  // 0 s + 1 is always 1, 0 s - 1 never.
  const std::string after = WithThresholds(Times("0, 0", "1, -1"));
  EXPECT_NE(after.find("int32[2] = [-2, -2]"), std::string::npos) << after;
  EXPECT_NE(after.find("int1[2] = [2]"), std::string::npos) << after;
}

TEST(BinaryPassesTest, BitsThatChangeTwiceKeepTheirNumbers) {
  // |s| - 1.5: +1 at both ends.
  const std::string after = WithThresholds(
      "  %m: float32[1,2,2,2] = unary(%s) {fn = \"abs\"} \"m\"\n"
      "  const %a: float32[2] = [-1.5, -1.5]\n"
      "  %z: float32[1,2,2,2] = binary(%m, %a) {fn = \"add\"} \"z\"\n");
  EXPECT_NE(after.find("fn = \"abs\""), std::string::npos) << after;
}

TEST(BinaryPassesTest, SumsThatAreReadTwiceStay) {
  const std::string after = AfterPass(
      "binary-thresholds",
      "  input %x: float32[1,2,2,2]\n"
      "  const %w: int1[2,2] = [1, 3]\n"
      "  %b: int1[1,2,2,2] = binarize(%x) \"b\"\n"
      "  %s: float32[1,2,2,2] = binary_conv2d(%b, %w) {kernel_h = 1, kernel_w = 1, stride_h = 1, "
      "stride_w = 1} \"s\"\n"
      "  %o: int1[1,2,2,2] = binarize(%s) \"o\"\n"
      "  %y: float32[1,2,2,2] = unbinarize(%o) \"y\"\n"
      "  output %y\n"
      "  output %s\n");
  EXPECT_NE(after.find("= binarize(%s)"), std::string::npos) << after;
}

TEST(BinaryPassesTest, AMaximumBehindANegativeFactorNeedsEveryBit) {
  const std::string after = AfterPass(
      "binary-thresholds",
      "  input %x: float32[1,2,2,2]\n"
      "  const %w: int1[2,2] = [1, 3]\n"
      "  const %f: float32[2] = [1, -1]\n"
      "  %b: int1[1,2,2,2] = binarize(%x) \"b\"\n"
      "  %s: float32[1,2,2,2] = binary_conv2d(%b, %w) {kernel_h = 1, kernel_w = 1, stride_h = 1, "
      "stride_w = 1} \"s\"\n"
      "  %p: float32[1,1,1,2] = max_pool2d(%s) {kernel_h = 2, kernel_w = 2, stride_h = 2, "
      "stride_w = 2} \"p\"\n"
      "  %z: float32[1,1,1,2] = binary(%p, %f) {fn = \"mul\"} \"z\"\n"
      "  %o: int1[1,1,1,2] = binarize(%z) \"o\"\n"
      "  %y: float32[1,1,1,2] = unbinarize(%o) \"y\"\n"
      "  output %y\n");
  EXPECT_NE(after.find("binary_pool2d("), std::string::npos) << after;
  EXPECT_NE(after.find("%p.every: int1[2] = [2]"), std::string::npos) << after;
}

}  // namespace
}  // namespace edgerack::compiler
