#include "base/text/layer_name.h"

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(LayerNameTest, TakesTheLayerOutOfWhatTheConverterJoined) {
  EXPECT_EQ(ShortLayerName("net_1/stem_1/Relu;net_1/stem_1/BiasAdd;net_1/stem_1/convolution"),
            "stem_1");
  EXPECT_EQ(ShortLayerName("conv1"), "conv1");
  EXPECT_EQ(ShortLayerName("block/conv1"), "block/conv1");
  EXPECT_EQ(ShortLayerName(""), "");
  EXPECT_EQ(ShortLayerName("/x"), "/x");
}

}  // namespace
}  // namespace edgerack
