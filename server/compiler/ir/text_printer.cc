#include <charconv>

#include "base/sha256.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

// The shortest text that reads back as the same number.
template <typename T>
std::string Number(T value) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char kHex[] = "0123456789abcdef";
      out += "\\x";
      out += kHex[(static_cast<unsigned char>(c) >> 4) & 15];
      out += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

bool Bare(const std::string& name) {
  for (char c : name) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 c == '_' || c == '.' || c == '/';
    if (!plain) return false;
  }
  return !name.empty();
}

std::string Ref(const Graph& graph, TensorId id) {
  if (id == kNoTensor) return "none";
  const std::string& name = graph.tensor(id).name;
  return "%" + (Bare(name) ? name : Quoted(name));
}

template <typename T>
std::string List(const std::vector<T>& values) {
  std::string out = "[";
  for (size_t i = 0; i < values.size(); ++i) out += (i ? ", " : "") + Number(values[i]);
  return out + "]";
}

std::string TypeText(const Tensor& t) {
  std::string out = DTypeName(t.dtype);
  out += "[";
  for (size_t i = 0; i < t.shape.size(); ++i) out += (i ? "," : "") + std::to_string(t.shape[i]);
  out += "]";
  const Quantization& q = t.quantization;
  if (q.per_tensor()) {
    out += " q(" + Number(q.scales[0]) + ", " + Number(q.zero_points[0]) + ")";
  } else if (q.quantized()) {
    out += " q(axis " + std::to_string(q.axis) + ", " + List(q.scales) + ", " +
           List(q.zero_points) + ")";
  }
  return out;
}

std::string Value(const Tensor& t, int64_t inline_elements) {
  if (t.elements() > inline_elements) return "sha256 \"" + Sha256Hex(*t.data) + "\"";
  std::string out = "[";
  const int64_t numbers = t.bytes() / DTypeBytes(t.dtype);
  for (int64_t i = 0; i < numbers; ++i) {
    size_t index = static_cast<size_t>(i);
    out += i ? ", " : "";
    if (t.dtype == DType::kF32) {
      out += Number(LoadElement<float>(*t.data, index));
    } else if (t.dtype == DType::kS64) {
      out += Number(LoadElement<int64_t>(*t.data, index));
    } else if (IsBits(t.dtype)) {
      out += Number(int64_t{LoadElement<uint32_t>(*t.data, index)});
    } else {
      out += Number(static_cast<int64_t>(ElementAsDouble(t.dtype, *t.data, index)));
    }
  }
  return out + "]";
}

std::string AttributeText(const AttributeValue& value) {
  if (const auto* i = std::get_if<int64_t>(&value)) return Number(*i);
  if (const auto* text = std::get_if<std::string>(&value)) return Quoted(*text);
  if (const auto* list = std::get_if<std::vector<int64_t>>(&value)) return List(*list);
  std::string real = Number(std::get<double>(value));
  // A real number keeps a mark, so that it reads back as one.
  return real.find_first_of(".en") == std::string::npos ? real + ".0" : real;
}

std::string NodeText(const Graph& graph, const Node& node) {
  std::string out;
  for (TensorId id : node.outputs) {
    out += (out.empty() ? "" : ", ") + Ref(graph, id);
    if (id != kNoTensor) out += ": " + TypeText(graph.tensor(id));
  }
  out += " = " + node.op + "(";
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    out += (i ? ", " : "") + Ref(graph, node.inputs[i]);
  }
  out += ")";
  if (!node.attributes.empty()) {
    std::string list;
    for (const auto& [key, value] : node.attributes) {
      list += (list.empty() ? "" : ", ") + key + " = " + AttributeText(value);
    }
    out += " {" + list + "}";
  }
  if (!node.name.empty()) out += " " + Quoted(node.name);
  return out;
}

}  // namespace

std::string PrintGraph(const Graph& graph, int64_t inline_elements) {
  std::string out = "graph " + Quoted(graph.name) + " {\n";
  for (TensorId id : graph.inputs) {
    out += "  input " + Ref(graph, id) + ": " + TypeText(graph.tensor(id)) + "\n";
  }
  for (const State& state : graph.states) {
    out +=
        "  state " + Ref(graph, state.tensor) + ": " + TypeText(graph.tensor(state.tensor)) + "\n";
  }
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const Tensor& t = graph.tensors[i];
    if (!t.constant()) continue;
    out += "  const " + Ref(graph, static_cast<TensorId>(i)) + ": " + TypeText(t) + " = " +
           Value(t, inline_elements) + "\n";
  }
  for (const Node& node : graph.nodes) out += "  " + NodeText(graph, node) + "\n";
  for (TensorId id : graph.outputs) out += "  output " + Ref(graph, id) + "\n";
  for (const State& state : graph.states) {
    out += "  next " + Ref(graph, state.tensor) + " = " + Ref(graph, state.next) + "\n";
  }
  return out + "}\n";
}

}  // namespace edgerack::compiler
