#include "server/compiler/app/layer_findings.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

std::vector<Finding> FindingsOf(const std::string& lines) {
  auto graph = ParseGraph("graph \"g\" {\n" + lines + "}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  std::vector<Finding> findings;
  if (graph.ok()) FindCostlyLayers(*graph, findings);
  return findings;
}

// A 1x1 convolution from two channels to as many as `weights` has pairs.
std::vector<Finding> Convolution(const std::string& quantization, const std::string& weights,
                                 int channels) {
  const std::string n = std::to_string(channels);
  return FindingsOf("  input %x: int8[1,4,4,2] q(0.5, 3)\n  const %w: int8[" + n + ",1,1,2] q(" +
                    quantization + ") = " + weights + "\n  %y: int8[1,4,4," + n +
                    "] q(0.25, 0) = conv2d(%x, %w, none) \"c\"\n  output %y\n");
}

TEST(LayerFindingsTest, OneWeightScaleForSeveralChannels) {
  auto found = Convolution("0.1, 0", "[127, -3, 2, 5]", 2);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "PER_TENSOR_WEIGHTS");
  EXPECT_EQ(found[0].layer, "c");
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_NE(found[0].message.find("channel 1 reach 5 steps of it, the largest of the layer 127"),
            std::string::npos)
      << found[0].message;
  EXPECT_EQ(Convolution("0.1, 0", "[127, -3, 2, -90]", 2)[0].severity, Severity::kInfo);
  EXPECT_TRUE(Convolution("0.1, 0", "[127, -3]", 1).empty());
  EXPECT_TRUE(Convolution("axis 0, [0.1, 0.004], [0, 0]", "[127, -3, 2, 127]", 2).empty());
}

TEST(LayerFindingsTest, ChannelsOfADepthwiseConvolutionAreInTheLastDimension) {
  const auto found = FindingsOf(
      "  input %x: int8[1,4,4,2] q(0.5, 3)\n"
      "  const %w: int8[1,1,2,2] q(0.1, 0) = [127, 4, 2, 5]\n"
      "  %y: int8[1,4,3,2] q(0.25, 0) = depthwise_conv2d(%x, %w, none) \"d\"\n"
      "  output %y\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("channel 1 reach 5 "), std::string::npos) << found[0].message;
}

std::string Wide(int channels, const std::string& kernel) {
  const std::string n = std::to_string(channels);
  return "  input %x: float32[1,16,16,1]\n  const %w: float32[" + n + "," + kernel +
         ",1] = sha256 \"00\"\n  %y: float32[1,1,1," + n +
         "] = conv2d(%x, %w, none) \"c\"\n  output %y\n";
}

std::vector<Finding> WideFindings(int channels, const std::string& kernel) {
  auto graph = ParseGraph("graph \"g\" {\n" + Wide(channels, kernel) + "}\n", [](const auto&) {
    return std::make_shared<const std::string>(std::string(1 << 20, '\0'));
  });
  EXPECT_TRUE(graph.ok()) << graph.status();
  std::vector<Finding> findings;
  if (graph.ok()) FindCostlyLayers(*graph, findings);
  return findings;
}

TEST(LayerFindingsTest, PrimeChannels) {
  const auto found = WideFindings(257, "1,1");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "PRIME_CHANNELS");
  EXPECT_NE(found[0].message.find("257"), std::string::npos);
  EXPECT_NE(found[0].remedy.find("256 or 272 channels"), std::string::npos) << found[0].remedy;
  EXPECT_NE(found[0].remedy.find("of 128 and 129"), std::string::npos) << found[0].remedy;
  for (int channels : {3, 13, 16, 255, 256, 289})
    EXPECT_TRUE(WideFindings(channels, "1,1").empty());
  EXPECT_EQ(WideFindings(17, "1,1").size(), 1u);
}

TEST(LayerFindingsTest, LargeWindows) {
  ASSERT_EQ(WideFindings(4, "7,7").size(), 1u);
  EXPECT_EQ(WideFindings(4, "7,7")[0].code, "LARGE_WINDOW");
  EXPECT_TRUE(WideFindings(4, "5,5").empty());
  const auto pool = [](const std::string& h, const std::string& w) {
    return FindingsOf(
        "  input %x: float32[1,50,11,2]\n  %y: float32[1,1,1,2] = avg_pool2d(%x) "
        "{kernel_h = " +
        h + ", kernel_w = " + w + "} \"p\"\n  output %y\n");
  };
  ASSERT_EQ(pool("50", "11").size(), 1u);
  EXPECT_NE(pool("50", "11")[0].message.find("reads 550 positions"), std::string::npos);
  EXPECT_TRUE(pool("8", "8").empty());
  const auto mean = FindingsOf(
      "  input %x: int8[1,50,11,2] q(0.5, 0)\n"
      "  %y: int8[1,2] q(0.5, 0) = reduce(%x) {fn = \"mean\", axes = [1, 2]} \"m\"\n"
      "  output %y\n");
  ASSERT_EQ(mean.size(), 1u);
  EXPECT_EQ(mean[0].code, "LARGE_WINDOW");
}

TEST(LayerFindingsTest, SummandsOfVeryDifferentScales) {
  const auto sum = [](const std::string& a, const std::string& b) {
    return FindingsOf("  input %a: int8[4] q(" + a + ", 3)\n  input %b: int8[4] q(" + b +
                      ", 0)\n  %y: int8[4] q(0.5, 0) = add(%a, %b) \"s\"\n  output %y\n");
  };
  auto found = sum("0.5", "0.0625");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "OPERAND_SCALES_DIFFER");
  EXPECT_NE(found[0].message.find("256 steps of 'b' become 32"), std::string::npos)
      << found[0].message;
  EXPECT_EQ(sum("0.0625", "0.5").size(), 1u);
  EXPECT_TRUE(sum("0.5", "0.25").empty());
}

}  // namespace
}  // namespace edgerack::compiler
