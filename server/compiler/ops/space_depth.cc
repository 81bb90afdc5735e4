// space_to_depth(x) {block, mode}: blocks of pixels become channels; depth_to_space the way back.
// NHWC. mode DCR (the default): channel (by * block + bx) * c + i; CRD: (i * block + by) * block +
// bx
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

bool ToDepth(const Node& node) { return node.op == "space_to_depth"; }

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireRank(x, 4));
  const int64_t block = node.Int("block");
  if (block < 1 || block > 4096) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", "block is " + std::to_string(block) +
                                               "; supported are 1 to 4096. Export the model again");
  }
  const int32_t b = static_cast<int32_t>(block);
  const Shape& s = x.shape;
  const bool divides = ToDepth(node) ? s[1] % b == 0 && s[2] % b == 0 : s[3] % (b * b) == 0;
  if (!divides) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "shape " + ShapeText(s) + " does not divide into blocks of " + std::to_string(b) +
                      "; supported are shapes that do. Pad the image in the model");
  }
  if (ToDepth(node)) {
    if (int64_t{s[3]} * b * b > INT32_MAX)
      return Refuse("UNSUPPORTED_SHAPE",
                    "it makes over 2^31 - 1 channels; supported are fewer. Feed the model less");
    return OneOutput(x.dtype, {s[0], s[1] / b, s[2] / b, s[3] * b * b});
  }
  if (int64_t{s[1]} * b > INT32_MAX || int64_t{s[2]} * b > INT32_MAX) {
    return Refuse(
        "UNSUPPORTED_SHAPE",
        "its image becomes larger than is supported, 2^31 - 1 in a dimension. Feed the model less");
  }
  return OneOutput(x.dtype, {s[0], s[1] * b, s[2] * b, s[3] / (b * b)});
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const std::string mode = node.Text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "mode is " + mode + "; supported are DCR and CRD. Export the model again");
  }
  return RequireMovable(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  // The image's side of the copy: [n, h, by, w, bx, c] over a large image with few channels.
  const Shape& large = ToDepth(node) ? In(graph, node, 0).shape : Out(graph, node).shape;
  const int64_t block = node.Int("block");
  const int64_t c = large[3];
  const int64_t row = large[2] * c;
  const int64_t rows = large[1] / block;
  const int64_t cols = large[2] / block;
  const int64_t depth = c * block * block;
  const bool dcr = node.Text("mode", "DCR") == "DCR";
  const std::vector<CopyLoop> to_depth = {
      {large[0], large[1] * row, rows * cols * depth},
      {rows, block * row, cols * depth},
      {block, row, dcr ? block * c : block},
      {cols, block * c, depth},
      {block, c, dcr ? c : 1},
      {c, 1, dcr ? 1 : block * block},
  };
  std::vector<CopyLoop> loops = to_depth;
  if (!ToDepth(node)) {
    for (CopyLoop& loop : loops) std::swap(loop.in_stride, loop.out_stride);
  }
  return LowerStridedCopy(graph, node, loops, 0, 0);
}

OpDef BlockOp(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = AllTypes();
  d.attributes = {{"block", AttributeSpec::Kind::kInt, true},
                  {"mode", AttributeSpec::Kind::kText, false}};
  d.kernels = {"strided_copy"};
  d.verify = Verify;
  d.infer = Infer;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& SpaceToDepthOp() {
  static const OpDef op = BlockOp("space_to_depth", "blocks of pixels become channels");
  return op;
}

const OpDef& DepthToSpaceOp() {
  static const OpDef op = BlockOp("depth_to_space", "channels become blocks of pixels");
  return op;
}

}  // namespace edgerack::compiler
