#include "server/compiler/validate/classification.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace edgerack::compiler {
namespace {

double At(const Scores& scores, int64_t sample, int64_t c) {
  return scores.values[static_cast<size_t>(sample * scores.classes + c)];
}

// NaN ranks below everything.
bool Higher(double a, double b) { return std::isnan(b) ? !std::isnan(a) : a > b; }

}  // namespace

std::vector<int64_t> Winners(const Scores& scores) {
  std::vector<int64_t> winners;
  for (int64_t i = 0; i < scores.samples(); ++i) {
    int64_t best = 0;
    for (int64_t c = 1; c < scores.classes; ++c) {
      if (Higher(At(scores, i, c), At(scores, i, best))) best = c;
    }
    winners.push_back(best);
  }
  return winners;
}

double TopK(const Scores& scores, const std::vector<int64_t>& labels, int64_t k) {
  int64_t right = 0;
  for (int64_t i = 0; i < scores.samples(); ++i) {
    const int64_t label = labels[static_cast<size_t>(i)];
    int64_t before = 0;  // classes that rank before the label's
    for (int64_t c = 0; c < scores.classes; ++c) {
      const double score = At(scores, i, c);
      const double own = At(scores, i, label);
      if (Higher(score, own) || (c < label && !Higher(own, score))) ++before;
    }
    if (before < k) ++right;
  }
  return labels.empty() ? 0 : static_cast<double>(right) / static_cast<double>(labels.size());
}

std::vector<int64_t> ConfusionMatrix(const std::vector<int64_t>& labels,
                                     const std::vector<int64_t>& winners, int64_t classes) {
  std::vector<int64_t> matrix(static_cast<size_t>(classes * classes));
  for (size_t i = 0; i < labels.size(); ++i) {
    ++matrix[static_cast<size_t>(labels[i] * classes + winners[i])];
  }
  return matrix;
}

std::optional<double> AreaUnderCurve(const Scores& scores, const std::vector<int64_t>& labels,
                                     int64_t of_class) {
  std::vector<int64_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return Higher(At(scores, b, of_class), At(scores, a, of_class));
  });
  const auto members = std::count(labels.begin(), labels.end(), of_class);
  const auto others = static_cast<int64_t>(labels.size()) - members;
  if (members == 0 || others == 0) return std::nullopt;
  double ranks = 0;  // of the members, from 1; equal scores share their mean rank
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() &&
           !Higher(At(scores, order[end], of_class), At(scores, order[begin], of_class))) {
      ++end;
    }
    const double rank = (static_cast<double>(begin + 1) + static_cast<double>(end)) / 2;
    for (size_t i = begin; i < end; ++i) {
      if (labels[static_cast<size_t>(order[i])] == of_class) ranks += rank;
    }
    begin = end;
  }
  const auto n = static_cast<double>(members);
  return (ranks - n * (n + 1) / 2) / (n * static_cast<double>(others));
}

std::optional<double> MeanAreaUnderCurve(const Scores& scores, const std::vector<int64_t>& labels) {
  double sum = 0;
  int64_t known = 0;
  for (int64_t c = 0; c < scores.classes; ++c) {
    if (auto area = AreaUnderCurve(scores, labels, c)) {
      sum += *area;
      ++known;
    }
  }
  if (known == 0) return std::nullopt;
  return sum / static_cast<double>(known);
}

}  // namespace edgerack::compiler
