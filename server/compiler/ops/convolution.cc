#include "server/compiler/ops/convolution.h"

#include <set>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/checks.h"

namespace edgerack::compiler {
namespace {

Tensor Int32Table(const std::string& name, const std::vector<int32_t>& values) {
  Tensor table;
  table.name = name;
  table.dtype = DType::kS32;
  table.shape = {static_cast<int32_t>(values.size())};
  table.data = std::make_shared<const std::string>(BytesOf(values));
  return table;
}

}  // namespace

er_conv2d_shape_t ConvolutionShape(const Graph& graph, const Node& node, const Window& w) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  er_conv2d_shape_t s = {};
  s.batch = x.shape[0];
  s.in_h = x.shape[1];
  s.in_w = x.shape[2];
  s.in_c = x.shape[3];
  s.out_h = y.shape[1];
  s.out_w = y.shape[2];
  s.out_c = y.shape[3];
  s.kernel_h = w.kernel_h;
  s.kernel_w = w.kernel_w;
  s.stride_h = w.stride_h;
  s.stride_w = w.stride_w;
  s.dilation_h = w.dilation_h;
  s.dilation_w = w.dilation_w;
  s.pad_top = w.pad_top;
  s.pad_left = w.pad_left;
  return s;
}

er_channel_sum_s16_t ChannelSumInt16(const Graph& graph, const Node& node, Activation activation) {
  const IntegerRange range = QuantizedRange(activation, Out(graph, node));
  const bool wide = HasInput(node, 2) ? In(graph, node, 2).dtype == DType::kS64
                                      : node.op == "conv2d" || node.op == "depthwise_conv2d";
  return {wide, range.min, range.max};
}

absl::Status AppendMultipliers(const Graph& graph, const Node& node, int32_t channels,
                               bool float_product, LoweredOp& lowered) {
  const float x_scale = In(graph, node, 0).quantization.scales[0];
  const Quantization& w = In(graph, node, 1).quantization;
  const float y_scale = Out(graph, node).quantization.scales[0];
  const bool wide = In(graph, node, 0).dtype == DType::kS16;
  std::vector<int32_t> multipliers, shifts;
  for (int32_t c = 0; c < channels; ++c) {
    const float w_scale = w.per_tensor() ? w.scales[0] : w.scales[static_cast<size_t>(c)];
    const double product = float_product
                               ? static_cast<double>(x_scale * w_scale)
                               : static_cast<double>(x_scale) * static_cast<double>(w_scale);
    const double factor = product / static_cast<double>(y_scale);
    ER_ASSIGN_OR_RETURN(const FixedMultiplier fixed,
                        wide ? WideRescaleFactor(factor, Out(graph, node))
                             : RescaleFactor(factor, Out(graph, node)));
    multipliers.push_back(fixed.multiplier);
    shifts.push_back(fixed.shift);
  }
  const std::string base = In(graph, node, 1).name;
  lowered.inputs.emplace_back(Int32Table(base + ".multiplier", multipliers));
  lowered.inputs.emplace_back(Int32Table(base + ".shift", shifts));
  return absl::OkStatus();
}

void AppendWeightScales(const Graph& graph, const Node& node, int32_t channels,
                        LoweredOp& lowered) {
  const Tensor& w = In(graph, node, 1);
  const Quantization& q = w.quantization;
  const size_t count = static_cast<size_t>(channels);
  const std::vector<float> scales =
      q.per_tensor() ? std::vector<float>(count, q.scales[0]) : q.scales;
  Tensor table;
  table.name = w.name + ".scale";
  table.dtype = DType::kF32;
  table.shape = {channels};
  table.data = std::make_shared<const std::string>(BytesOf(scales));
  lowered.inputs.emplace_back(std::move(table));
}

void AppendWeightOperands(const Node& node, LoweredOp& lowered) {
  lowered.inputs.push_back(node.inputs[0]);
  lowered.inputs.push_back(node.inputs[1]);
  lowered.inputs.push_back(HasInput(node, 2) ? node.inputs[2] : kNoTensor);
}

int64_t BiasElements(const Graph& graph, const Node& node) {
  return HasInput(node, 2) ? In(graph, node, 2).elements() : 0;
}

int ChannelDimension(const std::string& op) {
  if (op == "depthwise_conv2d") return 3;
  static const std::set<std::string> others = {"conv2d", "conv3d", "conv_transpose2d",
                                               "conv_transpose3d", "fully_connected"};
  return others.count(op) != 0 ? 0 : -1;
}

}  // namespace edgerack::compiler
