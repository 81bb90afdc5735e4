// Quantiles of the distributions that the analysis of noise needs.
#ifndef SERVER_ANALYSIS_QUANTILES_H_
#define SERVER_ANALYSIS_QUANTILES_H_

#include <vector>

namespace edgerack::analysis {

// The value that a variable of Student's t distribution with `degrees` (> 0, need not be whole) of
// freedom exceeds with probability `tail`, 1e-12 < tail < 0.5.
double StudentQuantile(double degrees, double tail);

// The middle of them, or the mean of the middle two; 0 of none.
double Median(std::vector<double> values);
// The median of the distances from `centre`.
double MedianDeviation(const std::vector<double>& values, double centre);

// The variance of the median of n normal variables of variance 1.
double MedianVariance(int n);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_QUANTILES_H_
