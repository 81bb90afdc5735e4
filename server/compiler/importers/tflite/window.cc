#include "server/compiler/importers/tflite/window.h"

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {

int64_t TotalSamePadding(const WindowAxis& a) {
  const int64_t out = (a.extent + a.stride - 1) / a.stride;
  const int64_t total = (out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1 - a.extent;
  return total > 0 ? total : 0;
}

const char* PadBefore(const WindowAxis& a) {
  return a.suffix[1] == 'd' ? "pad_front" : a.suffix[1] == 'h' ? "pad_top" : "pad_left";
}

const char* PadBehind(const WindowAxis& a) {
  return a.suffix[1] == 'd' ? "pad_back" : a.suffix[1] == 'h' ? "pad_bottom" : "pad_right";
}

absl::Status CheckWindow(const std::vector<WindowAxis>& axes, tflite::Padding padding) {
  for (const WindowAxis& a : axes) {
    if (a.stride >= 1 && a.kernel >= 1 && a.dilation >= 1) continue;
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "stride" + std::string(a.suffix) + " is " + std::to_string(a.stride) +
                      ", the window " + std::to_string(a.kernel) + ", the dilation " +
                      std::to_string(a.dilation) +
                      "; supported are numbers of at least 1. Convert the model again");
  }
  if (padding == tflite::Padding::SAME || padding == tflite::Padding::VALID) {
    return absl::OkStatus();
  }
  return Refuse("UNSUPPORTED_ATTRIBUTE", "padding is " + std::to_string(static_cast<int>(padding)) +
                                             "; supported are SAME (0) and VALID (1). Convert the "
                                             "model again");
}

absl::Status SetWindow(const std::vector<WindowAxis>& axes, tflite::Padding padding, Node& node) {
  ER_RETURN_IF_ERROR(CheckWindow(axes, padding));
  for (const WindowAxis& a : axes) {
    node.attributes[std::string("stride") + a.suffix] = a.stride;
    if (a.dilation != 1) node.attributes[std::string("dilation") + a.suffix] = a.dilation;
    const int64_t total = padding == tflite::Padding::SAME ? TotalSamePadding(a) : 0;
    if (total / 2 != 0) node.attributes[PadBefore(a)] = total / 2;
    if (total != 0) node.attributes[PadBehind(a)] = total - total / 2;
  }
  return absl::OkStatus();
}

absl::StatusOr<Shape> FixedShape(const Tensor& t, size_t rank, const char* what) {
  if (t.shape.size() == rank && t.elements() >= 1) return t.shape;
  return Refuse("UNSUPPORTED_SHAPE", std::string(what) + " '" + t.name + "' has shape " +
                                         ShapeText(t.shape) + "; supported are " +
                                         std::to_string(rank) +
                                         " fixed dimensions. Convert the model with a fixed input "
                                         "shape");
}

}  // namespace edgerack::compiler
