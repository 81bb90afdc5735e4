// CONCATENATION, PACK
#include <algorithm>

#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

// A concat takes so many parts; of longer lists the first ones are joined first.
size_t MostParts() { return FindOp("concat")->max_inputs; }

absl::Status Join(NodeContext& c, std::vector<TensorId> parts, int64_t axis) {
  const Attributes attributes = {{"axis", axis}};
  while (parts.size() > MostParts()) {
    const auto end = parts.begin() + static_cast<std::ptrdiff_t>(MostParts());
    ER_ASSIGN_OR_RETURN(TensorId joined,
                        c.Step("concat", {parts.begin(), end}, "joined", attributes));
    parts.erase(parts.begin(), end);
    parts.insert(parts.begin(), joined);
  }
  c.Append("concat", parts, c.outputs[0], attributes);
  return absl::OkStatus();
}

absl::Status ImportConcatenation(NodeContext& c) {
  const auto* o = c.op.raw->options_as_ConcatenationOptions();
  if (o == nullptr) return NoOptions("ConcatenationOptions");
  ER_RETURN_IF_ERROR(RequireNoActivation(o->fused_activation_function()));
  std::vector<TensorId> parts = c.inputs;
  const Quantization wanted = c.out().quantization;
  for (TensorId& part : parts) {
    if (part == kNoTensor) return Refuse("BAD_MODEL_FILE", "one of its parts is absent");
    const Tensor& t = c.graph.tensor(part);
    const bool quantized = t.dtype == DType::kS8 || t.dtype == DType::kS16;
    if (!quantized || t.quantization == wanted) continue;
    const Attributes to = {{"to", std::string(DTypeName(t.dtype))}};
    ER_ASSIGN_OR_RETURN(part, c.Step("requantize", {part}, "rescaled", to));
    c.graph.tensor(part).quantization = wanted;
  }
  return Join(c, std::move(parts), o->axis());
}

absl::Status ImportPack(NodeContext& c) {
  const auto* o = c.op.raw->options_as_PackOptions();
  if (o == nullptr) return NoOptions("PackOptions");
  ER_ASSIGN_OR_RETURN(size_t axis, AxisBelow(o->axis(), c.out().shape.size()));
  std::vector<TensorId> parts;
  for (TensorId id : c.inputs) {
    if (id == kNoTensor) return Refuse("BAD_MODEL_FILE", "one of its parts is absent");
    std::vector<int64_t> shape = ShapeAttribute(c.graph.tensor(id).shape);
    if (axis > shape.size()) return Refuse("BAD_MODEL_FILE", "its axis is beyond its parts");
    shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    ER_ASSIGN_OR_RETURN(TensorId part, c.Step("reshape", {id}, "part", {{"shape", shape}}));
    parts.push_back(part);
  }
  return Join(c, std::move(parts), static_cast<int64_t>(axis));
}

}  // namespace

std::vector<TfliteHandler> JoinHandlers() {
  return {{2, "concat", 1, 64, 0, ImportConcatenation}, {83, "concat", 1, 64, 0, ImportPack}};
}

}  // namespace edgerack::compiler
