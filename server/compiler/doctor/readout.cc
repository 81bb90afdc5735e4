#include "server/compiler/doctor/readout.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler::doctor {
namespace {

constexpr double kMostSteps = 1000;
// Of float32 outputs, relative to the largest number of the clean run. The first is what two
// float32 runtimes differ by after some hundred thousand additions.
constexpr double kFloatEqual = 2e-5, kFloatNear = 1e-3;

double Difference(double a, double b) {
  if (std::isnan(a) && std::isnan(b)) return 0;
  const double d = std::fabs(a - b);
  return a == b ? 0 : std::isfinite(d) ? d : 1e30;
}

}  // namespace

Rows GivenRows(const Observation& seen) {
  Rows rows(static_cast<size_t>(seen.samples));
  for (size_t s = 0; s < rows.size(); ++s) {
    for (const OutputSamples& out : seen.outputs) {
      const auto begin = out.given.begin() + static_cast<std::ptrdiff_t>(s) * out.elements;
      rows[s].insert(rows[s].end(), begin, begin + out.elements);
    }
  }
  return rows;
}

Rows DecodeRows(const Observation& seen, const std::string& raw, int64_t samples) {
  int64_t stride = 0;
  for (const OutputSamples& out : seen.outputs) stride += out.bytes;
  Rows rows(static_cast<size_t>(samples));
  for (int64_t s = 0; s < samples; ++s) {
    Row& row = rows[static_cast<size_t>(s)];
    for (const OutputSamples& out : seen.outputs) {
      const std::string_view bytes = std::string_view(raw).substr(
          static_cast<size_t>(s * stride + out.offset_bytes), static_cast<size_t>(out.bytes));
      for (int64_t i = 0; i < out.elements; ++i) {
        const double value = ElementAsDouble(out.dtype, bytes, static_cast<size_t>(i));
        row.push_back(out.as_real ? out.grid.Real(static_cast<int32_t>(value)) : value);
      }
    }
  }
  return rows;
}

std::vector<Tolerance> TolerancesOf(const Observation& seen, const Rows& clean) {
  std::vector<Tolerance> tolerances;
  size_t begin = 0;
  for (const OutputSamples& out : seen.outputs) {
    const size_t count = static_cast<size_t>(out.elements);
    Tolerance t;
    if (out.dtype != DType::kF32) {
      const double step = out.as_real ? out.grid.scale : 1.0;
      t = {1e-3 * step, 1.001 * step};
    } else {
      double largest = 0;
      for (const Row& row : clean) {
        for (size_t i = begin; i < begin + count; ++i) {
          if (std::isfinite(row[i])) largest = std::max(largest, std::fabs(row[i]));
        }
      }
      if (largest == 0) largest = 1;
      t = {kFloatEqual * largest, kFloatNear * largest};
    }
    tolerances.insert(tolerances.end(), count, t);
    begin += count;
  }
  return tolerances;
}

Match Compare(const Rows& given, const Rows& predicted, const std::vector<Tolerance>& tolerances) {
  Match m;
  double steps = 0;
  for (size_t r = 0; r < given.size(); ++r) {
    bool all = true;
    for (size_t i = 0; i < tolerances.size(); ++i) {
      const double d = Difference(given[r][i], predicted[r][i]);
      const bool equal = d <= tolerances[i].equal;
      m.values += 1;
      m.equal += equal;
      m.near += d <= tolerances[i].near;
      all = all && equal;
      m.max_error = std::max(m.max_error, d);
      steps += std::min(d / tolerances[i].near, kMostSteps);
    }
    m.rows += 1;
    m.equal_rows += all;
  }
  if (m.values > 0) m.mean_steps = steps / static_cast<double>(m.values);
  return m;
}

bool RowsEqual(const Row& a, const Row& b, const std::vector<Tolerance>& tolerances) {
  for (size_t i = 0; i < tolerances.size(); ++i) {
    if (Difference(a[i], b[i]) > tolerances[i].equal) return false;
  }
  return true;
}

}  // namespace edgerack::compiler::doctor
