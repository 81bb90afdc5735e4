// conv_pool(x[1,h,w,c], weights, bias[o] or none), depthwise_pool: the attributes of the
// convolution, its clamp as conv_act, and those of the pooling with "pool_" before them, whose
// clamp is act
#include "server/compiler/ops/conv_pool.h"

#include "firmware/kernels/depthwise_pool/depthwise_pool.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/window.h"

namespace edgerack::compiler {
namespace {

constexpr char kPoolPrefix[] = "pool_";
constexpr size_t kPoolPrefixLength = sizeof kPoolPrefix - 1;
static_assert(sizeof(er_conv_pool_s8_params_t) == sizeof(er_conv2d_s8_params_t) +
                                                      sizeof(er_pool2d_s8_params_t) +
                                                      sizeof(er_conv_pool_bands_t));
static_assert(sizeof(er_depthwise_pool_s8_params_t) == sizeof(er_depthwise_conv2d_s8_params_t) +
                                                           sizeof(er_pool2d_s8_params_t) +
                                                           sizeof(er_conv_pool_bands_t));
static_assert(sizeof(er_depthwise_pool_f32_params_t) == sizeof(er_depthwise_conv2d_f32_params_t) +
                                                            sizeof(er_pool2d_f32_params_t) +
                                                            sizeof(er_conv_pool_bands_t));
static_assert(sizeof(er_conv_pool_f32_params_t) == sizeof(er_conv2d_f32_params_t) +
                                                       sizeof(er_pool2d_f32_params_t) +
                                                       sizeof(er_conv_pool_bands_t));

bool IsConvolution(const std::string& op) { return op == "conv2d" || op == "depthwise_conv2d"; }
bool IsPool(const std::string& op) { return op == "max_pool2d" || op == "avg_pool2d"; }

Node Joined(const Node& conv, const Node& pool) {
  Node node = pool;
  node.op = conv.op == "conv2d" ? "conv_pool" : "depthwise_pool";
  node.inputs = conv.inputs;
  node.fused_from = conv.fused_from;
  node.fused_from.insert(node.fused_from.end(), pool.fused_from.begin(), pool.fused_from.end());
  node.attributes = conv.attributes;
  if (auto act = node.attributes.extract("act")) {
    act.key() = "conv_act";
    node.attributes.insert(std::move(act));
  }
  for (const auto& [key, value] : pool.attributes) {
    node.attributes[key == "act" ? key : kPoolPrefix + key] = value;
  }
  node.attributes["average"] = int64_t{pool.op == "avg_pool2d"};
  node.attributes["band_rows"] = int64_t{1};
  return node;
}

// The two nodes again, in a graph with the tensor between them.
struct Parts {
  Graph graph;
  Node conv, pool;
};

absl::StatusOr<Parts> Split(const Graph& graph, const Node& node) {
  Parts parts = {graph, node, node};
  parts.conv.op = node.op == "conv_pool" ? "conv2d" : "depthwise_conv2d";
  parts.pool.op = node.Int("average") != 0 ? "avg_pool2d" : "max_pool2d";
  parts.conv.attributes.clear();
  parts.pool.attributes.clear();
  for (const auto& [key, value] : node.attributes) {
    if (key == "average" || key == "band_rows") continue;
    if (key.rfind(kPoolPrefix, 0) == 0) {
      parts.pool.attributes[key.substr(kPoolPrefixLength)] = value;
    } else if (key == "act") {
      parts.pool.attributes[key] = value;
    } else {
      parts.conv.attributes[key == "conv_act" ? "act" : key] = value;
    }
  }
  ER_ASSIGN_OR_RETURN(const std::vector<TensorType> types,
                      FindOp(parts.conv.op)->infer(graph, parts.conv));
  Tensor between = graph.tensor(node.inputs[0]);
  between.name = node.name + ".rows";
  between.dtype = types[0].dtype;
  between.shape = types[0].shape;
  // Pooling has one scale and zero point on both sides.
  if (!node.outputs.empty()) between.quantization = graph.tensor(node.outputs[0]).quantization;
  const TensorId id = parts.graph.Add(std::move(between));
  parts.conv.outputs = {id};
  parts.pool.inputs = {id};
  return parts;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Parts parts, Split(graph, node));
  return FindOp(parts.pool.op)->infer(parts.graph, parts.pool);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Parts parts, Split(graph, node));
  ER_RETURN_IF_ERROR(FindOp(parts.conv.op)->verify(parts.graph, parts.conv));
  ER_RETURN_IF_ERROR(FindOp(parts.pool.op)->verify(parts.graph, parts.pool));
  if (In(graph, node, 0).shape[0] == 1 && node.Int("band_rows") > 0) return absl::OkStatus();
  return Refuse("BAD_GRAPH", "rows of one image are made at a time, at least one");
}

int64_t Macs(const Graph& graph, const Node& node) {
  const auto parts = Split(graph, node);
  return parts.ok() ? FindOp(parts->conv.op)->macs(parts->graph, parts->conv) : 0;
}

