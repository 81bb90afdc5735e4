#include "server/compiler/ir/elements.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

template <typename T>
T Stored(DType dtype, double value) {
  std::string bytes;
  AppendDouble(dtype, value, bytes);
  EXPECT_EQ(bytes.size(), sizeof(T));
  return LoadElement<T>(bytes, 0);
}

TEST(ElementsTest, ValuesOutsideTheTypeAreClamped) {
  EXPECT_EQ(Stored<int8_t>(DType::kS8, 127), 127);
  EXPECT_EQ(Stored<int8_t>(DType::kS8, 1e9), 127);
  EXPECT_EQ(Stored<uint8_t>(DType::kU8, -1), 0);
  EXPECT_EQ(Stored<int32_t>(DType::kS32, -1e300), INT32_MIN);
  // As a double it is 2^63, which no int64 holds.
  EXPECT_EQ(Stored<int64_t>(DType::kS64, static_cast<double>(INT64_MAX)), INT64_MAX);
  EXPECT_EQ(Stored<int64_t>(DType::kS64, -std::numeric_limits<double>::infinity()), INT64_MIN);
  EXPECT_EQ(Stored<int16_t>(DType::kS16, std::nan("")), 0);
}

TEST(ElementsTest, ValuesInTheTypeAreKept) {
  EXPECT_EQ(Stored<int64_t>(DType::kS64, -5e15), -5'000'000'000'000'000);
  EXPECT_EQ(Stored<float>(DType::kF32, 0.25), 0.25f);
  EXPECT_EQ(Stored<uint8_t>(DType::kBool, -0.5), 1);
}

}  // namespace
}  // namespace edgerack::compiler
