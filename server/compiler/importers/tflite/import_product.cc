// FULLY_CONNECTED, BATCH_MATMUL
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/importers/tflite/hybrid.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status ImportFullyConnected(NodeContext& c) {
  const auto* o = c.op.raw->options_as_FullyConnectedOptions();
  if (o == nullptr) return NoOptions("FullyConnectedOptions");
  if (o->weights_format() != 0) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", "weights_format is " +
                                               std::to_string(o->weights_format()) +
                                               " (shuffled); supported is DEFAULT (0). Convert "
                                               "the model again without shuffled weights");
  }
  Node& node = c.Append("fully_connected", c.inputs, c.outputs[0]);
  if (IsHybrid(c) && o->asymmetric_quantize_inputs()) {
    node.attributes["asymmetric_inputs"] = int64_t{1};
  }
  if (o->keep_num_dims()) node.attributes["keep_dims"] = int64_t{1};
  return SetActivation(o->fused_activation_function(), node);
}

absl::Status ImportBatchMatmul(NodeContext& c) {
  const auto* o = c.op.raw->options_as_BatchMatMulOptions();
  if (o == nullptr) return NoOptions("BatchMatMulOptions");
  if (c.in(0).dtype != c.in(1).dtype) {
    return Refuse("HYBRID_MODEL", std::string("its operands are ") + DTypeName(c.in(0).dtype) +
                                      " and " + DTypeName(c.in(1).dtype) +
                                      "; supported are both float32 or both int8. Convert the "
                                      "model without dynamic range quantization");
  }
  c.Append("matmul", c.inputs, c.outputs[0],
           {{"transpose_a", int64_t{o->adj_x()}}, {"transpose_b", int64_t{o->adj_y()}}});
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> ProductHandlers() {
  return {{9, "fully_connected", 2, 3, 0, ImportFullyConnected},
          {126, "matmul", 2, 2, 0, ImportBatchMatmul}};
}

}  // namespace edgerack::compiler
