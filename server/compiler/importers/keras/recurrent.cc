// LSTM, GRU, SimpleRNN and what wraps them. The graph's operators want gates as rows and keep the
// bias of the input apart from that of the state; Keras keeps gates as columns.
#include "server/compiler/importers/keras/layers.h"

namespace edgerack::compiler::keras {
namespace {

struct Cell {
  const char* op;
  std::vector<size_t> gates;  // for each gate of the graph's order its place in Keras'
};

// Keras: i f c o; the graph: i o f c.
const Cell kLstm = {"lstm", {0, 3, 1, 2}};
// z r h in both.
const Cell kGru = {"gru", {0, 1, 2}};
const Cell kRnn = {"rnn", {0}};

const Cell* CellOf(const std::string& class_name) {
  if (class_name == "LSTM") return &kLstm;
  if (class_name == "GRU") return &kGru;
  if (class_name == "SimpleRNN") return &kRnn;
  return nullptr;
}

// Weights of one direction, ready to stand behind each other with those of the other one.
struct Direction {
  std::vector<float> input, state, bias;
};

// [rows, gates * units] as [gates * units, rows] with the gates in the graph's order.
std::vector<float> Rows(const hdf5::Dataset& kernel, const Cell& cell, size_t units) {
  if (kernel.shape.size() != 2) return {};
  const size_t rows = static_cast<size_t>(kernel.shape[0]);
  const size_t columns = static_cast<size_t>(kernel.shape[1]);
  std::vector<float> out;
  out.reserve(rows * columns);
  for (size_t gate : cell.gates) {
    for (size_t unit = 0; unit < units; ++unit) {
      for (size_t row = 0; row < rows; ++row) {
        out.push_back(kernel.values[row * columns + gate * units + unit]);
      }
    }
  }
  return out;
}

void AppendGates(const float* bias, const Cell& cell, size_t units, std::vector<float>& out) {
  for (size_t gate : cell.gates) {
    out.insert(out.end(), bias + gate * units, bias + (gate + 1) * units);
  }
}

Direction ReadDirection(LayerContext& c, const nlohmann::json& config, const Cell& cell,
                        int64_t inputs, int64_t units) {
  const int64_t columns = static_cast<int64_t>(cell.gates.size()) * units;
  const hdf5::Dataset kernel = c.NextWeight("kernel", {inputs, columns});
  const hdf5::Dataset recurrent = c.NextWeight("recurrent kernel", {units, columns});
  const bool has_bias = BoolOf(config, "use_bias", true);
  const bool two = &cell == &kGru && BoolOf(config, "reset_after", c.keras3());
  hdf5::Dataset bias;
  if (has_bias) {
    bias = c.NextWeight("bias",
                        two ? std::vector<int64_t>{2, columns} : std::vector<int64_t>{columns});
  }
  Direction direction;
  if (!c.ok()) return direction;
  const size_t u = static_cast<size_t>(units);
  direction.input = Rows(kernel, cell, u);
  direction.state = Rows(recurrent, cell, u);
  if (!has_bias) bias.values.assign(static_cast<size_t>(columns), 0.0f);
  AppendGates(bias.values.data(), cell, u, direction.bias);
  if (has_bias && two) {
    AppendGates(bias.values.data() + columns, cell, u, direction.bias);
  } else {
    direction.bias.insert(direction.bias.end(), static_cast<size_t>(columns), 0.0f);
  }
  return direction;
}

// The graph's name of an activation of a cell; fails for others.
std::string Activation(LayerContext& c, const nlohmann::json& config, const char* key,
                       const char* fallback) {
  const std::string name = TextOf(config, key, fallback);
  if (name == "hard_sigmoid") {
    return c.keras3() ? "hard_sigmoid:0.16666667:0.5" : "hard_sigmoid:0.2:0.5";
  }
  for (const char* known : {"sigmoid", "tanh", "relu", "elu", "softsign", "softplus"}) {
    if (name == known) return name;
  }
  if (name == "linear") return "affine:1:0";
  c.FailConfig(key, "'" + name.substr(0, 80) + "'",
               "are sigmoid, hard_sigmoid, tanh, relu, elu, softsign, softplus, linear",
               "Train the layer with one of these");
  return "";
}

Attributes CellAttributes(LayerContext& c, const nlohmann::json& config, const Cell& cell) {
  Attributes attributes = {{"layout", int64_t{1}}};
  const std::string main = Activation(c, config, "activation", "tanh");
  std::string list = main;
  if (&cell != &kRnn) {
    const std::string gate = Activation(c, config, "recurrent_activation", "sigmoid");
    list = gate + " " + main + (&cell == &kLstm ? " " + main : "");
  }
  attributes["activations"] = list;
  if (&cell == &kGru && BoolOf(config, "reset_after", c.keras3())) {
    attributes["linear_before_reset"] = int64_t{1};
  }
  if (BoolOf(config, "stateful", false)) {
    c.FailConfig(
        "stateful", "true", "is false",
        "Make the state an input and an output of the model (initial_state, return_state)");
  }
  if (BoolOf(config, "time_major", false)) {
    c.FailConfig("time_major", "true", "is false", "Put Permute((2, 1)) layers around it");
  }
  return attributes;
}

struct Sequence {
  TensorId all = kNoTensor;   // [batch, steps, directions * units]
  TensorId last = kNoTensor;  // [batch, directions * units]
  TensorId state_h = kNoTensor, state_c = kNoTensor;
};

Sequence Run(LayerContext& c, const nlohmann::json& config, const Cell& cell,
             const std::string& direction) {
  const TensorId x = c.In(0);
  c.RequireRank(x, 3);
  const int64_t units = IntOf(config, "units", 0);
  if (c.ok() && (units < 1 || units > 65535)) {
    c.FailConfig("units", std::to_string(units), "are 1 to 65535", "Save the model again");
  }
  if (!c.ok()) return {};
  const Shape in = c.ShapeOf(x);
  const int32_t directions = direction == "bidirectional" ? 2 : 1;
  const int32_t u = static_cast<int32_t>(units);
  const int32_t rows = static_cast<int32_t>(cell.gates.size()) * u;
  Direction weights = ReadDirection(c, config, cell, in[2], units);
  if (directions == 2) {
    const Direction back = ReadDirection(c, config, cell, in[2], units);
    auto append = [](std::vector<float>& to, const std::vector<float>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(weights.input, back.input);
    append(weights.state, back.state);
    append(weights.bias, back.bias);
  }
  Attributes attributes = CellAttributes(c, config, cell);
  if (direction != "forward") attributes["direction"] = direction;
  if (directions == 2) {
    const std::string one = std::get<std::string>(attributes["activations"]);
    attributes["activations"] = one + " " + one;
  }
  std::vector<TensorId> operands = {
      x, c.Constant("kernel", {directions, rows, in[2]}, weights.input),
      c.Constant("recurrent_kernel", {directions, rows, u}, weights.state),
      c.Constant("bias", {directions, 2 * rows}, weights.bias), kNoTensor};
  // Tensors behind the first input are the initial state.
  for (size_t i = 1; i < c.input_count(); ++i) {
    operands.push_back(c.Reshape(c.In(i), {in[0], directions, u}));
  }
  const size_t outputs = &cell == &kLstm ? 3 : 2;
  const std::vector<TensorId> made = c.EmitMany(cell.op, operands, attributes, outputs);
  Sequence sequence;
  if (!c.ok()) return sequence;
  sequence.all = c.Reshape(made[0], {in[0], in[1], directions * u});
  sequence.last = c.Reshape(made[1], {in[0], directions * u});
  sequence.state_h = sequence.last;
  if (outputs == 3) sequence.state_c = c.Reshape(made[2], {in[0], directions * u});
  return sequence;
}

// A layer that runs backward gives its outputs in the order it made them.
TensorId InOrderOfSteps(LayerContext& c, TensorId all, bool backward) {
  return backward ? c.Emit("reverse", {all}, {{"axes", std::vector<int64_t>{1}}}) : all;
}

void ImportRecurrent(LayerContext& c, const Cell& cell) {
  const bool backward = c.Bool("go_backwards", false);
  const Sequence s = Run(c, c.config(), cell, backward ? "reverse" : "forward");
  if (!c.ok()) return;
  c.Output(c.Bool("return_sequences", false) ? InOrderOfSteps(c, s.all, backward) : s.last);
  if (!c.Bool("return_state", false)) return;
  c.Output(s.state_h);
  if (s.state_c != kNoTensor) c.Output(s.state_c);
}

}  // namespace

void ImportLSTM(LayerContext& c) { ImportRecurrent(c, kLstm); }
void ImportGRU(LayerContext& c) { ImportRecurrent(c, kGru); }
void ImportSimpleRNN(LayerContext& c) { ImportRecurrent(c, kRnn); }

void ImportBidirectional(LayerContext& c) {
  const nlohmann::json layer = c.Member("layer");
  const std::string kind = TextOf(layer, "class_name", "");
  const Cell* cell = CellOf(kind);
  if (cell == nullptr) {
    return c.FailConfig("layer", "'" + kind.substr(0, 80) + "'", "are LSTM, GRU, SimpleRNN",
                        "Use one of these inside it");
  }
  if (c.Text("merge_mode", "") != "concat") {
    return c.FailConfig("merge_mode", c.Member("merge_mode").dump().substr(0, 40), "is \"concat\"",
                        "Use two layers, one with go_backwards, and join them with Add or another "
                        "layer");
  }
  const nlohmann::json config = layer.value("config", nlohmann::json());
  if (BoolOf(config, "return_state", false)) {
    return c.FailConfig("return_state", "true", "is false in a Bidirectional layer",
                        "Use two layers, one with go_backwards");
  }
  const Sequence s = Run(c, config, *cell, "bidirectional");
  c.Output(BoolOf(config, "return_sequences", false) ? s.all : s.last);
}

// A dense layer works on the last dimension as it is; others would be another model per step.
void ImportTimeDistributed(LayerContext& c) {
  const nlohmann::json layer = c.Member("layer");
  const std::string kind = TextOf(layer, "class_name", "");
  if (kind != "Dense") {
    return c.FailConfig("layer", "'" + kind.substr(0, 80) + "'", "is Dense",
                        "Apply other layers to a reshaped input");
  }
  DenseLayer(c, layer.value("config", nlohmann::json()));
}

}  // namespace edgerack::compiler::keras
