#include "server/compiler/doctor/share_fit.h"

#include <random>

#include "gtest/gtest.h"

namespace edgerack::compiler::doctor {
namespace {

TEST(FitSharesTest, FindsTheChangesThatAddUp) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> changes(60, std::vector<double>(80));
  std::vector<double> target(80, 0);
  for (size_t i = 0; i < changes.size(); ++i) {
    for (double& value : changes[i]) value = normal(random);
    for (size_t k = 0; k < target.size(); ++k) target[k] += i % 4 == 0 ? changes[i][k] : 0;
  }
  const std::vector<double> shares = FitShares(target, changes);
  for (size_t i = 0; i < shares.size(); ++i) {
    EXPECT_NEAR(shares[i], i % 4 == 0 ? 1 : 0, 0.05) << i;
  }
}

TEST(FitSharesTest, SharesStayBetweenNothingAndAll) {
  EXPECT_EQ(FitShares({10, 0}, {{1, 0}, {-1, 0}}), (std::vector<double>{1, 0}));
}

TEST(FitSharesTest, AChangeOfNothingHasNoShare) {
  EXPECT_EQ(FitShares({1, 2}, {{0, 0}}), std::vector<double>{0});
  EXPECT_TRUE(FitShares({1, 2}, {}).empty());
}

}  // namespace
}  // namespace edgerack::compiler::doctor
