// max_pool2d(x), avg_pool2d(x), lp_pool2d(x): NHWC; max_pool3d, avg_pool3d: NDHWC. Padding counts
// only in an average with count_include_pad.
#include "firmware/kernels/pool2d/pool2d.h"

#include <algorithm>

#include "firmware/kernels/pool_nd/pool_nd.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/window.h"
#include "server/compiler/ops/window3.h"

namespace edgerack::compiler {
namespace {

bool IsLp(const Node& node) { return node.op.rfind("lp_", 0) == 0; }
bool IsMax(const Node& node) { return node.op.rfind("max_", 0) == 0; }
size_t Rank(const Node& node) { return node.op.find("3d") == std::string::npos ? 4 : 5; }

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Window3 w, ReadWindow3(node, {1, 1, 1}));
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireRank(x, Rank(node)));
  ER_ASSIGN_OR_RETURN(const Directions out,
                      WindowOutput3(SpatialDims(x.shape), w, node.Int("ceil_mode") != 0));
  return OneOutput(x.dtype, WithSpatialDims(x.shape, out, x.shape.back()));
}

absl::Status VerifyLp(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  if (x.dtype != DType::kF32) {
    return Refuse("UNSUPPORTED_TYPE", "tensor '" + x.name + "' is " + DTypeName(x.dtype) +
                                          "; supported is float32 for this pooling. Keep the "
                                          "layer in float32");
  }
  const int64_t p = node.Int("p", 2);
  if (p == 1 || p == 2) return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "p is " + std::to_string(p) + "; supported are 1 and 2. Use p = 2");
}

// True where the kernels pool2d can do it.
bool IsPlain(const Node& node, const Window3& w) {
  return Rank(node) == 4 && !IsLp(node) && w.dilation == Directions{1, 1, 1} &&
         node.Int("count_include_pad") == 0;
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(
      RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, Int16::kTaken));
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  if (IsLp(node)) ER_RETURN_IF_ERROR(VerifyLp(graph, node));
  ER_ASSIGN_OR_RETURN(const Window3 w, ReadWindow3(node, {1, 1, 1}));
  if (In(graph, node, 0).dtype == DType::kS16 && !IsPlain(node, w)) {
    return Refuse("UNSUPPORTED_TYPE",
                  "pooling of int16 with dilation, in 3-D or counting its padding; supported are "
                  "int8 and float32. Convert this layer to one of them");
  }
  for (size_t d = 0; d < 3; ++d) {
    if (w.before[d] >= Covered(w, d) || w.after[d] >= Covered(w, d)) {
      return Refuse(
          "UNSUPPORTED_ATTRIBUTE",
          "the padding is as large as the pooling window, which leaves outputs without any "
          "input; supported is less padding. Pad in a layer of its own");
    }
  }
  return RequireSameQuantization(In(graph, node, 0), Out(graph, node));
}

int64_t MaccSt(const Graph& graph, const Node& node) {
  return Out(graph, node).elements() * node.Int("kernel_d", 1) * node.Int("kernel_h") *
         node.Int("kernel_w");
}

er_pool_nd_kind_t Kind(const Node& node) {
  if (IsMax(node)) return ER_POOL_MAX;
  if (!IsLp(node)) return ER_POOL_AVERAGE;
  if (node.Int("mean") != 0) return ER_POOL_ROOT_MEAN_SQUARE;
  return node.Int("p", 2) == 1 ? ER_POOL_L1 : ER_POOL_L2;
}

er_pool2d_shape_t PlainShape(const Shape& x, const Shape& y, const Window3& w) {
  er_pool2d_shape_t s = {};
  s.batch = x[0];
  s.in_h = x[1];
  s.in_w = x[2];
  s.channels = x[3];
  s.out_h = y[1];
  s.out_w = y[2];
  s.kernel_h = w.kernel[1];
  s.kernel_w = w.kernel[2];
  s.stride_h = w.stride[1];
  s.stride_w = w.stride[2];
  s.pad_top = w.before[1];
  s.pad_left = w.before[2];
  return s;
}

