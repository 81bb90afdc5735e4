// reshape(x): the same bytes under another shape; never becomes a kernel
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  Shape shape;
  for (int64_t dim : node.Ints("shape")) {
    if (dim < 1 || dim > INT32_MAX) {
      return Refuse(
          "UNSUPPORTED_SHAPE",
          "target dimension " + std::to_string(dim) +
              "; supported are fixed dimensions of at least 1. Export the model with fixed shapes");
    }
    shape.push_back(static_cast<int32_t>(dim));
  }
  const Tensor& x = In(graph, node, 0);
  if (ElementCount(shape) != x.elements()) {
    return Refuse("SHAPE_MISMATCH",
                  "reshapes " + ShapeText(x.shape) + " to " + ShapeText(shape) +
                      "; supported are shapes of as many elements. Check the shapes of the model");
  }
  return OneOutput(x.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  if (x.dtype != y.dtype) {
    return Refuse("UNSUPPORTED_TYPE", std::string("reshapes ") + DTypeName(x.dtype) + " to " +
                                          DTypeName(y.dtype) +
                                          "; supported is one type. Cast it in the model");
  }
  // Rows of bits begin with a word each: other rows are other bytes.
  if (IsBits(x.dtype) && x.shape.back() != y.shape.back()) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "reshapes bits of shape " + ShapeText(x.shape) + " to " + ShapeText(y.shape) +
                      "; supported is a last dimension that stays. Binarize behind the reshape");
  }
  return RequireSameQuantization(x, y);
}

absl::StatusOr<LoweredOp> Lower(const Graph&, const Node&) {
  return CompilerBug("a reshape reached lowering");
}

}  // namespace

const OpDef& ReshapeOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "reshape";
    d.summary = "another shape for the same bytes; costs nothing";
    d.types = {"int8", "float32", "uint8", "int16", "int32", "int64", "bool", "int1", "uint1"};
    d.limits = {"the target shape is known when compiling"};
    d.attributes = {{"shape", AttributeSpec::Kind::kInts, true}};
    d.alias = true;
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
