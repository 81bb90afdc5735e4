#include "server/compiler/doctor/share_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace edgerack::compiler::doctor {
namespace {

constexpr int kSweeps = 300;
constexpr double kPenalty = 1e-4;  // of the target's own size, for a whole share
constexpr double kSettled = 1e-6;

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

std::vector<double> FitShares(const std::vector<double>& target,
                              const std::vector<std::vector<double>>& changes) {
  std::vector<double> shares(changes.size(), 0);
  std::vector<double> squares;
  for (const auto& change : changes) squares.push_back(Dot(change, change));
  const double penalty = kPenalty * Dot(target, target);
  std::vector<double> rest = target;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    double moved = 0;
    for (size_t i = 0; i < changes.size(); ++i) {
      if (squares[i] <= 0) continue;
      const double gain = Dot(changes[i], rest) - penalty;
      const double share = std::clamp(shares[i] + gain / squares[i], 0.0, 1.0);
      const double step = share - shares[i];
      if (step == 0) continue;
      for (size_t k = 0; k < rest.size(); ++k) rest[k] -= step * changes[i][k];
      shares[i] = share;
      moved = std::max(moved, std::fabs(step));
    }
    if (moved < kSettled) break;
  }
  return shares;
}

}  // namespace edgerack::compiler::doctor
