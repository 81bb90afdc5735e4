// How far one series of real values is from another: sums that grow element by element, and the
// figures made of them. r is the reference, x what is judged, e = x - r, over n elements:
//
//   max  = max |e|                      mae  = Σ|e| / n
//   mean = Σe / n                       std  = sqrt(Σ(e - mean)² / n)
//   rmse = sqrt(Σe² / n)                l2r  = sqrt(Σe² / Σr²), relative L2 error
//   cos  = Σrx / sqrt(Σr² Σx²)          sqnr = 10 log10(Σr² / Σe²) in dB
//   nse  = 1 - Σe² / Σ(r - mean of r)², Nash and Sutcliffe, J. Hydrology 10 (1970) 282
//
// rmse, mae, l2r, mean, std, nse and cos are also what ST's `stedgeai validate` prints. Sums of
// squared deviations are updated as B. P. Welford, Technometrics 4 (1962) 419, so that a large mean
// costs no digits.
#ifndef SERVER_COMPILER_VALIDATE_ERROR_SUMS_H_
#define SERVER_COMPILER_VALIDATE_ERROR_SUMS_H_

#include <cstdint>
#include <optional>

namespace edgerack::compiler {

// Empty where a figure is not defined: relative ones of a reference of zeros, nse of a constant
// one, sqnr where nothing differs.
struct ErrorFigures {
  int64_t elements = 0;
  double max = 0, mae = 0, rmse = 0, mean = 0, std = 0;
  std::optional<double> l2r, nse, cos, sqnr_db;
  int64_t not_finite = 0;  // elements left out: one of both is NaN or infinite and the other is not
};

class ErrorSums {
 public:
  // Two NaN, or two infinities of one sign, agree and count as r = x = 0.
  void Add(double reference, double value);
  ErrorFigures Figures() const;

 private:
  int64_t elements_ = 0, not_finite_ = 0;
  double max_ = 0, absolute_ = 0, squared_ = 0, product_ = 0, value_squared_ = 0;
  double mean_ = 0, deviation_ = 0;                      // of e, Welford
  double reference_mean_ = 0, reference_deviation_ = 0;  // of r, Welford
  double reference_squared_ = 0;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_ERROR_SUMS_H_