// The clamp of the convolution is counted here, as a layer's own clamp is elsewhere.
int64_t MaccSt(const Graph& graph, const Node& node) {
  const auto parts = Split(graph, node);
  if (!parts.ok()) return 0;
  const int64_t clamp = parts->conv.Text("act", "none") != "none"
                            ? parts->graph.tensor(parts->conv.outputs[0]).elements()
                            : 0;
  return FindOp(parts->conv.op)->macc_st(parts->graph, parts->conv) + clamp +
         FindOp(parts->pool.op)->macc_st(parts->graph, parts->pool);
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Parts parts, Split(graph, node));
  ER_ASSIGN_OR_RETURN(LoweredOp lowered, FindOp(parts.conv.op)->lower(parts.graph, parts.conv));
  ER_ASSIGN_OR_RETURN(const LoweredOp pool, FindOp(parts.pool.op)->lower(parts.graph, parts.pool));
  if (lowered.kernel_op != parts.conv.op || pool.kernel_op != parts.pool.op ||
      lowered.kernel_type != pool.kernel_type) {
    return Refuse("BAD_GRAPH", "a convolution and a pooling that do not go together");
  }
  lowered.kernel_op = node.op;
  lowered.params +=
      pool.params + ParamsBytes(er_conv_pool_bands_t{static_cast<int32_t>(node.Int("average")),
                                                     static_cast<int32_t>(node.Int("band_rows"))});
  lowered.outputs = node.outputs;
  return lowered;
}

std::vector<AttributeSpec> Attributes() {
  using Kind = AttributeSpec::Kind;
  std::vector<AttributeSpec> specs = WindowAttributes(false, true);
  for (const char* key : {"groups", "asymmetric_inputs", "depth_multiplier", "pool_pad_top",
                          "pool_pad_bottom", "pool_pad_left", "pool_pad_right", "pool_dilation_h",
                          "pool_dilation_w", "pool_ceil_mode", "pool_count_include_pad"}) {
    specs.push_back({key, Kind::kInt, false});
  }
  for (const char* key : {"pool_kernel_h", "pool_kernel_w", "pool_stride_h", "pool_stride_w",
                          "average", "band_rows"}) {
    specs.push_back({key, Kind::kInt, true});
  }
  specs.push_back({"conv_act", Kind::kText, false});
  return specs;
}

// The convolution that the pooling could take in, or -1.
int ConvolutionOf(const Graph& graph, const Node& pool) {
  if (!IsPool(pool.op) || pool.outputs.size() != 1) return -1;
  const TensorId between = pool.inputs[0];
  const int producer = graph.Producer(between);
  if (producer < 0 || graph.IsOutput(between) || graph.Consumers(between).size() != 1) return -1;
  const Node& conv = graph.nodes[static_cast<size_t>(producer)];
  if (!IsConvolution(conv.op)) return -1;
  // All rows at once would be no gain.
  const Shape& rows = graph.tensor(between).shape;
  if (rows[0] != 1 || graph.tensor(pool.outputs[0]).shape[1] < 2) return -1;
  const Node joined = Joined(conv, pool);
  const DType type = graph.tensor(between).dtype;
  if (type != DType::kF32 && type != DType::kS8) return -1;
  return Verify(graph, joined).ok() && Lower(graph, joined).ok() ? producer : -1;
}

}  // namespace

std::vector<std::string> StreamablePools(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) {
    if (ConvolutionOf(graph, node) >= 0) names.push_back(node.name);
  }
  return names;
}

std::vector<std::string> FasterStreamedPools(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) {
    if (ConvolutionOf(graph, node) < 0) continue;
    if (graph.tensor(node.outputs[0]).dtype == DType::kF32) names.push_back(node.name);
  }
  return names;
}

Graph StreamPools(const Graph& graph, const std::vector<std::string>& pools) {
  Graph streamed = graph;
  for (const std::string& name : pools) {
    for (size_t n = 0; n < streamed.nodes.size(); ++n) {
      Node& pool = streamed.nodes[n];
      if (pool.name != name || !IsPool(pool.op)) continue;
      const int conv = ConvolutionOf(streamed, pool);
      if (conv < 0) continue;
      pool = Joined(streamed.nodes[static_cast<size_t>(conv)], pool);
      streamed.nodes.erase(streamed.nodes.begin() + conv);
      break;
    }
  }
  return streamed;
}

namespace {

OpDef PoolingOp(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"int8", "float32"};
  d.limits = {"of one image; what the two take that it is made of, without groups"};
  d.attributes = Attributes();
  d.min_inputs = 2;
  d.max_inputs = 3;
  d.verify = Verify;
  d.infer = Infer;
  d.macs = Macs;
  d.macc_st = MaccSt;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& ConvPoolOp() {
  static const OpDef op =
      PoolingOp("conv_pool",
                "conv2d and the pooling of its output, row by row; the planner makes it of both");
  return op;
}

const OpDef& DepthwisePoolOp() {
  static const OpDef op =
      PoolingOp("depthwise_pool", "the same of depthwise_conv2d and the pooling of its output");
  return op;
}

}  // namespace edgerack::compiler
