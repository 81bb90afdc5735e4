// LSTM, GRU and RNN: the graph's operators have ONNX's operands and meaning.
#include <charconv>
#include <map>

#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

struct Activation {
  const char* name;  // the graph's
  bool takes_alpha;
  bool takes_beta;
};

// By ONNX's name in small letters: the standard's own examples differ in capitals.
const std::map<std::string, Activation>& Activations() {
  static const std::map<std::string, Activation> known = {
      {"affine", {"affine", true, true}},
      {"elu", {"elu", true, false}},
      {"hardsigmoid", {"hard_sigmoid", true, true}},
      {"leakyrelu", {"leaky_relu", true, false}},
      {"relu", {"relu", false, false}},
      {"scaledtanh", {"scaled_tanh", true, true}},
      {"sigmoid", {"sigmoid", false, false}},
      {"softplus", {"softplus", false, false}},
      {"softsign", {"softsign", false, false}},
      {"tanh", {"tanh", false, false}},
      {"thresholdedrelu", {"thresholded_relu", true, false}},
  };
  return known;
}

std::string SmallLetters(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string NumberText(double value) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value)).ptr;
  return ":" + std::string(buffer, end);
}

// The graph's list of activations; "" for the operator's defaults. As ONNX Runtime does, each
// activation that has a parameter takes the next of the model's numbers.
std::string ActivationList(OnnxNodeContext& c) {
  const std::vector<std::string> names = c.Texts("activations");
  const std::vector<double> alphas = c.Reals("activation_alpha");
  const std::vector<double> betas = c.Reals("activation_beta");
  size_t alpha = 0;
  size_t beta = 0;
  std::string list;
  for (const std::string& name : names) {
    auto found = Activations().find(SmallLetters(name));
    if (found == Activations().end()) {
      c.FailAttribute("activations", name,
                      "are Affine, Elu, HardSigmoid, LeakyRelu, Relu, ScaledTanh, Sigmoid, "
                      "Softplus, Softsign, Tanh, ThresholdedRelu",
                      "Train the layer with one of these");
      return "";
    }
    const Activation& activation = found->second;
    list += (list.empty() ? "" : " ") + std::string(activation.name);
    const bool has_alpha = activation.takes_alpha && alpha < alphas.size();
    const bool has_beta = activation.takes_beta && beta < betas.size();
    if (has_beta && !has_alpha) {
      c.FailAttribute("activation_beta", "given without activation_alpha", "are both or none",
                      "Export the model again");
      return "";
    }
    if (has_alpha) list += NumberText(alphas[alpha++]);
    if (has_beta) list += NumberText(betas[beta++]);
  }
  return list;
}

Attributes CommonAttributes(OnnxNodeContext& c) {
  Attributes attributes;
  const std::string direction = c.Text("direction", "forward");
  if (direction != "forward") attributes["direction"] = direction;
  if (int64_t layout = c.Int("layout", 0)) attributes["layout"] = layout;
  if (double clip = c.Real("clip", 0)) attributes["clip"] = clip;
  const std::string activations = ActivationList(c);
  if (!activations.empty()) attributes["activations"] = activations;
  c.Ignore("output_sequence");  // before opset 7: whether Y is wanted, which its readers tell
  return attributes;
}

void ImportCell(OnnxNodeContext& c, const char* graph_op, size_t inputs, size_t outputs,
                Attributes attributes) {
  std::vector<TensorId> operands;
  for (size_t i = 0; i < inputs; ++i) operands.push_back(c.Has(i) ? c.In(i) : kNoTensor);
  const int64_t hidden = c.Int("hidden_size", 0);
  if (!c.ok()) return;
  if (operands[2] == kNoTensor || c.Rank(operands[2]) != 3) {
    c.Fail(
        "UNSUPPORTED_SHAPE",
        "its input R has other dimensions than the 3 that are supported. Export the model again");
    return;
  }
  if (hidden != 0 && hidden != c.ShapeOf(operands[2])[2]) {
    c.FailAttribute(
        "hidden_size", std::to_string(hidden),
        "is " + std::to_string(c.ShapeOf(operands[2])[2]) + ", what the recurrent weights have",
        "Export the model again");
    return;
  }
  const auto made = c.EmitMany(graph_op, operands, std::move(attributes), outputs);
  for (size_t i = 0; i < outputs && i < c.output_count(); ++i) c.Output(i, made[i]);
}

}  // namespace

void ImportLstm(OnnxNodeContext& c) {
  Attributes attributes = CommonAttributes(c);
  if (c.Int("input_forget", 0) != 0) attributes["coupling"] = std::string("forget");
  ImportCell(c, "lstm", 8, 3, std::move(attributes));
}

void ImportGru(OnnxNodeContext& c) {
  Attributes attributes = CommonAttributes(c);
  if (c.Int("linear_before_reset", 0) != 0) attributes["linear_before_reset"] = int64_t{1};
  ImportCell(c, "gru", 6, 2, std::move(attributes));
}

void ImportRnn(OnnxNodeContext& c) { ImportCell(c, "rnn", 6, 2, CommonAttributes(c)); }

}  // namespace edgerack::compiler
