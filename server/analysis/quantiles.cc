#include "server/analysis/quantiles.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace edgerack::analysis {
namespace {

// The continued fraction of the regularized incomplete beta function (Abramowitz and Stegun 26.5.8)
// by Lentz's method.
double BetaFraction(double x, double a, double b) {
  constexpr int kMostTerms = 500;
  constexpr double kTiny = 1e-300, kExact = 1e-15;
  const auto away_from_zero = [](double v) { return std::fabs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1;
    for (const double term : {even, odd}) {
      d = 1 / away_from_zero(1 + term * d);
      c = away_from_zero(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (std::fabs(change - 1) < kExact) break;
  }
  return fraction;
}

// I_x(a, b).
double IncompleteBeta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * BetaFraction(x, a, b) / a;
  return 1 - front * BetaFraction(1 - x, b, a) / b;
}

// P(T > t), t >= 0 (Abramowitz and Stegun 26.7.1).
double StudentTail(double degrees, double t) {
  return IncompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
}

}  // namespace

double StudentQuantile(double degrees, double tail) {
  double low = 0;
  double high = 1;
  while (StudentTail(degrees, high) > tail && high < 1e12) high *= 2;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (StudentTail(degrees, middle) > tail ? low : high) = middle;
  }
  return high;
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

double MedianDeviation(const std::vector<double>& values, double centre) {
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) distances.push_back(std::fabs(value - centre));
  return Median(std::move(distances));
}

double MedianVariance(int n) {
  // Exact up to 10 (integrals over order statistics; Sarhan and Greenberg 1962), then the limit
  // pi/2n with its first correction.
  constexpr std::array<double, 11> kExact = {0,      1,      0.5,    0.4487, 0.2982, 0.2868,
                                             0.2147, 0.2104, 0.1682, 0.1661, 0.1383};
  if (n < 1) n = 1;
  if (n < static_cast<int>(kExact.size())) return kExact[static_cast<size_t>(n)];
  return M_PI / (2 * n + M_PI - 2);
}

}  // namespace edgerack::analysis
