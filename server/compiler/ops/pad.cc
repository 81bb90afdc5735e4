// pad(x) {pads = [before, after] of each dimension}: adds real zeros. Pass fold-pad puts it into
// the convolution behind it; there is no kernel of its own.
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  Shape shape = In(graph, node, 0).shape;
  const std::vector<int64_t> pads = node.Ints("pads");
  if (pads.size() != 2 * shape.size()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  std::to_string(pads.size()) + " paddings for shape " + ShapeText(shape));
  }
  for (size_t d = 0; d < shape.size(); ++d) {
    if (pads[2 * d] < 0 || pads[2 * d] > 65535 || pads[2 * d + 1] < 0 || pads[2 * d + 1] > 65535) {
      return Refuse("UNSUPPORTED_ATTRIBUTE", "paddings must be 0 to 65535");
    }
    int64_t padded = shape[d] + pads[2 * d] + pads[2 * d + 1];
    if (padded > INT32_MAX) return Refuse("UNSUPPORTED_SHAPE", "the padded tensor is too large");
    shape[d] = static_cast<int32_t>(padded);
  }
  return OneOutput(In(graph, node, 0).dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}));
  return RequireSameQuantization(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph&, const Node&) {
  return Refuse("UNSUPPORTED_OPERATOR",
                "padding is supported only along height and width and only directly in front of "
                "convolutions, into which it is folded; use the convolution's own padding, or put "
                "the padding there");
}

}  // namespace

const OpDef& PadOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "pad";
    d.summary = "zero padding, folded into the convolution behind it";
    d.types = {"int8", "float32"};
    d.limits = {"height and width only, every reader is a convolution", "the padding is real zero"};
    d.attributes = {{"pads", AttributeSpec::Kind::kInts, true}};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
