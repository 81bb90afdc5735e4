// Samples that cannot show whether a model is right, or calibrate it: told before anybody trusts
// them.
#ifndef SERVER_COMPILER_APP_SAMPLE_FINDINGS_H_
#define SERVER_COMPILER_APP_SAMPLE_FINDINGS_H_

#include <string>
#include <vector>

#include "server/compiler/emit/package_reader.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/quant/calibration_data.h"

namespace edgerack::compiler {

// So many elements are looked at, in whole samples spread over all; an input whose samples have
// more is not looked at.
inline constexpr int64_t kElementsLookedAt = int64_t{1} << 20;
// Pairs of neighbours without which nothing is said about noise.
inline constexpr int64_t kPairsForNoise = 1500;
// An int8 input whose values span fewer of its 256 steps is NARROW_INPUT.
inline constexpr double kFewestSteps = 16;

// The values of one input, all finite.
struct InputValues {
  std::string name;
  Shape shape;                 // of one sample
  int64_t samples = 0;         // looked at
  std::vector<double> values;  // samples x elements, row-major; empty: not looked at
  bool int8_steps = false;     // `values` are the numbers of a quantized int8 tensor
  bool real = true;            // quantities, not indices: what noise is looked for in
};

// EQUAL_SAMPLES    all samples are the same (two and more)
// CONSTANT_INPUT   an input has one value everywhere
// RANDOM_INPUT     neighbours along no dimension of an input have to do with each other: their
//                  correlation is below four standard deviations of that of noise, 1/sqrt(pairs)
// NARROW_INPUT     an int8 input of several samples uses fewer than kFewestSteps of its steps
void FindInSamples(const std::vector<InputValues>& inputs, std::vector<Finding>& findings);

// Of a board's input bytes: `samples` times package.InputBytes().
void FindInDataset(const PackageInfo& package, const std::string& raw, int64_t samples,
                   std::vector<Finding>& findings);

// Also SINGLE_SAMPLE: ranges of one sample clamp what the next one holds.
void FindInCalibration(const CalibrationData& data, const Graph& graph,
                       std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_SAMPLE_FINDINGS_H_
