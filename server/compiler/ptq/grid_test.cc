// Steps of activations and weights: known values, and bounds that hold for any.
#include "server/compiler/ptq/grid.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

Tensor Weights(Shape shape, const std::vector<float>& values) {
  Tensor t;
  t.name = "w";
  t.shape = std::move(shape);
  t.data = std::make_shared<const std::string>(BytesOf(values));
  return t;
}

TEST(GridTest, ScaleAndZeroPointOfARange) {
  EXPECT_EQ(ActivationGrid({0, 255}), (Quantization{{1.0f}, {-128}, 0}));
  EXPECT_EQ(ActivationGrid({-127.5, 127.5}),
            (Quantization{{1.0f}, {-1}, 0}));  // half away from zero
  EXPECT_EQ(ActivationGrid({-255, 0}), (Quantization{{1.0f}, {127}, 0}));
  EXPECT_EQ(ActivationGrid({0, 0}), (Quantization{{1.0f}, {0}, 0}));
  EXPECT_EQ(Int16Grid({-1, 2 * 32767.0}), (Quantization{{2.0f}, {0}, 0}));
  EXPECT_EQ(Int16Grid({-32767, 1}), (Quantization{{1.0f}, {0}, 0}));
  EXPECT_EQ(Int16Grid({0, 0}), (Quantization{{1.0f}, {0}, 0}));
}

// Any range: it is covered but for half a step, zero is a step.
TEST(GridTest, AnyRangeIsCoveredToHalfAStep) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const double low = -std::ldexp(static_cast<double>(random()) / 4294967296.0,
                                   static_cast<int>(random() % 40) - 20);
    const double high = std::ldexp(static_cast<double>(random()) / 4294967296.0,
                                   static_cast<int>(random() % 40) - 20);
    const Quantization grid = ActivationGrid({low, high});
    const double step = static_cast<double>(grid.scales[0]);
    const ValueRange covered = CoveredBy(grid, DType::kS8);
    EXPECT_LE(covered.low, low + step * 0.5001);
    EXPECT_GE(covered.high, high - step * 0.5001);
    EXPECT_GE(grid.zero_points[0], -128);
    EXPECT_LE(grid.zero_points[0], 127);
  }
}

TEST(GridTest, WeightsPerChannelReach127Steps) {
  const Tensor w = Weights({2, 2}, {1.27f, -0.5f, 0.0127f, -0.0254f});
  const Quantization grid = WeightGrid(w, 0, true, {});
  EXPECT_FLOAT_EQ(grid.scales[0], 0.01f);
  EXPECT_FLOAT_EQ(grid.scales[1], 0.0002f);
  EXPECT_EQ(grid.zero_points, (std::vector<int32_t>{0, 0}));
  EXPECT_FLOAT_EQ(WeightGrid(w, 0, false, {}).scales[0], 0.01f);
  EXPECT_FLOAT_EQ(WeightGrid(w, 0, true, {0, 0.5}).scales[1], 0.5f);  // a large bias
}

TEST(GridTest, ChannelsOfZerosGetSomeScale) {
  const Quantization grid = WeightGrid(Weights({2, 1}, {0.0f, 1e-44f}), 0, true, {});
  EXPECT_EQ(grid.scales, (std::vector<float>{1.0f, 1.0f}));
}

// Any weights along any axis: moved by half a step at most, and a second time by nothing.
TEST(GridTest, MovedWeightsStayWithinHalfAStepAndOnTheGrid) {
  std::mt19937 random(3);
  for (int axis : {0, 3}) {
    std::vector<float> values;
    for (int i = 0; i < 2 * 3 * 2 * 4; ++i) {
      values.push_back(static_cast<float>(random()) / 4294967296.0f - 0.5f);
    }
    const Tensor w = Weights({2, 3, 2, 4}, values);
    const Quantization grid = WeightGrid(w, axis, true, {});
    const Tensor moved = OnGrid(w, grid);
    for (size_t i = 0; i < values.size(); ++i) {
      const size_t channel = axis == 0 ? i / 24 : i % 4;
      EXPECT_NEAR(LoadElement<float>(*moved.data, i), values[i], grid.scales[channel] * 0.5001f);
    }
    EXPECT_EQ(*OnGrid(moved, grid).data, *moved.data);
  }
}

}  // namespace
}  // namespace edgerack::compiler
