#include "server/compiler/validate/real_values.h"

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

TEST(RealValuesTest, BitsArePackedByRowAndComeBack) {
  std::vector<double> values;
  for (int i = 0; i < 3 * 35; ++i) values.push_back(i % 3 == 0 || i % 7 == 0 ? 1 : -1);
  Tensor bits;
  bits.dtype = DType::kS1;
  bits.shape = {3, 35};
  const std::string bytes = BytesOfValues(bits, values);
  EXPECT_EQ(static_cast<int64_t>(bytes.size()), bits.bytes());
  EXPECT_EQ(bytes.size(), 3u * 2 * 4);
  EXPECT_EQ(RealValues(bits, bytes), values);
  bits.dtype = DType::kU1;
  for (double& value : values) value = value > 0 ? 1 : 0;
  EXPECT_EQ(BytesOfValues(bits, values), bytes);
  EXPECT_EQ(RealValues(bits, bytes), values);
}

}  // namespace
}  // namespace edgerack::compiler
