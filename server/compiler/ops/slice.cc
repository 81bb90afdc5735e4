// slice(x) {begin, end, steps, axes}: x[begin:end:step] as in Python, of every dimension or of the
// `axes` given; reverse(x) {axes}: the same with step -1
#include <algorithm>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

// What is taken of one dimension.
struct Range {
  int64_t begin = 0;
  int64_t step = 1;
  int64_t count = 0;
};

// Python's rules: negative positions count from the end, then what is outside is limited.
Range Resolve(int64_t begin, int64_t end, int64_t step, int64_t size) {
  const int64_t low = step > 0 ? 0 : -1;
  const int64_t high = step > 0 ? size : size - 1;
  auto place = [&](int64_t at) { return std::clamp(at < 0 ? at + size : at, low, high); };
  const int64_t first = place(begin);
  const int64_t last = place(end);
  const int64_t span = step > 0 ? last - first : first - last;
  const int64_t stride = step > 0 ? step : -step;
  return {first, step, span <= 0 ? 0 : (span - 1) / stride + 1};
}

absl::StatusOr<std::vector<Range>> Ranges(const Graph& graph, const Node& node) {
  const Shape& shape = In(graph, node, 0).shape;
  std::vector<Range> ranges;
  for (int32_t dim : shape) ranges.push_back({0, 1, dim});
  ER_ASSIGN_OR_RETURN(std::vector<size_t> axes, NormalizeAxes(node, shape.size()));
  if (node.op == "reverse") {
    for (size_t d : axes) ranges[d] = {shape[d] - 1, -1, shape[d]};
    return ranges;
  }
  const std::vector<int64_t> begin = node.Ints("begin");
  const std::vector<int64_t> end = node.Ints("end");
  std::vector<int64_t> steps = node.Ints("steps");
  if (steps.empty()) steps.assign(axes.size(), 1);
  if (begin.size() != axes.size() || end.size() != axes.size() || steps.size() != axes.size()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "begin, end and steps differ in length; supported is one value for each of " +
                      std::to_string(axes.size()) + " dimensions. Export the model again");
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t limit = int64_t{1} << 62;  // beyond it, adding a dimension could overflow
    const int64_t step = std::clamp<int64_t>(steps[i], -INT32_MAX, INT32_MAX);
    if (step == 0)
      return Refuse("UNSUPPORTED_ATTRIBUTE",
                    "a slice has step 0; supported are others. Export the model again");
    const Range range = Resolve(std::clamp(begin[i], -limit, limit),
                                std::clamp(end[i], -limit, limit), step, shape[axes[i]]);
    if (range.count == 0) {
      return Refuse("UNSUPPORTED_SHAPE",
                    "the slice " + std::to_string(begin[i]) + ":" + std::to_string(end[i]) + ":" +
                        std::to_string(steps[i]) + " of dimension " + std::to_string(axes[i]) +
                        " (" + std::to_string(shape[axes[i]]) +
                        " elements) is empty; supported are tensors with elements. Export the "
                        "model without it");
    }
    ranges[axes[i]] = range;
  }
  return ranges;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(std::vector<Range> ranges, Ranges(graph, node));
  Shape shape;
  for (const Range& range : ranges) shape.push_back(static_cast<int32_t>(range.count));
  return OneOutput(In(graph, node, 0).dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  return RequireMovable(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(std::vector<Range> ranges, Ranges(graph, node));
  const std::vector<int64_t> in = RowMajorStrides(In(graph, node, 0).shape);
  const std::vector<int64_t> out = RowMajorStrides(Out(graph, node).shape);
  std::vector<CopyLoop> loops;
  int64_t start = 0;
  for (size_t d = 0; d < ranges.size(); ++d) {
    // The step of a single element is never taken and may be beyond an int32.
    const int64_t step = ranges[d].count == 1 ? 1 : ranges[d].step;
    loops.push_back({ranges[d].count, step * in[d], out[d]});
    start += ranges[d].begin * in[d];
  }
  return LowerStridedCopy(graph, node, loops, start, 0);
}

}  // namespace

const OpDef& SliceOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "slice";
    d.summary = "every step-th element from begin to end, per dimension";
    d.types = AllTypes();
    d.limits = {"begin, end and steps are known when compiling", "the result is not empty"};
    d.attributes = {{"begin", AttributeSpec::Kind::kInts, true},
                    {"end", AttributeSpec::Kind::kInts, true},
                    {"steps", AttributeSpec::Kind::kInts, false},
                    {"axes", AttributeSpec::Kind::kInts, false}};
    d.kernels = {"strided_copy"};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

const OpDef& ReverseOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "reverse";
    d.summary = "the elements of the given dimensions in reverse order";
    d.types = AllTypes();
    d.attributes = {{"axes", AttributeSpec::Kind::kInts, true}};
    d.kernels = {"strided_copy"};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
