#include "server/compiler/ops/window.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxExtent = 65535;

absl::Status ReadField(const Node& node, const char* key, int64_t lowest, int64_t fallback,
                       int32_t& field) {
  int64_t value = node.Int(key, fallback);
  if (value < lowest || value > kMaxExtent) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", std::string(key) + " is " + std::to_string(value) +
                                               "; supported are " + std::to_string(lowest) +
                                               " to " + std::to_string(kMaxExtent) +
                                               ". Export the model again");
  }
  field = static_cast<int32_t>(value);
  return absl::OkStatus();
}

absl::StatusOr<int32_t> Extent(int64_t input, int64_t kernel, int64_t stride, int64_t dilation,
                               int64_t pads) {
  int64_t covered = (kernel - 1) * dilation + 1;
  if (input + pads < covered) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "a window of " + std::to_string(covered) +
                      " elements is larger than its input of " + std::to_string(input) + " with " +
                      std::to_string(pads) +
                      " of padding; supported are smaller ones. Pad more, or feed a larger input");
  }
  return static_cast<int32_t>((input + pads - covered) / stride + 1);
}

}  // namespace

std::vector<AttributeSpec> WindowAttributes(bool kernel_size, bool dilation) {
  using Kind = AttributeSpec::Kind;
  std::vector<AttributeSpec> specs = {
      {"stride_h", Kind::kInt, true},  {"stride_w", Kind::kInt, true},
      {"pad_top", Kind::kInt, false},  {"pad_bottom", Kind::kInt, false},
      {"pad_left", Kind::kInt, false}, {"pad_right", Kind::kInt, false},
      {"act", Kind::kText, false},
  };
  if (kernel_size) {
    specs.push_back({"kernel_h", Kind::kInt, true});
    specs.push_back({"kernel_w", Kind::kInt, true});
  }
  if (dilation) {
    specs.push_back({"dilation_h", Kind::kInt, false});
    specs.push_back({"dilation_w", Kind::kInt, false});
  }
  return specs;
}

absl::StatusOr<Window> ReadWindow(const Node& node, int32_t kernel_h, int32_t kernel_w) {
  Window w;
  ER_RETURN_IF_ERROR(ReadField(node, "kernel_h", 1, kernel_h, w.kernel_h));
  ER_RETURN_IF_ERROR(ReadField(node, "kernel_w", 1, kernel_w, w.kernel_w));
  ER_RETURN_IF_ERROR(ReadField(node, "stride_h", 1, 1, w.stride_h));
  ER_RETURN_IF_ERROR(ReadField(node, "stride_w", 1, 1, w.stride_w));
  ER_RETURN_IF_ERROR(ReadField(node, "dilation_h", 1, 1, w.dilation_h));
  ER_RETURN_IF_ERROR(ReadField(node, "dilation_w", 1, 1, w.dilation_w));
  ER_RETURN_IF_ERROR(ReadField(node, "pad_top", 0, 0, w.pad_top));
  ER_RETURN_IF_ERROR(ReadField(node, "pad_bottom", 0, 0, w.pad_bottom));
  ER_RETURN_IF_ERROR(ReadField(node, "pad_left", 0, 0, w.pad_left));
  ER_RETURN_IF_ERROR(ReadField(node, "pad_right", 0, 0, w.pad_right));
  return w;
}

absl::StatusOr<Shape> WindowOutput(const Tensor& input, const Window& w, int32_t channels) {
  ER_RETURN_IF_ERROR(RequireRank(input, 4));
  ER_ASSIGN_OR_RETURN(int32_t height, Extent(input.shape[1], w.kernel_h, w.stride_h, w.dilation_h,
                                             w.pad_top + w.pad_bottom));
  ER_ASSIGN_OR_RETURN(int32_t width, Extent(input.shape[2], w.kernel_w, w.stride_w, w.dilation_w,
                                            w.pad_left + w.pad_right));
  return Shape{input.shape[0], height, width, channels};
}

}  // namespace edgerack::compiler
