#include "server/compiler/app/binary_findings.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/lower/program.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/report/op_types.h"

namespace edgerack::compiler {
namespace {

bool IsBinary(const Graph& graph, const Node& node) {
  return FindOp(node.op)->macs != nullptr && IsBits(graph.tensor(node.inputs[0]).dtype);
}

// Weights of one magnitude per output channel, at least two of them.
bool HasBinaryKernel(const Graph& graph, const Node& node) {
  const int dimension = ChannelDimension(node.op);
  if (dimension < 0) return false;
  const Tensor& w = graph.tensor(node.inputs[1]);
  if (!w.constant() || IsBits(w.dtype)) return false;
  const auto channels = static_cast<size_t>(w.shape[static_cast<size_t>(dimension)]);
  const auto count = static_cast<size_t>(w.elements());
  if (count / channels < 2) return false;
  std::vector<double> magnitude(channels, 0);
  for (size_t i = 0; i < count; ++i) {
    double& known = magnitude[dimension == 0 ? i / (count / channels) : i % channels];
    const double value = std::fabs(ElementAsDouble(w.dtype, *w.data, i));
    if (known == 0) known = value;
    if (value == 0 || value != known) return false;
  }
  return true;
}

// Whether the values are those of bits, seen through what only moves or pads them.
bool ReadsBits(const Graph& graph, TensorId id) {
  for (int n = graph.Producer(id); n >= 0; n = graph.Producer(id)) {
    const Node& node = graph.nodes[static_cast<size_t>(n)];
    if (node.op == "unbinarize") return true;
    if (node.op != "pad" && node.op != "reshape" && node.op != "quantize") return false;
    id = node.inputs[0];
  }
  return false;
}

// The second product of a separable convolution, of bits with the sums of the first.
bool ReadsItsOwnSums(const Graph& graph, const Node& node) {
  const int n = graph.Producer(node.inputs[0]);
  return n >= 0 && graph.nodes[static_cast<size_t>(n)].name == node.name &&
         graph.nodes[static_cast<size_t>(n)].op == "binary_depthwise_conv2d";
}

Finding TellNotBinary(const Graph& graph, const Node& node, int64_t total) {
  const int64_t ops = MaccStOf(graph, node);
  const bool sums = ReadsItsOwnSums(graph, node);
  const bool kernel = HasBinaryKernel(graph, node);
  const bool input = ReadsBits(graph, node.inputs[0]);
  const bool half = kernel || input;
  const char* why = kernel && input ? "both its kernel and its input are 1-bit, but not in a form "
                                      "that a 1-bit kernel takes"
                    : sums   ? "it multiplies the sums of its depthwise step, which are no bits"
                    : kernel ? "its kernel is 1-bit, its input is not"
                    : input  ? "its input is 1-bit, its kernel is not"
                             : "neither its input nor its kernel is 1-bit";
  const bool floats = graph.tensor(node.inputs[0]).dtype == DType::kF32;
  const std::string share =
      absl::StrFormat("%.1f%%", 100.0 * static_cast<double>(ops) /
                                    static_cast<double>(std::max<int64_t>(total, 1)));
  return {"NOT_BINARY", half ? Severity::kWarning : Severity::kInfo, node.name,
          absl::StrCat("computes ", ops, " of the model's ", total, " operations (", share, ") as ",
                       OpTypeOf(graph, node), ": ", why),
          absl::StrCat(sums     ? "use QuantDepthwiseConv2D and a QuantConv2D of 1x1 with an "
                                  "input_quantizer of its own"
                       : kernel ? "give the layer an input_quantizer, e.g. ste_sign"
                       : input  ? "give the layer a kernel_quantizer, e.g. ste_sign"
                                : "first and last layers often have to stay so; elsewhere give the "
                                  "layer an input_quantizer and a kernel_quantizer",
                       floats ? ". --quantize int8 makes it smul_s8_s8 where it stays" : "")};
}

// Outputs along one direction whose window reaches over the input's border.
int64_t Inside(int64_t out, int64_t stride, int64_t before, int64_t reach, int64_t in) {
  int64_t inside = 0;
  for (int64_t o = 0; o < out; ++o) {
    const int64_t at = o * stride - before;
    if (at >= 0 && at + reach < in) ++inside;
  }
  return inside;
}

void TellZeroPadding(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  const Tensor& x = graph.tensor(node.inputs[0]);
  const Shape& y = graph.tensor(node.outputs[0]).shape;
  if (x.dtype != DType::kS1 || node.Int("outside") != 0) return;
  const int64_t kernel_h = node.Int("kernel_h"), kernel_w = node.Int("kernel_w");
  const int64_t inside = Inside(y[1], node.Int("stride_h"), node.Int("pad_top"),
                                (kernel_h - 1) * node.Int("dilation_h", 1), x.shape[1]) *
                         Inside(y[2], node.Int("stride_w"), node.Int("pad_left"),
                                (kernel_w - 1) * node.Int("dilation_w", 1), x.shape[2]);
  const int64_t pixels = int64_t{y[1]} * y[2];
  if (inside == pixels) return;
  const int64_t words = (kernel_h * kernel_w * x.shape[3] + 31) / 32;
  std::string cost;
  if (node.op == "binary_conv2d") {
    cost = absl::StrCat("; that is ", (pixels - inside) * y[3] * words,
                        " words of products with a mask, of ", pixels * y[3] * words);
  }
  findings.push_back(
      {"BINARY_ZERO_PADDING", Severity::kInfo, node.name,
       absl::StrCat("pads with 0, which is neither -1 nor +1: at ", pixels - inside, " of ", pixels,
                    " output positions the products outside are left out, exactly as they count "
                    "in training",
                    cost),
       "train with pad_values=-1 or 1, which are bits and cost nothing"});
}

}  // namespace

void FindBinaryCosts(const Graph& graph, std::vector<Finding>& findings) {
  int64_t total = 0;
  bool binary = false;
  for (const Node& node : graph.nodes) {
    total += MaccStOf(graph, node);
    binary =
        binary || IsBinary(graph, node) || node.op == "unbinarize" || HasBinaryKernel(graph, node);
  }
  if (!binary) return;
  for (const Node& node : graph.nodes) {
    if (FindOp(node.op)->macs == nullptr) continue;
    if (IsBinary(graph, node)) {
      TellZeroPadding(graph, node, findings);
    } else {
      findings.push_back(TellNotBinary(graph, node, total));
    }
  }
}

}  // namespace edgerack::compiler
