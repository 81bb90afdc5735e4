// What a classifier's scores are worth against labels.
#ifndef SERVER_COMPILER_VALIDATE_CLASSIFICATION_H_
#define SERVER_COMPILER_VALIDATE_CLASSIFICATION_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace edgerack::compiler {

// Scores of all samples, one row of `classes` after another.
struct Scores {
  int64_t classes = 0;
  std::vector<double> values;
  int64_t samples() const {
    return classes > 0 ? static_cast<int64_t>(values.size()) / classes : 0;
  }
};

// The class with the highest score; of equal ones the lowest, NaN never. One per sample.
std::vector<int64_t> Winners(const Scores& scores);

// Share of samples, 0..1, whose label is among the k highest scores; equal scores rank by class.
// 0 without samples.
double TopK(const Scores& scores, const std::vector<int64_t>& labels, int64_t k);

// [label][winner] counts, `classes` squared, row by row. Labels lie in 0 .. classes - 1.
std::vector<int64_t> ConfusionMatrix(const std::vector<int64_t>& labels,
                                     const std::vector<int64_t>& winners, int64_t classes);

// Area under the ROC curve of one class against the rest: the chance that a sample of the class
// scores higher than one that is not, ties counted half (Mann and Whitney's U / (n₁ n₂); J. Hanley
// and B. McNeil, Radiology 143 (1982) 29). Empty where either is missing.
std::optional<double> AreaUnderCurve(const Scores& scores, const std::vector<int64_t>& labels,
                                     int64_t of_class);

// Mean over the classes that have one, each weighing the same.
std::optional<double> MeanAreaUnderCurve(const Scores& scores, const std::vector<int64_t>& labels);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_CLASSIFICATION_H_
