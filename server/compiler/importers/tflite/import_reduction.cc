// Many elements to few along dimensions: sums, extrema, their positions, running sums.
#include <algorithm>
#include <set>

#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

// Constant axes, each once, counted from the front.
absl::StatusOr<std::vector<int64_t>> AxesOf(const NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> list, c.Integers(1, "axis"));
  std::set<int64_t> axes;
  for (int64_t axis : list) {
    ER_ASSIGN_OR_RETURN(size_t index, AxisBelow(axis, c.in(0).shape.size()));
    axes.insert(static_cast<int64_t>(index));
  }
  return std::vector<int64_t>(axes.begin(), axes.end());
}

absl::Status ImportReduce(NodeContext& c) {
  const auto* o = c.op.raw->options_as_ReducerOptions();
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> axes, AxesOf(c));
  const Tensor& x = c.in(0);
  const bool sum = std::string(c.handler.fn) == "sum";
  if (sum && x.quantization.quantized() && x.quantization == c.out().quantization) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "its input '" + x.name +
                      "' and its output have one scale, with which TensorFlow "
                      "Lite adds up modulo the range of " +
                      DTypeName(x.dtype) +
                      "; supported is an output with a scale of its own. Convert "
                      "the model again with a current TensorFlow, or use MEAN");
  }
  c.Append("reduce", {c.inputs[0]}, c.outputs[0],
           {{"fn", std::string(c.handler.fn)},
            {"axes", axes},
            {"keepdims", int64_t{o != nullptr && o->keep_dims()}}});
  return absl::OkStatus();
}

// The float mean over height and width is an average pool over the whole image, which has fast
// kernels. TFLite's int8 mean rounds unlike its average pool.
absl::Status ImportMean(NodeContext& c) {
  const Shape in = c.in(0).shape;
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> axes, AxesOf(c));
  const bool image = in.size() == 4 && axes == std::vector<int64_t>{1, 2};
  if (!image || c.in(0).dtype != DType::kF32) return ImportReduce(c);
  const Attributes window = {{"kernel_h", int64_t{in[1]}},
                             {"kernel_w", int64_t{in[2]}},
                             {"stride_h", int64_t{1}},
                             {"stride_w", int64_t{1}}};
  if (c.out().shape == Shape{in[0], 1, 1, in[3]}) {
    c.Append("avg_pool2d", {c.inputs[0]}, c.outputs[0], window);
    return absl::OkStatus();
  }
  ER_ASSIGN_OR_RETURN(TensorId pooled, c.Step("avg_pool2d", {c.inputs[0]}, "pooled", window));
  c.ReshapeTo(pooled);
  return absl::OkStatus();
}

absl::Status ImportArgReduce(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(int64_t axis, c.Integer(1, "axis"));
  c.Append("arg_reduce", {c.inputs[0]}, c.outputs[0],
           {{"fn", std::string(c.handler.fn)},
            {"axis", axis},
            {"keepdims", int64_t{0}},
            {"to", std::string(DTypeName(c.out().dtype))}});
  return absl::OkStatus();
}

absl::Status ImportTopk(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(int64_t k, c.Integer(1, "k"));
  if (c.outputs.size() != 2) {
    return Refuse("BAD_MODEL_FILE", "it has no output for the indices; export the model again");
  }
  Node& node = c.Append("topk", {c.inputs[0]}, c.outputs[0],
                        {{"k", k}, {"to", std::string(DTypeName(c.out(1).dtype))}});
  node.outputs.push_back(c.outputs[1]);
  return absl::OkStatus();
}

absl::Status ImportCumsum(NodeContext& c) {
  const auto* o = c.op.raw->options_as_CumsumOptions();
  ER_ASSIGN_OR_RETURN(int64_t axis, c.Integer(1, "axis"));
  if (c.in(0).quantization.quantized()) {
    return Refuse("UNSUPPORTED_TYPE",
                  "'" + c.in(0).name +
                      "' is quantized; supported are float32, int32 and int64 for "
                      "CUMSUM. Keep this layer in float32");
  }
  c.Append("cumsum", {c.inputs[0]}, c.outputs[0],
           {{"axis", axis},
            {"exclusive", int64_t{o != nullptr && o->exclusive()}},
            {"reverse", int64_t{o != nullptr && o->reverse()}}});
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> ReductionHandlers() {
  return {{40, "reduce", 2, 2, 0, ImportMean, "mean"},
          {48, "topk", 2, 2, 0, ImportTopk, nullptr, 2},
          {56, "arg_reduce", 2, 2, 0, ImportArgReduce, "max"},
          {74, "reduce", 2, 2, 0, ImportReduce, "sum"},
          {79, "arg_reduce", 2, 2, 0, ImportArgReduce, "min"},
          {81, "reduce", 2, 2, 0, ImportReduce, "prod"},
          {82, "reduce", 2, 2, 0, ImportReduce, "max"},
          {89, "reduce", 2, 2, 0, ImportReduce, "min"},
          {91, "reduce", 2, 2, 0, ImportReduce, "any"},
          {128, "cumsum", 2, 2, 0, ImportCumsum},
          {140, "reduce", 2, 2, 0, ImportReduce, "all"}};
}

}  // namespace edgerack::compiler
