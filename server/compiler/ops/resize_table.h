// Where the pixels of a resized image come from: one table per direction, computed when compiling.
#ifndef SERVER_COMPILER_OPS_RESIZE_TABLE_H_
#define SERVER_COMPILER_OPS_RESIZE_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace edgerack::compiler {

// How one direction is resized. Names are ONNX's.
struct ResizeAxis {
  int64_t in = 1;
  int64_t out = 1;
  double scale = 0;  // out / in as the model says it; 0: out / in
  std::string coordinate = "half_pixel";
  double roi_begin = 0, roi_end = 1;  // tf_crop_and_resize
  bool float_coordinates = false;     // single precision, as TensorFlow Lite computes them
};

// The input index that each output index reads; -1 outside of a cropped image.
std::vector<int32_t> NearestTable(const ResizeAxis& axis, const std::string& rounding);

// `taps` indices and weights for each output index, one output after another.
struct WeightTable {
  int64_t taps = 0;
  std::vector<int32_t> indices;  // in 0 .. in - 1; the first of an output is -1 where it is outside
  std::vector<double> weights;   // of an output: sum 1
};

struct Filter {
  bool cubic = false;  // else linear
  double cubic_a = -0.75;
  bool exclude_outside = false;  // weights outside of the image become 0, the others grow
  bool antialias = false;
};
WeightTable InterpolationTable(const ResizeAxis& axis, const Filter& filter);

// TensorFlow Lite's linear table for integers: weights in fractions of 2^10.
struct IntegerTable {
  std::vector<int32_t> indices;  // two for each output index
  std::vector<int16_t> weights;
};
IntegerTable LinearIntegerTable(const ResizeAxis& axis);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_RESIZE_TABLE_H_
