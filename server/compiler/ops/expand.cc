// expand(x) {shape}: numpy broadcasting of x against `shape`; tile(x) {repeats}
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> InferExpand(const Graph& graph, const Node& node) {
  Shape target;
  for (int64_t dim : node.Ints("shape")) {
    if (dim < 1 || dim > INT32_MAX) {
      return Refuse("UNSUPPORTED_SHAPE",
                    "shape holds " + std::to_string(dim) +
                        "; supported are dimensions of 1 to 2^31 - 1. Export the "
                        "model with fixed shapes");
    }
    target.push_back(static_cast<int32_t>(dim));
  }
  ER_ASSIGN_OR_RETURN(Shape shape, BroadcastShapes(In(graph, node, 0).shape, target));
  return OneOutput(In(graph, node, 0).dtype, shape);
}

absl::StatusOr<std::vector<TensorType>> InferTile(const Graph& graph, const Node& node) {
  Shape shape = In(graph, node, 0).shape;
  const std::vector<int64_t> repeats = node.Ints("repeats");
  if (repeats.size() != shape.size()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "repeats has " + std::to_string(repeats.size()) + " numbers for shape " +
                      ShapeText(shape) +
                      "; supported is one for each dimension. Export the model "
                      "again");
  }
  for (size_t d = 0; d < shape.size(); ++d) {
    if (repeats[d] < 1 || repeats[d] > INT32_MAX / shape[d]) {
      return Refuse("UNSUPPORTED_ATTRIBUTE", "dimension " + std::to_string(d) + " is repeated " +
                                                 std::to_string(repeats[d]) +
                                                 " times; supported is at least once. Export the "
                                                 "model again");
    }
    shape[d] *= static_cast<int32_t>(repeats[d]);
  }
  return OneOutput(In(graph, node, 0).dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  return RequireMovable(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> LowerExpand(const Graph& graph, const Node& node) {
  const Shape& x = In(graph, node, 0).shape;
  const Shape& y = Out(graph, node).shape;
  const std::vector<int64_t> in = RowMajorStrides(x);
  const std::vector<int64_t> out = RowMajorStrides(y);
  const size_t added = y.size() - x.size();
  std::vector<CopyLoop> loops;
  for (size_t d = 0; d < y.size(); ++d) {
    const bool repeated = d < added || x[d - added] == 1;
    loops.push_back({y[d], repeated ? 0 : in[d - added], out[d]});
  }
  return LowerStridedCopy(graph, node, loops, 0, 0);
}

absl::StatusOr<LoweredOp> LowerTile(const Graph& graph, const Node& node) {
  const Shape& x = In(graph, node, 0).shape;
  const std::vector<int64_t> repeats = node.Ints("repeats");
  const std::vector<int64_t> in = RowMajorStrides(x);
  const std::vector<int64_t> out = RowMajorStrides(Out(graph, node).shape);
  std::vector<CopyLoop> loops;
  for (size_t d = 0; d < x.size(); ++d) {
    loops.push_back({repeats[d], 0, x[d] * out[d]});
    loops.push_back({x[d], in[d], out[d]});
  }
  return LowerStridedCopy(graph, node, loops, 0, 0);
}

OpDef RepeatingOp(const char* name, const char* summary, const char* attribute) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = AllTypes();
  d.attributes = {{attribute, AttributeSpec::Kind::kInts, true}};
  d.kernels = {"strided_copy"};
  d.verify = Verify;
  return d;
}

}  // namespace

const OpDef& ExpandOp() {
  static const OpDef op = [] {
    OpDef d = RepeatingOp("expand", "dimensions of 1 repeated up to a shape", "shape");
    d.limits = {"the shape is known when compiling"};
    d.infer = InferExpand;
    d.lower = LowerExpand;
    return d;
  }();
  return op;
}

const OpDef& TileOp() {
  static const OpDef op = [] {
    OpDef d = RepeatingOp("tile", "the whole tensor repeated along its dimensions", "repeats");
    d.limits = {"the repeats are known when compiling"};
    d.infer = InferTile;
    d.lower = LowerTile;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
