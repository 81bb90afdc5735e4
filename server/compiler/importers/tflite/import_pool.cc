// AVERAGE_POOL_2D, MAX_POOL_2D, L2_POOL_2D
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/importers/tflite/window.h"

namespace edgerack::compiler {
namespace {

absl::Status ImportPool(NodeContext& c) {
  const auto* o = c.op.raw->options_as_Pool2DOptions();
  if (o == nullptr) return NoOptions("Pool2DOptions");
  ER_ASSIGN_OR_RETURN(Shape in, FixedShape(c.in(0), 4, "its input"));
  Node& node = c.Append(c.handler.graph_op, c.inputs, c.outputs[0]);
  node.attributes["kernel_h"] = int64_t{o->filter_height()};
  node.attributes["kernel_w"] = int64_t{o->filter_width()};
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow({{"_h", in[1], o->filter_height(), o->stride_h(), 1},
                    {"_w", in[2], o->filter_width(), o->stride_w(), 1}},
                   o->padding(), node);
}

absl::Status ImportL2Pool(NodeContext& c) {
  ER_RETURN_IF_ERROR(ImportPool(c));
  c.graph.nodes.back().attributes["mean"] = int64_t{1};
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> PoolHandlers() {
  return {{1, "avg_pool2d", 1, 1, 0, ImportPool},
          {12, "lp_pool2d", 1, 1, 0, ImportL2Pool},
          {17, "max_pool2d", 1, 1, 0, ImportPool}};
}

}  // namespace edgerack::compiler
