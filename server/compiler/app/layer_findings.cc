#include "server/compiler/app/layer_findings.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace edgerack::compiler {
namespace {

bool IsDepthwise(const Node& node) { return node.op == "depthwise_conv2d"; }
bool IsConvolution(const Node& node) { return node.op == "conv2d" || IsDepthwise(node); }

bool IsScaledInt8(const Tensor& tensor) {
  return tensor.dtype == DType::kS8 && tensor.quantization.per_tensor();
}

// Of each output channel, the largest magnitude of its weights; weights are OHWI, 1HWO of a
// depthwise convolution.
std::vector<int> ChannelPeaks(const Tensor& weights, bool depthwise) {
  const auto channels = static_cast<size_t>(weights.shape[depthwise ? 3 : 0]);
  const std::string& data = *weights.data;
  const size_t per_channel = data.size() / channels;
  std::vector<int> peaks(channels, 0);
  for (size_t i = 0; i < data.size(); ++i) {
    int& peak = peaks[depthwise ? i % channels : i / per_channel];
    peak = std::max(peak, std::abs(static_cast<int>(static_cast<int8_t>(data[i]))));
  }
  return peaks;
}

void FindPerTensorWeights(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  const Tensor& weights = graph.tensor(node.inputs[1]);
  if (!weights.constant() || !IsScaledInt8(weights) ||
      graph.tensor(node.outputs[0]).dtype != DType::kS8) {
    return;
  }
  const std::vector<int> peaks = ChannelPeaks(weights, IsDepthwise(node));
  if (peaks.size() < 2) return;
  const int widest = *std::max_element(peaks.begin(), peaks.end());
  // A channel of zeros loses nothing.
  size_t narrowest = peaks.size();
  for (size_t c = 0; c < peaks.size(); ++c) {
    if (peaks[c] > 0 && (narrowest == peaks.size() || peaks[c] < peaks[narrowest])) narrowest = c;
  }
  if (narrowest == peaks.size()) return;
  const bool loses = peaks[narrowest] * 8 < widest;
  findings.push_back(
      {"PER_TENSOR_WEIGHTS", loses ? Severity::kWarning : Severity::kInfo, node.name,
       absl::StrCat("one weight scale serves ", peaks.size(), " output channels: the weights of ",
                    "channel ", narrowest, " reach ", peaks[narrowest],
                    " steps of it, the largest of the layer ", widest),
       "quantize the weights of convolutions per channel (TFLite's converter does so by default; "
       "ONNX Runtime: per_channel=True)"});
}

bool IsPrime(int32_t n) {
  for (int32_t d = 2; d <= n / d; ++d) {
    if (n % d == 0) return false;
  }
  return n > 1;
}

void FindPrimeChannels(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  const int32_t channels = graph.tensor(node.outputs[0]).shape.back();
  if (channels < kFirstPrimeToTell || !IsPrime(channels)) return;
  const int32_t below = channels / 16 * 16;
  const int32_t half = std::max(16, channels / 32 * 16);
  findings.push_back(
      {"PRIME_CHANNELS", Severity::kInfo, node.name,
       absl::StrCat(channels,
                    " output channels are a prime number, which no width of vectors or tiles "
                    "divides: kernels are left with a remainder, and accelerators such as the "
                    "Neural-ART compute such a layer in software"),
       absl::StrCat("train the layer with ", below, " or ", below + 16,
                    " channels, or split it in two, e.g. of ", half, " and ", channels - half)});
}

void TellWindow(const Node& node, int64_t height, int64_t width, const char* remedy,
                std::vector<Finding>& findings) {
  findings.push_back(
      {"LARGE_WINDOW", Severity::kInfo, node.name,
       absl::StrCat("its window of ", height, "x", width, " reads ", height * width,
                    " positions for each output: time grows with them, and accelerators compute "
                    "windows of this size in pieces or in software"),
       remedy});
}

void FindLargeWindow(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  constexpr char kPoolRemedy[] = "make the image smaller before it, e.g. by a stride of 2";
  if (IsConvolution(node)) {
    const Shape& weights = graph.tensor(node.inputs[1]).shape;
    if (int64_t{weights[1]} * weights[2] >= kLargeKernelTaps) {
      TellWindow(node, weights[1], weights[2],
                 "use several layers of 3x3, which see as much with fewer products", findings);
    }
  } else if (node.op == "max_pool2d" || node.op == "avg_pool2d") {
    const int64_t height = node.Int("kernel_h"), width = node.Int("kernel_w");
    if (height * width >= kLargePoolTaps) TellWindow(node, height, width, kPoolRemedy, findings);
  } else if (node.op == "reduce" && node.Text("fn") == "mean") {
    // What a global average pool of int8 is.
    const Shape& shape = graph.tensor(node.inputs[0]).shape;
    if (shape.size() == 4 && node.Ints("axes") == std::vector<int64_t>{1, 2} &&
        int64_t{shape[1]} * shape[2] >= kLargePoolTaps) {
      TellWindow(node, shape[1], shape[2], kPoolRemedy, findings);
    }
  }
}

void FindScalesThatDiffer(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  const std::string fn = node.op == "binary" ? node.Text("fn") : node.op;
  if (fn != "add" && fn != "sub") return;
  const Tensor& a = graph.tensor(node.inputs[0]);
  const Tensor& b = graph.tensor(node.inputs[1]);
  const Tensor& y = graph.tensor(node.outputs[0]);
  if (a.constant() || b.constant() || !IsScaledInt8(a) || !IsScaledInt8(b) || !IsScaledInt8(y)) {
    return;
  }
  const bool first = a.quantization.scales[0] < b.quantization.scales[0];
  const float small = (first ? a : b).quantization.scales[0];
  const float large = (first ? b : a).quantization.scales[0];
  if (large < kScaleRatioToTell * small) return;
  findings.push_back(
      {"OPERAND_SCALES_DIFFER", Severity::kWarning, node.name,
       absl::StrFormat(
           "the scales of '%s' (%.4g) and '%s' (%.4g) differ by a factor of %.3g: "
           "at the output's scale of %.4g the 256 steps of '%s' become %.0f; the sum is "
           "exact here, but integer units that scale both operands in few bits have "
           "given biased ones",
           a.name, a.quantization.scales[0], b.name, b.quantization.scales[0], large / small,
           y.quantization.scales[0], (first ? a : b).name,
           std::max(1.0f, 256 * small / y.quantization.scales[0])),
       "calibrate again with more samples, or bring both branches to one range (a normalization "
       "before the sum, equalization)"});
}

}  // namespace

void FindCostlyLayers(const Graph& graph, std::vector<Finding>& findings) {
  for (const Node& node : graph.nodes) {
    if (IsConvolution(node)) {
      FindPerTensorWeights(graph, node, findings);
      FindPrimeChannels(graph, node, findings);
    }
    FindLargeWindow(graph, node, findings);
    FindScalesThatDiffer(graph, node, findings);
  }
}

}  // namespace edgerack::compiler
