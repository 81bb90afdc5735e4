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

TEST(ResultViewTest, ConverterNamesBecomeTheLayersOwn) {
  EXPECT_EQ(ShortLayerName("net_1/stem_1/Relu;net_1/stem_1/BiasAdd;net_1/stem_1/convolution"),
            "stem_1");
  EXPECT_EQ(ShortLayerName("conv1"), "conv1");
  EXPECT_EQ(ShortLayerName("block/conv1"), "block/conv1");
  EXPECT_EQ(ShortLayerName("/x"), "/x");
  EXPECT_EQ(ShortLayerName(""), "");
}

TEST(ResultViewTest, UnknownFactsHaveNoLine) {
  std::string text = RenderResult(ThreeLayers());
  EXPECT_EQ(text.find("accuracy"), std::string::npos);
  EXPECT_EQ(text.find("latency"), std::string::npos);
  EXPECT_NE(text.find("features"), std::string::npos);
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
