// What somebody meant to feed to a model and what a board gave back.
#ifndef SERVER_COMPILER_DOCTOR_OBSERVATION_H_
#define SERVER_COMPILER_DOCTOR_OBSERVATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/npy/npy.h"
#include "server/compiler/doctor/subject.h"

namespace edgerack::compiler::doctor {

// real = scale * (q - zero_point) with q in int8; scale 0: there is no such grid.
struct Grid {
  float scale = 0;
  int32_t zero_point = 0;

  bool exists() const { return scale > 0; }
  // As the quantize kernel: single precision, half away from zero, clamped.
  int8_t Quantize(float real) const;
  float Real(int32_t q) const { return scale * static_cast<float>(q - zero_point); }
};

// One input of the model with all samples.
struct InputSamples {
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;  // of one sample, as the model declares it
  bool channels_first = false;
  // Of an int8 input, or of the quantization that a float32 input meets first.
  Grid grid;
  // `shape`, and what reshapes that read the input make of it.
  std::vector<Shape> views;
  int64_t elements = 0;     // of one sample
  int64_t bytes = 0;        // of one sample
  std::string raw;          // samples x bytes, as the model takes them
  std::vector<float> real;  // samples x elements

  bool int8() const { return dtype == DType::kS8 && grid.exists(); }
  // Real values as the model takes them. Types without a grid: converted and clamped.
  std::string Encode(const std::vector<float>& values) const;
  std::string RawOf(int64_t sample) const;
  std::vector<float> RealOf(int64_t sample) const;
};

// One output with what was given for it.
struct OutputSamples {
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;  // of one sample
  Grid grid;
  int64_t elements = 0;
  int64_t offset_bytes = 0;  // in one sample's raw outputs
  int64_t bytes = 0;
  bool as_real = false;       // floats were given for a quantized output: its real values
  std::string given_type;     // numpy's name
  std::vector<double> given;  // samples x elements
};

struct Observation {
  int64_t samples = 0;
  std::vector<InputSamples> inputs;
  std::vector<OutputSamples> outputs;

  // The right inputs of all samples, one after another.
  std::string RawInputs() const;
};

// Arrays are found under the tensor's name, "input_I" or "output_I", "x" or "y" or a plain .npy
// where the model has one. Floats for an int8 tensor are real values, integers its own.
// INVALID_ARGUMENT of class USER with code BAD_DATASET naming the array, both shapes or types.
absl::StatusOr<Observation> ReadObservation(const Subject& subject, const NpyArchive& inputs,
                                            const NpyArchive& outputs);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_OBSERVATION_H_
