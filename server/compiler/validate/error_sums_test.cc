#include "server/compiler/validate/error_sums.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

ErrorFigures Of(const std::vector<double>& reference, const std::vector<double>& value) {
  ErrorSums sums;
  for (size_t i = 0; i < reference.size(); ++i) sums.Add(reference[i], value[i]);
  return sums.Figures();
}

// Worked out by hand: e = 1, -1, 0, 2; Σe² = 6; Σr² = 30; mean of r 2.5, Σ(r-2.5)² = 5;
// Σx² = 4 + 1 + 9 + 36 = 50; Σrx = 2 + 2 + 9 + 24 = 37.
TEST(ErrorSumsTest, FiguresAreTheFormulas) {
  const ErrorFigures f = Of({1, 2, 3, 4}, {2, 1, 3, 6});
  EXPECT_EQ(f.elements, 4);
  EXPECT_DOUBLE_EQ(f.max, 2);
  EXPECT_DOUBLE_EQ(f.mae, 1);
  EXPECT_DOUBLE_EQ(f.rmse, std::sqrt(1.5));
  EXPECT_DOUBLE_EQ(f.mean, 0.5);
  EXPECT_DOUBLE_EQ(f.std, std::sqrt(1.5 - 0.25));
  EXPECT_DOUBLE_EQ(*f.l2r, std::sqrt(6.0 / 30));
  EXPECT_DOUBLE_EQ(*f.nse, 1 - 6.0 / 5);
  EXPECT_DOUBLE_EQ(*f.cos, 37 / std::sqrt(30.0 * 50));
  EXPECT_DOUBLE_EQ(*f.sqnr_db, 10 * std::log10(5));
}

// A constant error hides from the cosine, not from the mean.
TEST(ErrorSumsTest, BiasShowsInTheMean) {
  const ErrorFigures f = Of({100, 100, 100}, {100.25, 100.25, 100.25});
  EXPECT_DOUBLE_EQ(f.mean, 0.25);
  EXPECT_DOUBLE_EQ(f.std, 0);
  EXPECT_NEAR(*f.cos, 1, 1e-12);
  EXPECT_FALSE(f.nse.has_value());
}

TEST(ErrorSumsTest, LargeMeansCostNoDigits) {
  const double far = 1e9;
  const ErrorFigures f = Of({far + 1, far + 2, far + 3}, {far + 1, far + 2, far + 4});
  EXPECT_NEAR(*f.nse, 1 - 1.0 / 2, 1e-6);
}

TEST(ErrorSumsTest, EqualAndEmptySeries) {
  const ErrorFigures same = Of({1, -2}, {1, -2});
  EXPECT_EQ(same.max, 0);
  EXPECT_DOUBLE_EQ(*same.cos, 1);
  EXPECT_DOUBLE_EQ(*same.nse, 1);
  EXPECT_EQ(*same.l2r, 0);
  EXPECT_FALSE(same.sqnr_db.has_value());
  const ErrorFigures zeros = Of({0, 0}, {1, 1});
  EXPECT_FALSE(zeros.l2r || zeros.nse || zeros.cos || zeros.sqnr_db);
  EXPECT_EQ(Of({}, {}).elements, 0);
}

TEST(ErrorSumsTest, InfinitiesAgreeOnlyWithThemselves) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::nan("");
  const ErrorFigures f = Of({inf, nan, inf, nan, 1}, {inf, nan, -inf, 2, 1});
  EXPECT_EQ(f.not_finite, 2);
  EXPECT_EQ(f.elements, 3);
  EXPECT_EQ(f.max, 0);
}

}  // namespace
}  // namespace edgerack::compiler