er_pool_nd_shape_t GeneralShape(const Node& node, const Shape& x, const Shape& y,
                                const Window3& w) {
  er_pool_nd_shape_t s = {};
  s.batch = x[0];
  s.channels = x.back();
  s.kind = Kind(node);
  s.count_padding = node.Int("count_include_pad") != 0;
  const Directions in = SpatialDims(x);
  const Directions out = SpatialDims(y);
  std::copy(in.begin(), in.end(), s.in);
  std::copy(out.begin(), out.end(), s.out);
  std::copy(w.kernel.begin(), w.kernel.end(), s.kernel);
  std::copy(w.stride.begin(), w.stride.end(), s.stride);
  std::copy(w.dilation.begin(), w.dilation.end(), s.dilation);
  std::copy(w.before.begin(), w.before.end(), s.before);
  std::copy(w.after.begin(), w.after.end(), s.after);
  return s;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Window3 w, ReadWindow3(node, {1, 1, 1}));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  const bool plain = IsPlain(node, w);
  LoweredOp lowered;
  lowered.kernel_op = plain ? node.op : "pool_nd";
  lowered.kernel_type = KernelType(x.dtype);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = plain ? ParamsBytes(er_pool2d_f32_params_t{PlainShape(x.shape, y.shape, w),
                                                                range.min, range.max})
                           : ParamsBytes(er_pool_nd_f32_params_t{
                                 GeneralShape(node, x.shape, y.shape, w), range.min, range.max});
    return lowered;
  }
  const IntegerRange range = QuantizedRange(activation, y);
  lowered.params = plain ? ParamsBytes(er_pool2d_s8_params_t{PlainShape(x.shape, y.shape, w),
                                                             range.min, range.max})
                         : ParamsBytes(er_pool_nd_s8_params_t{
                               GeneralShape(node, x.shape, y.shape, w),
                               y.quantization.zero_points[0], range.min, range.max});
  return lowered;
}

OpDef PoolOp(const char* name, const char* summary, std::vector<const char*> kernels) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"int8", "int16", "float32"};
  d.limits = {"int8 and int16 input and output have the same scale and zero point",
              "int16 without dilation and count_include_pad", "padding is smaller than the window"};
  d.attributes = WindowAttributes(true, true);
  d.attributes.push_back({"ceil_mode", AttributeSpec::Kind::kInt, false});
  d.kernels = std::move(kernels);
  d.verify = Verify;
  d.infer = Infer;
  d.macc_st = MaccSt;
  d.lower = Lower;
  return d;
}

void AddDepth(OpDef& d) {
  const std::vector<AttributeSpec> depth = DepthAttributes(true);
  d.attributes.insert(d.attributes.end(), depth.begin(), depth.end());
}

}  // namespace

const OpDef& MaxPool2dOp() {
  static const OpDef op =
      PoolOp("max_pool2d", "maximum over a window, with fused clamp", {"max_pool2d", "pool_nd"});
  return op;
}

const OpDef& MaxPool3dOp() {
  static const OpDef op = [] {
    OpDef d = PoolOp("max_pool3d", "maximum over a 3-D window, NDHWC", {"pool_nd"});
    d.types = {"int8", "float32"};
    AddDepth(d);
    return d;
  }();
  return op;
}

const OpDef& AvgPool2dOp() {
  static const OpDef op = [] {
    OpDef d =
        PoolOp("avg_pool2d", "average over a window, with fused clamp", {"avg_pool2d", "pool_nd"});
    d.attributes.push_back({"count_include_pad", AttributeSpec::Kind::kInt, false});
    return d;
  }();
  return op;
}

const OpDef& AvgPool3dOp() {
  static const OpDef op = [] {
    OpDef d = PoolOp("avg_pool3d", "average over a 3-D window, NDHWC", {"pool_nd"});
    d.types = {"int8", "float32"};
    d.attributes.push_back({"count_include_pad", AttributeSpec::Kind::kInt, false});
    AddDepth(d);
    return d;
  }();
  return op;
}

const OpDef& LpPool2dOp() {
  static const OpDef op = [] {
    OpDef d = PoolOp("lp_pool2d", "the window's p-norm, or the root of its mean square (mean = 1)",
                     {"pool_nd"});
    d.types = {"float32"};
    d.limits = {"p is 1 or 2", "padding is smaller than the window"};
    d.attributes.push_back({"p", AttributeSpec::Kind::kInt, false});
    d.attributes.push_back({"mean", AttributeSpec::Kind::kInt, false});
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
