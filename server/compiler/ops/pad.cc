// pad(x, value or none) {pads = [before, after] of each dimension, mode}: adds elements around x.
// Without a value they are real zeros; negative paddings take elements away. Pass fold-pad puts
// zeros around an image into the convolution that reads them.
#include "firmware/kernels/pad/pad.h"

#include <cstring>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxPadding = 1 << 24;

struct Mode {
  const char* name;
  er_pad_mode_t kernel_mode;
};
constexpr Mode kModes[] = {{"constant", ER_PAD_CONSTANT},
                           {"reflect", ER_PAD_REFLECT},
                           {"symmetric", ER_PAD_SYMMETRIC},
                           {"edge", ER_PAD_EDGE},
                           {"wrap", ER_PAD_WRAP}};

absl::StatusOr<er_pad_mode_t> ModeOf(const Node& node) {
  const std::string name = node.Text("mode", "constant");
  for (const Mode& mode : kModes) {
    if (name == mode.name) return mode.kernel_mode;
  }
  return Refuse(
      "UNSUPPORTED_ATTRIBUTE",
      "mode is " + name +
          "; supported are constant, reflect, symmetric, edge, wrap. Pad with one of these");
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  Shape shape = In(graph, node, 0).shape;
  const std::vector<int64_t> pads = node.Ints("pads");
  if (pads.size() != 2 * shape.size()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "pads has " + std::to_string(pads.size()) + " numbers for shape " +
                      ShapeText(shape) +
                      "; supported are two for each dimension. Export the model "
                      "again");
  }
  for (int64_t pad : pads) {
    if (pad < -kMaxPadding || pad > kMaxPadding) {
      return Refuse("UNSUPPORTED_ATTRIBUTE", "pads holds " + std::to_string(pad) +
                                                 "; supported are -2^24 to 2^24. Pad less");
    }
  }
  for (size_t d = 0; d < shape.size(); ++d) {
    const int64_t padded = shape[d] + pads[2 * d] + pads[2 * d + 1];
    if (padded < 1 || padded > INT32_MAX) {
      return Refuse("UNSUPPORTED_SHAPE", "the padded dimension " + std::to_string(d) + " has " +
                                             std::to_string(padded) +
                                             " elements; supported are at least 1. Cut off less");
    }
    shape[d] = static_cast<int32_t>(padded);
  }
  return OneOutput(In(graph, node, 0).dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(ModeOf(node).status());
  ER_RETURN_IF_ERROR(RequireMovable(x, Out(graph, node)));
  if (!HasInput(node, 1)) return absl::OkStatus();
  const Tensor& value = In(graph, node, 1);
  if (value.dtype != x.dtype || value.elements() != 1) {
    return Refuse("UNSUPPORTED_TYPE", "the padding value '" + value.name + "' is " +
                                          DTypeName(value.dtype) + " " + ShapeText(value.shape) +
                                          "; supported is one " + DTypeName(x.dtype) +
                                          ". Export the model again");
  }
  return value.quantization.quantized() ? RequireMovable(value, Out(graph, node))
                                        : absl::OkStatus();
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  const std::vector<int64_t> pads = node.Ints("pads");
  er_pad_params_t p = {};
  p.element_bytes = static_cast<int32_t>(DTypeBytes(x.dtype));
  ER_ASSIGN_OR_RETURN(p.mode, ModeOf(node));
  // Of the kernel's six dimensions the last ones count.
  for (size_t i = 0; i < ER_PAD_DIMS; ++i) p.in_dims[i] = p.out_dims[i] = 1;
  const size_t skipped = ER_PAD_DIMS - x.shape.size();
  for (size_t d = 0; d < x.shape.size(); ++d) {
    p.in_dims[skipped + d] = x.shape[d];
    p.out_dims[skipped + d] = y.shape[d];
    p.before[skipped + d] = static_cast<int32_t>(pads[2 * d]);
  }
  if (x.quantization.quantized()) {
    // Little-endian: the low bytes are the element.
    const int64_t zero = x.quantization.zero_points[0];
    std::memcpy(p.fill, &zero, sizeof p.fill);
  }
  LoweredOp lowered;
  lowered.kernel_op = "pad";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[0], HasInput(node, 1) ? node.inputs[1] : kNoTensor};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& PadOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "pad";
    d.summary = "elements around a tensor; zeros are folded into the convolution behind them";
    d.types = AllTypes();
    d.limits = {"paddings are known when compiling"};
    d.attributes = {{"pads", AttributeSpec::Kind::kInts, true},
                    {"mode", AttributeSpec::Kind::kText, false}};
    d.min_inputs = 1;
    d.max_inputs = 2;
    d.kernels = {"pad"};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
