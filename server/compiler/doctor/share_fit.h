// Which of many small changes together make a large one: least squares with shares from 0 to 1.
#ifndef SERVER_COMPILER_DOCTOR_SHARE_FIT_H_
#define SERVER_COMPILER_DOCTOR_SHARE_FIT_H_

#include <vector>

namespace edgerack::compiler::doctor {

// Shares x, each 0..1, that make the sum of x[i] * changes[i] come near `target` (coordinate
// descent; a small penalty keeps shares at 0 that help nothing). All vectors are as long as
// `target`.
std::vector<double> FitShares(const std::vector<double>& target,
                              const std::vector<std::vector<double>>& changes);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_SHARE_FIT_H_
