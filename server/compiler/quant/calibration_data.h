// The samples a model is calibrated with: found, checked and converted once, whoever quantizes.
#ifndef SERVER_COMPILER_QUANT_CALIBRATION_DATA_H_
#define SERVER_COMPILER_QUANT_CALIBRATION_DATA_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "base/npy/npy.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct CalibrationInput {
  std::string key;            // of the array in the file; empty for a plain .npy
  int64_t elements = 0;       // of one sample
  std::vector<float> values;  // samples x elements, row-major, all finite
};

struct CalibrationData {
  int64_t samples = 0;
  std::vector<CalibrationInput> inputs;  // one for each of graph.inputs, in their order
};

// Reads the arrays for the graph's inputs: by the input's name, `input_N`, or `x` (or a plain .npy)
// where the model has one input. Every sample has as many elements as the input.
// INVALID_ARGUMENT of class USER with code BAD_CALIBRATION, naming the array, and for NaN and
// infinity the sample and the position: one such value would spoil every range.
absl::StatusOr<CalibrationData> ReadCalibration(const NpyArchive& archive, const Graph& graph);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_CALIBRATION_DATA_H_
