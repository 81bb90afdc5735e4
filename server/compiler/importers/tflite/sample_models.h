// Complete small models for tests, int8 and float: convolution with padding, depthwise
// convolution, residual add, pooling, reshape, fully connected, softmax.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_SAMPLE_MODELS_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_SAMPLE_MODELS_H_

#include <string>

namespace edgerack::compiler {

// Input "image" 1x8x8x1 int8 (scale 1/255, zero point -128), output "scores" 1x4 int8.
std::string SampleInt8Cnn();
// The same architecture in float32.
std::string SampleFloatCnn();
// Operators whose constants say where elements go: input "x" 1x4x4x2 float32, several outputs.
std::string SampleMovements();

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_SAMPLE_MODELS_H_
