// reduce(x) {fn, axes, keepdims}: many elements to one along some dimensions
#include "firmware/kernels/reduce/reduce.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<int32_t> FunctionOf(const Node& node) {
  static const std::map<std::string, int32_t> functions = {
      {"any", ER_REDUCE_max},
      {"all", ER_REDUCE_min},
#define ER_REDUCE(number, name) {#name, number},
#include "firmware/kernels/reduce/functions.inc"
#undef ER_REDUCE
  };
  auto found = functions.find(node.Text("fn"));
  if (found != functions.end()) return found->second;
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "fn is " + node.Text("fn") +
                    "; supported are the functions of firmware/kernels/reduce/functions.inc. Use "
                    "one of these");
}

// All dimensions where the attribute is absent or empty.
absl::StatusOr<std::vector<size_t>> AxesOf(const Node& node, size_t rank) {
  const std::vector<int64_t> axes = node.Ints("axes");
  if (!axes.empty()) return Axes(axes, rank);
  std::vector<size_t> all(rank);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(FunctionOf(node).status());
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(std::vector<size_t> axes, AxesOf(node, x.shape.size()));
  Shape shape;
  for (size_t d = 0; d < x.shape.size(); ++d) {
    const bool reduced = std::find(axes.begin(), axes.end(), d) != axes.end();
    if (!reduced) shape.push_back(x.shape[d]);
    if (reduced && node.Int("keepdims", 1) != 0) shape.push_back(1);
  }
  return OneOutput(x.dtype, std::move(shape));
}

bool IsLogic(const Node& node) { return node.Text("fn") == "any" || node.Text("fn") == "all"; }

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(int32_t function, FunctionOf(node));
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(Elements elements, ElementsOf(x));
  const std::string what = "reduction '" + node.Text("fn") + "'";
  if (IsLogic(node)) {
    return x.dtype == DType::kBool ? absl::OkStatus() : RefuseType(what, x, "bool");
  }
  const bool extremum = function == ER_REDUCE_max || function == ER_REDUCE_min;
  if (x.dtype == DType::kBool && !extremum) return RefuseType(what, x, "numbers");
  if (elements == Elements::kInteger && function >= ER_REDUCE_l2) {
    return RefuseType(what, x, "float32");
  }
  if (elements == Elements::kFloat || elements == Elements::kInteger) return absl::OkStatus();
  if (extremum) return RequireSameQuantization(x, Out(graph, node));
  if (function > ER_REDUCE_mean) {
    return RefuseType(what, x, "float32 and integers; quantized are sum, mean, max and min");
  }
  return elements == Elements::kQuantized16 ? RequireInt16PerTensor(Out(graph, node))
                                            : RequireInt8PerTensor(Out(graph, node));
}

// The output multiplier holds 1 / n of a mean, as TFLite's QuantizedMeanOrSum since 2.11 does.
absl::StatusOr<FixedMultiplier> OutputFactor(const Tensor& x, const Tensor& y, bool mean,
                                             int64_t elements) {
  ER_ASSIGN_OR_RETURN(FixedMultiplier factor,
                      RescaleFactor(static_cast<double>(x.quantization.scales[0]) /
                                        static_cast<double>(y.quantization.scales[0]),
                                    y));
  if (!mean) return factor;
  int shift = 0;
  while ((elements >> (shift + 1)) != 0) ++shift;
  shift = std::min({shift, 32, 31 + factor.shift});
  factor.multiplier =
      static_cast<int32_t>((static_cast<int64_t>(factor.multiplier) << shift) / elements);
  factor.shift -= shift;
  return factor;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(int32_t function, FunctionOf(node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  ER_ASSIGN_OR_RETURN(Elements elements, ElementsOf(x));
  ER_ASSIGN_OR_RETURN(std::vector<size_t> axes, AxesOf(node, x.shape.size()));
  const SplitWalk walks = SplitByAxes(x.shape, axes, {ContiguousStrides(x.shape)});
  LoweredOp lowered;
  lowered.kernel_op = "reduce";
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  const bool quantized = elements == Elements::kQuantized || elements == Elements::kQuantized16;
  if (quantized && function <= ER_REDUCE_mean) {
    ER_ASSIGN_OR_RETURN(const FixedMultiplier factor, OutputFactor(x, y, function == ER_REDUCE_mean,
                                                                   x.elements() / y.elements()));
    lowered.kernel_type = KernelType(x.dtype);
    lowered.params = ParamsBytes(
        er_reduce_s8_params_t{walks.kept, walks.reduced, -x.quantization.zero_points[0],
                              y.quantization.zero_points[0], factor.multiplier, factor.shift});
    return lowered;
  }
  lowered.kernel_type = elements == Elements::kFloat ? "f32" : "int";
  lowered.params = ParamsBytes(
      er_reduce_params_t{walks.kept, walks.reduced, function, static_cast<int32_t>(x.dtype)});
  return lowered;
}

}  // namespace

const OpDef& ReduceOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "reduce";
    d.summary =
        "sum, mean, prod, max, min, l1, l2, sum_square, log_sum, log_sum_exp, any, all "
        "along dimensions (attributes fn, axes, keepdims)";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.limits = {"quantized int8 and int16: sum, mean, max, min (the last two with one scale)",
                "integers: all but l2, log_sum, log_sum_exp; bool: any, all, max, min"};
    d.attributes = {{"fn", AttributeSpec::Kind::kText, true},
                    {"axes", AttributeSpec::Kind::kInts, false},
                    {"keepdims", AttributeSpec::Kind::kInt, false}};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
