#include "server/compiler/passes/bit_source.h"

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

const Node* ProducerOf(const Graph& graph, TensorId id, const char* op) {
  const int n = graph.Producer(id);
  if (n < 0 || graph.nodes[static_cast<size_t>(n)].op != op) return nullptr;
  return &graph.nodes[static_cast<size_t>(n)];
}

// What a pad writes around an image of `dtype` bits, where they can be that or leave it out.
std::optional<int64_t> Outside(const Graph& graph, const Node& pad, DType dtype) {
  if (pad.Text("mode", "constant") != "constant") return std::nullopt;
  if (pad.inputs.size() < 2 || pad.inputs[1] == kNoTensor) return 0;
  const Tensor& t = graph.tensor(pad.inputs[1]);
  if (!t.constant() || t.dtype != DType::kF32) return std::nullopt;
  const float value = LoadElement<float>(*t.data, 0);
  if (value != 0 && value != 1 && (value != -1 || dtype != DType::kS1)) return std::nullopt;
  return static_cast<int64_t>(value);
}

}  // namespace

std::optional<BitSource> BitsBehind(const Graph& graph, TensorId id) {
  BitSource source;
  const Shape& shape = graph.tensor(id).shape;
  id = BehindReshapes(graph, id);
  // Reshapes that led back, as around layers of one spatial dimension.
  if (graph.tensor(id).shape != shape) return std::nullopt;
  const Node* pad = ProducerOf(graph, id, "pad");
  const Node* unbinarize = ProducerOf(graph, pad == nullptr ? id : pad->inputs[0], "unbinarize");
  if (unbinarize == nullptr) return std::nullopt;
  source.bits = unbinarize->inputs[0];
  if (pad == nullptr) return source;
  const auto outside = Outside(graph, *pad, graph.tensor(source.bits).dtype);
  const std::vector<int64_t> pads = pad->Ints("pads");
  if (!outside || pads.size() != 8 || pads[0] != 0 || pads[1] != 0 || pads[6] != 0 ||
      pads[7] != 0) {
    return std::nullopt;
  }
  source.outside = *outside;
  for (size_t i = 0; i < 4; ++i) {
    if (pads[2 + i] < 0 || pads[2 + i] > 65535) return std::nullopt;
    source.pads[i] = pads[2 + i];
  }
  return source;
}

TensorId BehindReshapes(const Graph& graph, TensorId id) {
  const Node* reshape = ProducerOf(graph, id, "reshape");
  for (; reshape != nullptr; reshape = ProducerOf(graph, id, "reshape")) id = reshape->inputs[0];
  return id;
}

}  // namespace edgerack::compiler
