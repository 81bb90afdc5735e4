#include "base/npy/samples.h"

#include <cstring>
#include <limits>

#include "gtest/gtest.h"

namespace edgerack {
namespace {

NpyArray Floats(std::vector<int64_t> shape, float value = 0.0f) {
  NpyArray array;
  array.shape = std::move(shape);
  for (int64_t i = 0; i < array.elements(); ++i) {
    array.data.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return array;
}

void Set(NpyArray& array, size_t index, float value) {
  std::memcpy(array.data.data() + index * sizeof value, &value, sizeof value);
}

TEST(SamplesTest, SameSizeNeedsALeadingDimension) {
  auto split = [](std::vector<int64_t> have, std::vector<int64_t> wanted) {
    return SplitSamples(Floats(std::move(have)), "array 'x'", "image", wanted, ShapeRule::kSameSize,
                        "BAD_CALIBRATION");
  };
  EXPECT_EQ(split({5, 8, 8, 1}, {1, 8, 8, 1})->samples, 5);
  EXPECT_EQ(split({5, 64}, {1, 8, 8, 1})->samples, 5);
  EXPECT_EQ(split({5, 1, 8, 8, 1}, {1, 8, 8, 1})->samples, 5);
  EXPECT_EQ(split({0, 64}, {1, 8, 8, 1})->samples, 0);
  auto wrong = split({5, 63}, {1, 8, 8, 1});
  EXPECT_EQ(ErrorCodeOf(wrong.status()), "BAD_CALIBRATION");
  for (const char* part : {"array 'x'", "5x63", "'image'", "1x8x8x1", "64"}) {
    EXPECT_NE(ErrorMessageOf(wrong.status()).find(part), std::string::npos) << wrong.status();
  }
  EXPECT_FALSE(split({}, {1, 8, 8, 1}).ok());
}

TEST(SamplesTest, ABadValueIsFoundAndPlaced) {
  NpyArray array = Floats({3, 2, 4});
  EXPECT_EQ(FindNonFinite(array, 24), std::nullopt);
  Set(array, 2 * 8 + 1 * 4 + 3, std::numeric_limits<float>::quiet_NaN());
  ASSERT_EQ(FindNonFinite(array, 24), 23);
  EXPECT_EQ(FindNonFinite(array, 23), std::nullopt);
  EXPECT_EQ(NonFiniteText(array, 23, 8), "sample 2 holds NaN at [1,3]");
  Set(array, 8, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(NonFiniteText(array, 8, 8), "sample 1 holds -infinity at [0,0]");
  NpyArray wide = array;
  wide.item_bytes = 8;
  wide.shape = {1, 1};
  const double large = 1e300;
  wide.data.assign(reinterpret_cast<const char*>(&large), sizeof large);
  ASSERT_EQ(FindNonFinite(wide, 1), 0);
  EXPECT_EQ(NonFiniteText(wide, 0, 1), "sample 0 holds a number too large for float32 at [0]");
  // One sample without a dimension for samples.
  EXPECT_EQ(NonFiniteText(array, 8, 24), "sample 0 holds -infinity at [1,0,0]");
}

TEST(SamplesTest, IntegersAreAlwaysFinite) {
  NpyArray array;
  array.kind = 'i';
  array.item_bytes = 1;
  array.shape = {2};
  array.data = "ab";
  EXPECT_EQ(FindNonFinite(array, 2), std::nullopt);
}

}  // namespace
}  // namespace edgerack
