#include "server/analysis/roofline.h"

#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

class RooflineTest : public testing::Test {
 protected:
  RooflineTest() {
    flash_.name = "FLASH";
    flash_.line_cycles = 21;
    flash_.word_cycles = 17;
    sram_.name = "SRAM1";
    sram_.line_cycles = 17;
    sram_.word_cycles = 9;
    tcm_.name = "DTCM";
    view_ = {&flash_, &sram_, 4096};
  }

  static core::Layer Layer(const char* op, const char* type, int64_t macs, int64_t weights,
                           int64_t inputs, int64_t outputs) {
    core::Layer layer;
    layer.op = op;
    layer.weights_dtype = macs > 0 ? type : "";
    layer.output_dtype = type;
    layer.macs = macs;
    layer.weights_bytes = weights;
    layer.input_bytes = inputs;
    layer.output_bytes = outputs;
    return layer;
  }

  MemoryRegion flash_, sram_, tcm_;
  MemoryView view_;
  const CoreRates& m7_ = *RatesOf("cortex-m7");
};

TEST_F(RooflineTest, IntegerProductsGoTwoPerCycleAndFloatOnes) {
  EXPECT_EQ(BoundsOf(Layer("conv2d", "int8", 1000, 0, 0, 1), m7_, {}).arithmetic_cycles, 500);
  EXPECT_EQ(BoundsOf(Layer("conv2d", "float32", 1000, 0, 0, 1), m7_, {}).arithmetic_cycles, 1000);
}

TEST_F(RooflineTest, IntegerOutputsAreRequantizedFloatOnesNot) {
  EXPECT_EQ(BoundsOf(Layer("conv2d", "int8", 10, 0, 0, 100), m7_, {}).requantization_cycles, 800);
  EXPECT_EQ(BoundsOf(Layer("add", "int16", 0, 0, 0, 200), m7_, {}).requantization_cycles, 800);
  EXPECT_EQ(BoundsOf(Layer("conv2d", "float32", 10, 0, 0, 400), m7_, {}).requantization_cycles, 0);
  EXPECT_EQ(BoundsOf(Layer("max_pool2d", "int8", 0, 0, 0, 100), m7_, {}).requantization_cycles, 0);
}

TEST_F(RooflineTest, WeightsStreamThroughTheCacheLineByLine) {
  const LayerBounds bounds =
      BoundsOf(Layer("fully_connected", "int8", 3200, 3200, 32, 100), m7_, view_);
  EXPECT_EQ(bounds.memory_cycles, 100 * 21);
  EXPECT_EQ(bounds.memory, "FLASH");
  EXPECT_EQ(bounds.largest(), 2100);
}

TEST_F(RooflineTest, ActivationsCountBeyondTheCache) {
  const LayerBounds bounds = BoundsOf(Layer("add", "int8", 0, 0, 4096, 3200), m7_, view_);
  EXPECT_EQ(bounds.memory_cycles, 100 * 17);
  EXPECT_EQ(bounds.memory, "SRAM1");
}

TEST_F(RooflineTest, WithoutCacheEveryWordWaits) {
  view_.dcache_bytes = 0;
  EXPECT_EQ(BoundsOf(Layer("add", "int8", 0, 400, 400, 400), m7_, view_).memory_cycles,
            100 * 17 + 200 * 9);
}

TEST_F(RooflineTest, TightlyCoupledMemoryDoesNotWait) {
  view_ = {&tcm_, &tcm_, 0};
  const LayerBounds bounds = BoundsOf(Layer("add", "int8", 0, 400, 400, 400), m7_, view_);
  EXPECT_EQ(bounds.memory_cycles, 0);
  EXPECT_EQ(bounds.memory, "");
}

TEST_F(RooflineTest, NamesWhatBinds) {
  core::Layer layer = Layer("conv2d", "int8", 20'000, 100, 100, 100);
  layer.cycles = 12'000;
  EXPECT_EQ(BoundOf(layer, BoundsOf(layer, m7_, view_)), "arithmetic");
  layer.cycles = 31'000;
  EXPECT_EQ(BoundOf(layer, BoundsOf(layer, m7_, view_)), "overhead");
  layer = Layer("depthwise_conv2d", "int8", 900, 9, 100, 1000);
  layer.cycles = 12'000;
  EXPECT_EQ(BoundOf(layer, BoundsOf(layer, m7_, view_)), "requantization");
  layer = Layer("fully_connected", "float32", 10'000, 40'000, 100, 100);
  layer.cycles = 60'000;
  EXPECT_EQ(BoundOf(layer, BoundsOf(layer, m7_, view_)), "bandwidth");
  layer = Layer("concat", "int8", 0, 0, 1000, 1000);
  layer.cycles = 100;
  EXPECT_EQ(BoundOf(layer, BoundsOf(layer, m7_, view_)), "copies");
  layer.cycles.reset();
  EXPECT_EQ(BoundOf(layer, BoundsOf(layer, m7_, view_)), "");
}

TEST(CoreRatesTest, UnknownCoreHasNone) { EXPECT_EQ(RatesOf("z80"), nullptr); }

}  // namespace
}  // namespace edgerack::analysis
