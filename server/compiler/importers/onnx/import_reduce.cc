// Reductions, positions of extremes, running sums, and the functions along one dimension.
#include <map>
#include <numeric>

#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

const std::map<std::string, const char*>& Reductions() {
  static const std::map<std::string, const char*> names = {
      {"ReduceSum", "sum"},
      {"ReduceMean", "mean"},
      {"ReduceMax", "max"},
      {"ReduceMin", "min"},
      {"ReduceProd", "prod"},
      {"ReduceL1", "l1"},
      {"ReduceL2", "l2"},
      {"ReduceLogSum", "log_sum"},
      {"ReduceLogSumExp", "log_sum_exp"},
      {"ReduceSumSquare", "sum_square"},
  };
  return names;
}

// Before opset 13 these functions see two dimensions: all before `axis`, and all from it on.
struct Flattened {
  TensorId x = kNoTensor;
  int64_t axis = 0;
  Shape shape;  // of the original
};

Flattened ForFunctionAlongAxis(OnnxNodeContext& c) {
  Flattened f;
  f.x = c.In(0);
  const bool flattens = c.opset() < 13;
  const int64_t given = c.Int("axis", flattens ? 1 : -1);
  if (!c.ok()) return f;
  f.shape = c.ShapeOf(f.x);
  const int64_t rank = c.Rank(f.x);
  if (rank == 0) {
    c.Fail("UNSUPPORTED_SHAPE",
           "its input is a scalar; supported is at least one dimension. Reshape it in the model");
    return f;
  }
  f.axis = c.Axis(given, rank, flattens);
  if (!flattens || f.axis == rank - 1 || !c.ok()) return f;
  Shape two = {1, 1};
  for (size_t d = 0; d < f.shape.size(); ++d) two[d >= static_cast<size_t>(f.axis)] *= f.shape[d];
  f.x = c.Reshape(f.x, two);
  f.axis = 1;
  return f;
}

// The kernels take the last dimension; another one is moved there and back.
template <typename Apply>
TensorId AlongLast(OnnxNodeContext& c, TensorId x, int64_t axis, Apply apply) {
  if (!c.ok()) return kNoTensor;
  const int64_t rank = c.Rank(x);
  if (axis == rank - 1) return apply(x);
  std::vector<int64_t> perm(static_cast<size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  std::swap(perm[static_cast<size_t>(axis)], perm.back());
  return c.Transpose(apply(c.Transpose(x, perm)), perm);
}

void ImportAlongAxis(OnnxNodeContext& c, const char* graph_op) {
  const Flattened f = ForFunctionAlongAxis(c);
  const TensorId y = AlongLast(c, f.x, f.axis, [&](TensorId x) { return c.Emit(graph_op, {x}); });
  if (c.ok()) c.Output(0, c.Reshape(y, f.shape));
}

}  // namespace

void ImportReduce(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const bool keepdims = c.Int("keepdims", 1) != 0;
  const int64_t noop = c.Int("noop_with_empty_axes", 0);
  std::vector<int64_t> axes = c.Ints("axes");
  if (c.Has(1)) axes = c.ConstInts(1, "axes");
  if (!c.ok()) return;
  if (axes.empty() && noop != 0) return c.Output(0, x);
  if (axes.empty()) {
    axes.resize(static_cast<size_t>(c.Rank(x)));
    std::iota(axes.begin(), axes.end(), 0);
  }
  axes = c.Axes(axes, c.Rank(x));
  if (c.ok() && axes.empty()) return c.Output(0, x);  // a scalar
  c.Output(0, c.Reduce(Reductions().at(c.op()), x, axes, keepdims));
}

void ImportArgReduce(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t keepdims = c.Int("keepdims", 1);
  const int64_t last = c.Int("select_last_index", 0);
  const int64_t axis = c.Axis(c.Int("axis", 0), c.Rank(x));
  c.Output(0, c.Emit("arg_reduce", {x},
                     {{"fn", std::string(c.op() == "ArgMax" ? "max" : "min")},
                      {"axis", axis},
                      {"keepdims", keepdims},
                      {"select_last", last},
                      {"to", std::string("int64")}}));
}

void ImportCumSum(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const std::vector<int64_t> axis = c.ConstInts(1, "axis");
  const int64_t exclusive = c.Int("exclusive", 0);
  const int64_t reverse = c.Int("reverse", 0);
  if (!c.ok() || axis.size() != 1) {
    return c.Fail("BAD_MODEL_FILE", "its axis must be one number");
  }
  c.Output(0, c.Emit("cumsum", {x},
                     {{"axis", c.Axis(axis[0], c.Rank(x))},
                      {"exclusive", exclusive},
                      {"reverse", reverse}}));
}

void ImportTopK(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  int64_t k = c.Int("k", 0);
  if (c.opset() >= 10) {
    const std::vector<int64_t> input = c.ConstInts(1, "K");
    k = input.size() == 1 ? input[0] : 0;
  }
  const int64_t largest = c.Int("largest", 1);
  const int64_t sorted = c.Int("sorted", 1);
  const int64_t axis = c.Axis(c.Int("axis", -1), c.Rank(x));
  const std::vector<TensorId> outputs = c.EmitMany(
      "topk", {x}, {{"k", k}, {"axis", axis}, {"largest", largest}, {"sorted", sorted}}, 2);
  c.Output(0, outputs[0]);
  c.Output(1, outputs[1]);
}

void ImportSoftmax(OnnxNodeContext& c) { ImportAlongAxis(c, "softmax"); }
void ImportLogSoftmax(OnnxNodeContext& c) { ImportAlongAxis(c, "log_softmax"); }
void ImportHardmax(OnnxNodeContext& c) { ImportAlongAxis(c, "hardmax"); }

void ImportLpNormalization(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t p = c.Int("p", 2);
  if (p != 1 && p != 2) {
    return c.FailAttribute("p", std::to_string(p), "are 1 and 2", "Normalize with p = 2");
  }
  const int64_t axis = c.Axis(c.Int("axis", -1), c.Rank(x));
  const TensorId norm = c.Reduce(p == 1 ? "l1" : "l2", x, {axis}, true);
  c.Output(0, c.Binary("div", x, norm));
}

}  // namespace edgerack::compiler
