#include "client/cli/output/result_view.h"

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

v1::Result ThreeLayers() {
  v1::Result result;
  int index = 0;
  for (auto [name, cycles] : {std::pair{"stem", 100}, {"features", 700}, {"logits", 200}}) {
    auto& layer = *result.add_layers();
    layer.set_index(index++);
    layer.set_name(name);
    layer.set_cycles(cycles);
  }
  return result;
}

TEST(ResultViewTest, HeaviestLayersComeFirst) {
  EXPECT_EQ(HeaviestLayers(ThreeLayers(), 2), "features 70.0 %, logits 20.0 %");
  EXPECT_EQ(HeaviestLayers(v1::Result(), 3), "");
}

TEST(ResultViewTest, LayersHaveTimesWhereTheClockIsKnown) {
  v1::Result result = ThreeLayers();
  EXPECT_EQ(RenderLayers(result).find(" ms "), std::string::npos);
  result.set_clock_hz(200'000);
  EXPECT_NE(RenderLayers(result).find("700  3.500  70.0 %"), std::string::npos)
      << RenderLayers(result);
}

TEST(ResultViewTest, UnknownFactsHaveNoLine) {
  std::string text = RenderResult(ThreeLayers());
  EXPECT_EQ(text.find("accuracy"), std::string::npos);
  EXPECT_EQ(text.find("latency"), std::string::npos);
  EXPECT_NE(text.find("features"), std::string::npos);
}

TEST(ResultViewTest, QuantizationIsShownBeforeAndAfter) {
  v1::Result result;
  EXPECT_EQ(RenderResult(result).find("quantized"), std::string::npos);
  v1::QuantizationAccuracy& accuracy = *result.mutable_quantization_accuracy();
  accuracy.set_samples(1797);
  accuracy.mutable_before()->set_top1(0.9925);
  accuracy.mutable_after()->set_top1(0.99);
  EXPECT_NE(
      RenderResult(result).find("top-1 0.9925 before, 0.9900 after (1,797 samples on the host)"),
      std::string::npos)
      << RenderResult(result);
  accuracy.clear_before();
  accuracy.mutable_after()->clear_top1();
  accuracy.mutable_after()->set_rmse(0.5);
  EXPECT_NE(RenderResult(result).find("rmse 0.500000 against the outputs before"),
            std::string::npos);
}

TEST(ResultViewTest, AnEstimateIsCalledOne) {
  v1::Result result;
  result.mutable_latency()->set_median_ms(1.5);
  EXPECT_EQ(RenderResult(result).find("estimate"), std::string::npos);
  result.mutable_latency()->set_estimated(true);
  EXPECT_NE(RenderResult(result).find("an estimate"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::cli
