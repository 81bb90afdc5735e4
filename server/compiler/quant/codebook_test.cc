#include "server/compiler/quant/codebook.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

std::vector<float> Normal(size_t count) {
  std::mt19937 engine(7);
  std::normal_distribution<float> normal(0.0f, 0.1f);
  std::vector<float> values(count);
  for (float& v : values) v = normal(engine);
  return values;
}

TEST(CodebookTest, FewValuesAreKeptExactly) {
  const std::vector<float> weights = {0.5f, -1.0f, 0.5f, 2.0f, -1.0f};
  const Codebook book = MakeCodebook(weights, 4);
  ASSERT_EQ(book.values.size(), 16u);
  for (size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(book.values[book.codes[i]], weights[i]);
  EXPECT_EQ(book.rmse, 0);
  EXPECT_TRUE(std::isinf(book.sqnr_db));
}

TEST(CodebookTest, EveryWeightHasTheValueNextToIt) {
  const std::vector<float> weights = Normal(2000);
  const Codebook book = MakeCodebook(weights, 4);
  for (size_t i = 0; i < weights.size(); ++i) {
    const float off = std::abs(weights[i] - book.values[book.codes[i]]);
    for (float other : book.values) EXPECT_LE(off, std::abs(weights[i] - other));
  }
}

// What an optimal quantizer reaches for a normal distribution with 16 levels is 20.22 dB (Max,
// "Quantizing for minimum distortion", 1960).
TEST(CodebookTest, SixteenValuesAreNearTheOptimum) {
  const Codebook book = MakeCodebook(Normal(40000), 4);
  EXPECT_GT(book.sqnr_db, 20.0);
  EXPECT_LT(book.sqnr_db, 20.6);
}

TEST(CodebookTest, MoreBitsAreBetterAndTheSameWeightsGiveTheSameBook) {
  const std::vector<float> weights = Normal(40000);
  const Codebook eight = MakeCodebook(weights, 8);
  EXPECT_GT(eight.sqnr_db, 38.0);
  EXPECT_EQ(eight.values, MakeCodebook(weights, 8).values);
}

}  // namespace
}  // namespace edgerack::compiler
