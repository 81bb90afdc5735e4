#include "server/compiler/validate/error_sums.h"

#include <algorithm>
#include <cmath>

namespace edgerack::compiler {

void ErrorSums::Add(double reference, double value) {
  if (!std::isfinite(reference) || !std::isfinite(value)) {
    const bool agree = reference == value || (std::isnan(reference) && std::isnan(value));
    if (!agree) {
      ++not_finite_;
      return;
    }
    reference = value = 0;
  }
  const double error = value - reference;
  ++elements_;
  const auto n = static_cast<double>(elements_);
  max_ = std::max(max_, std::fabs(error));
  absolute_ += std::fabs(error);
  squared_ += error * error;
  product_ += reference * value;
  reference_squared_ += reference * reference;
  value_squared_ += value * value;
  const double from_mean = error - mean_;
  mean_ += from_mean / n;
  deviation_ += from_mean * (error - mean_);
  const double reference_from_mean = reference - reference_mean_;
  reference_mean_ += reference_from_mean / n;
  reference_deviation_ += reference_from_mean * (reference - reference_mean_);
}

ErrorFigures ErrorSums::Figures() const {
  ErrorFigures f;
  f.elements = elements_;
  f.not_finite = not_finite_;
  if (elements_ == 0) return f;
  const auto n = static_cast<double>(elements_);
  f.max = max_;
  f.mae = absolute_ / n;
  f.rmse = std::sqrt(squared_ / n);
  f.mean = mean_;
  f.std = std::sqrt(std::max(0.0, deviation_) / n);
  if (reference_squared_ > 0) f.l2r = std::sqrt(squared_ / reference_squared_);
  if (reference_deviation_ > 0) f.nse = 1 - squared_ / reference_deviation_;
  if (reference_squared_ > 0 && value_squared_ > 0) {
    f.cos = product_ / (std::sqrt(reference_squared_) * std::sqrt(value_squared_));
  }
  if (reference_squared_ > 0 && squared_ > 0) {
    f.sqnr_db = 10 * std::log10(reference_squared_ / squared_);
  }
  return f;
}

}  // namespace edgerack::compiler
