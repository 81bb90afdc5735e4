// Stride, dilation and padding of convolutions and pools, from SAME or VALID to numbers.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_WINDOW_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_WINDOW_H_

#include "server/compiler/importers/tflite/import_node.h"

namespace edgerack::compiler {

// One direction of a window; `suffix` is that of the graph's attributes: _d, _h or _w.
struct WindowAxis {
  const char* suffix;
  int64_t extent;  // of the input, or of a transposed convolution's output
  int64_t kernel;
  int64_t stride;
  int64_t dilation;
};

// SAME pads so that every stride-th input element has an output; the odd one is behind.
int64_t TotalSamePadding(const WindowAxis& axis);
absl::Status CheckWindow(const std::vector<WindowAxis>& axes, tflite::Padding padding);
// Sets stride_*, dilation_* and the paddings of the node.
absl::Status SetWindow(const std::vector<WindowAxis>& axes, tflite::Padding padding, Node& node);
// The names of the paddings before and behind in the direction of `suffix`.
const char* PadBefore(const WindowAxis& axis);
const char* PadBehind(const WindowAxis& axis);

// The shape of a tensor that must have `rank` dimensions, each at least 1.
absl::StatusOr<Shape> FixedShape(const Tensor& tensor, size_t rank, const char* what);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_WINDOW_H_
