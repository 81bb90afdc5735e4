// Operators that take indices as data: GATHER, GATHER_ND, SCATTER_ND, ONE_HOT, REVERSE_SEQUENCE
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status ImportGather(NodeContext& c) {
  const auto* o = c.op.raw->options_as_GatherOptions();
  c.Append("gather", c.inputs, c.outputs[0],
           {{"axis", int64_t{o == nullptr ? 0 : o->axis()}},
            {"batch_dims", int64_t{o == nullptr ? 0 : o->batch_dims()}}});
  return absl::OkStatus();
}

absl::Status ImportGatherNd(NodeContext& c) {
  c.Append("gather_nd", c.inputs, c.outputs[0]);
  return absl::OkStatus();
}

// Inputs: indices, updates, shape. Adds up what has one place.
absl::Status ImportScatterNd(NodeContext& c) {
  const DType dtype = c.out().dtype;
  const std::string zero(static_cast<size_t>(DTypeBytes(dtype)), '\0');
  const TensorId scalar = c.Constant("zero", dtype, {}, zero, c.out().quantization);
  ER_ASSIGN_OR_RETURN(TensorId zeros, c.Step("expand", {scalar}, "zeros",
                                             {{"shape", ShapeAttribute(c.out().shape)}}));
  c.Append("scatter_nd", {zeros, c.inputs[0], c.inputs[1]}, c.outputs[0],
           {{"reduction", std::string("add")}});
  return absl::OkStatus();
}

// Inputs: indices, depth, on, off.
absl::Status ImportOneHot(NodeContext& c) {
  const auto* o = c.op.raw->options_as_OneHotOptions();
  ER_ASSIGN_OR_RETURN(int64_t depth, c.Integer(1, "depth"));
  std::vector<TensorId> values;  // off, on
  for (size_t i : {3, 2}) {
    ER_ASSIGN_OR_RETURN(TensorId value, c.Step("reshape", {c.inputs[i]}, i == 2 ? "on" : "off",
                                               {{"shape", std::vector<int64_t>{1}}}));
    values.push_back(value);
  }
  ER_ASSIGN_OR_RETURN(TensorId both, c.Step("concat", values, "values", {{"axis", int64_t{0}}}));
  c.Append("one_hot", {c.inputs[0], both}, c.outputs[0],
           {{"depth", depth},
            {"axis", int64_t{o == nullptr ? 0 : o->axis()}},
            {"wrap_negative", int64_t{0}}});
  return absl::OkStatus();
}

absl::Status ImportReverseSequence(NodeContext& c) {
  const auto* o = c.op.raw->options_as_ReverseSequenceOptions();
  if (o == nullptr) return NoOptions("ReverseSequenceOptions");
  c.Append("reverse_sequence", c.inputs, c.outputs[0],
           {{"time_axis", int64_t{o->seq_dim()}}, {"batch_axis", int64_t{o->batch_dim()}}});
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> IndexHandlers() {
  return {{36, "gather", 2, 2, 0, ImportGather},
          {85, "one_hot", 4, 4, 0, ImportOneHot},
          {107, "gather_nd", 2, 2, 0, ImportGatherNd},
          {112, "reverse_sequence", 2, 2, 0, ImportReverseSequence},
          {122, "scatter_nd", 3, 3, 0b100, ImportScatterNd}};
}

}  // namespace edgerack::compiler
