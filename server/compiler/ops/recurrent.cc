#include "server/compiler/ops/recurrent.h"

#include <cmath>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/quantized_lstm.h"

namespace edgerack::compiler {
namespace {

enum Operand : size_t { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kPeepholes };

struct Cell {
  const char* op;
  int32_t gates;
  size_t activations;  // per direction
  const char* default_activations;
  bool has_cell_state;
};

const Cell kLstm = {"lstm", 4, 3, "sigmoid tanh tanh", true};
const Cell kGru = {"gru", 3, 2, "sigmoid tanh", false};
const Cell kRnn = {"rnn", 1, 1, "tanh", false};

const Cell& CellOf(const Node& node) {
  return node.op == kLstm.op ? kLstm : node.op == kGru.op ? kGru : kRnn;
}

absl::Status RequireShape(const Tensor& tensor, const char* what, const Shape& shape) {
  if (tensor.shape == shape) return absl::OkStatus();
  return Refuse("UNSUPPORTED_SHAPE", std::string(what) + " '" + tensor.name + "' has shape " +
                                         ShapeText(tensor.shape) + "; supported is " +
                                         ShapeText(shape) + ". Check the shapes of the model");
}

absl::StatusOr<int32_t> Directions(const Node& node) {
  const std::string direction = node.Text("direction", "forward");
  if (direction == "bidirectional") return 2;
  if (direction == "forward" || direction == "reverse") return 1;
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "direction is '" + direction +
                    "'; supported are forward, reverse, bidirectional. Export the model again");
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Cell& cell = CellOf(node);
  ER_ASSIGN_OR_RETURN(RecurrentSizes sizes, SizesOf(graph, node, cell.gates));
  const DType dtype = In(graph, node, kX).dtype;
  std::vector<TensorType> types = {{dtype, sizes.Sequence()}, {dtype, sizes.State()}};
  const DType cell_dtype = dtype == DType::kS8 ? DType::kS16 : dtype;
  if (cell.has_cell_state) types.push_back({cell_dtype, sizes.State()});
  return types;
}

absl::Status VerifyOptionalOperands(const Graph& graph, const Node& node,
                                    const RecurrentSizes& sizes, const Cell& cell) {
  const int32_t rows = cell.gates * sizes.hidden;
  struct Expected {
    size_t operand;
    const char* what;
    Shape shape;
  };
  const Expected list[] = {{kB, "bias", {sizes.directions, 2 * rows}},
                           {kLengths, "sequence lengths", {sizes.batch}},
                           {kInitialH, "initial state", sizes.State()},
                           {kInitialC, "initial cell state", sizes.State()},
                           {kPeepholes, "peephole weights", {sizes.directions, 3 * sizes.hidden}}};
  for (const Expected& e : list) {
    if (!HasInput(node, e.operand)) continue;
    const Tensor& t = In(graph, node, e.operand);
    ER_RETURN_IF_ERROR(RequireShape(t, e.what, e.shape));
    const bool quantized = In(graph, node, kX).dtype == DType::kS8;
    const DType wanted = e.operand == kLengths ? DType::kS32 : DType::kF32;
    if (t.dtype == wanted || quantized) continue;
    return Refuse("UNSUPPORTED_TYPE", std::string(e.what) + " '" + t.name + "' is " +
                                          DTypeName(t.dtype) + "; supported is " +
                                          std::string(DTypeName(wanted)) +
                                          ". Export the model again");
  }
  return absl::OkStatus();
}

absl::Status VerifyBound(const Node& node, const char* attribute) {
  const double bound = node.Real(attribute, 0.0);
  if (std::isfinite(bound) && bound >= 0) return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                std::string(attribute) + " is " + std::to_string(bound) +
                    "; supported are numbers of at least 0 (0: none). Export the model again");
}

bool IsQuantized(const Graph& graph, const Node& node) {
  return CellOf(node).has_cell_state && In(graph, node, kX).dtype == DType::kS8;
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Cell& cell = CellOf(node);
  ER_ASSIGN_OR_RETURN(RecurrentSizes sizes, SizesOf(graph, node, cell.gates));
  ER_RETURN_IF_ERROR(VerifyOptionalOperands(graph, node, sizes, cell));
  ER_RETURN_IF_ERROR(VerifyBound(node, "cell_clip"));
  if (IsQuantized(graph, node)) return VerifyQuantizedLstm(graph, node, sizes);
  for (size_t operand : {kX, kW, kR}) {
    const Tensor& t = In(graph, node, operand);
    if (t.dtype == DType::kF32) continue;
    return Refuse("UNSUPPORTED_TYPE", "tensor '" + t.name + "' is " + DTypeName(t.dtype) +
                                          "; supported is float32 for " + node.op +
                                          ". Export the model in float32");
  }
  ER_RETURN_IF_ERROR(VerifyBound(node, "clip"));
  const std::string coupling = node.Text("coupling", "none");
  if (coupling != "none" && coupling != "forget" && coupling != "input") {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "coupling is '" + coupling +
                      "'; supported are none, forget, input. Export the model again");
  }
  er_recurrent_f32_params_t params = {};
  return ReadActivations(node, cell.default_activations, sizes.directions, cell.activations,
                         params);
}

int64_t Macs(const Graph& graph, const Node& node) {
  const Tensor& w = In(graph, node, kW);
  const Tensor& r = In(graph, node, kR);
  const Tensor& x = In(graph, node, kX);
  return (w.elements() + r.elements()) * x.shape[0] * x.shape[1];
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Cell& cell = CellOf(node);
  ER_ASSIGN_OR_RETURN(RecurrentSizes sizes, SizesOf(graph, node, cell.gates));
  if (IsQuantized(graph, node)) return LowerQuantizedLstm(graph, node, sizes);
  LoweredOp lowered;
  lowered.kernel_op = cell.op;
  lowered.kernel_type = "f32";
  const size_t inputs = cell.has_cell_state ? 8 : 6;
  for (size_t i = 0; i < inputs; ++i) {
    lowered.inputs.push_back(HasInput(node, i) ? node.inputs[i] : kNoTensor);
  }
  lowered.outputs = node.outputs;
  lowered.outputs.resize(cell.has_cell_state ? 3 : 2, kNoTensor);
  er_recurrent_f32_params_t p = {};
  p.steps = sizes.steps;
  p.batch = sizes.batch;
  p.inputs = sizes.inputs;
  p.hidden = sizes.hidden;
  p.directions = sizes.directions;
  p.backward = node.Text("direction", "forward") == "reverse";
  p.batch_major = sizes.batch_major;
  const std::string coupling = node.Text("coupling", "none");
  p.coupling = coupling == "forget"  ? ER_COUPLING_FORGET
               : coupling == "input" ? ER_COUPLING_INPUT
                                     : ER_COUPLING_NONE;
  p.reset_after = node.Int("linear_before_reset") != 0;
  for (size_t i = 1; i < lowered.outputs.size(); ++i) {
    p.kept_states += lowered.outputs[i] == kNoTensor;
  }
  p.clip = static_cast<float>(node.Real("clip", 0.0));
  p.cell_clip = static_cast<float>(node.Real("cell_clip", 0.0));
  ER_RETURN_IF_ERROR(
      ReadActivations(node, cell.default_activations, sizes.directions, cell.activations, p));
  lowered.params = ParamsBytes(p);
  return lowered;
}

OpDef Define(const Cell& cell, const char* summary) {
  OpDef d;
  d.name = cell.op;
  d.summary = summary;
  d.types = {"float32"};
  d.attributes = {{"direction", AttributeSpec::Kind::kText, false},
                  {"layout", AttributeSpec::Kind::kInt, false},
                  {"activations", AttributeSpec::Kind::kText, false},
                  {"clip", AttributeSpec::Kind::kReal, false}};
  d.min_inputs = 3;
  d.max_inputs = cell.has_cell_state ? 8 : 6;
  d.min_outputs = 0;
  d.max_outputs = cell.has_cell_state ? 3 : 2;
  d.overwrites = {{1, kInitialH}};
  if (cell.has_cell_state) d.overwrites.emplace_back(2, kInitialC);
  d.verify = Verify;
  d.infer = Infer;
  d.macs = Macs;
  d.macc_st = Macs;
  d.lower = Lower;
  return d;
}

}  // namespace

Shape RecurrentSizes::Sequence() const {
  if (batch_major) return {batch, steps, directions, hidden};
  return {steps, directions, batch, hidden};
}

Shape RecurrentSizes::State() const {
  if (batch_major) return {batch, directions, hidden};
  return {directions, batch, hidden};
}

absl::StatusOr<RecurrentSizes> SizesOf(const Graph& graph, const Node& node, int32_t gates) {
  const Tensor& x = In(graph, node, kX);
  const Tensor& w = In(graph, node, kW);
  const Tensor& r = In(graph, node, kR);
  for (const Tensor* t : {&x, &w, &r}) ER_RETURN_IF_ERROR(RequireRank(*t, 3));
  const int64_t layout = node.Int("layout");
  if (layout != 0 && layout != 1) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", "layout is " + std::to_string(layout) +
                                               "; supported are 0 and 1. Export the model again");
  }
  RecurrentSizes sizes = {};
  sizes.batch_major = layout == 1;
  sizes.steps = x.shape[sizes.batch_major ? 1 : 0];
  sizes.batch = x.shape[sizes.batch_major ? 0 : 1];
  sizes.inputs = x.shape[2];
  sizes.hidden = r.shape[2];
  ER_ASSIGN_OR_RETURN(sizes.directions, Directions(node));
  const int64_t rows = int64_t{gates} * sizes.hidden;
  if (sizes.hidden < 1 || rows > (1 << 24)) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "hidden size " + std::to_string(sizes.hidden) +
                      "; supported is what a board could hold. Make the layer smaller");
  }
  const int32_t rows32 = static_cast<int32_t>(rows);
  ER_RETURN_IF_ERROR(RequireShape(w, "input weights", {sizes.directions, rows32, sizes.inputs}));
  ER_RETURN_IF_ERROR(
      RequireShape(r, "recurrent weights", {sizes.directions, rows32, sizes.hidden}));
  return sizes;
}

const OpDef& LstmOp() {
  static const OpDef op = [] {
    OpDef d = Define(kLstm, "long short-term memory over a sequence, one or both directions");
    d.attributes.push_back({"coupling", AttributeSpec::Kind::kText, false});
    d.attributes.push_back({"cell_clip", AttributeSpec::Kind::kReal, false});
    d.attributes.push_back({"cell_integer_bits", AttributeSpec::Kind::kInt, false});
    d.attributes.push_back({"hidden_scale", AttributeSpec::Kind::kReal, false});
    d.attributes.push_back({"hidden_zero_point", AttributeSpec::Kind::kInt, false});
    d.types = {"float32", "int8"};
    d.limits = {"int8 as TFLite's integer LSTM: forward, int16 cell state, no peepholes"};
    return d;
  }();
  return op;
}

const OpDef& GruOp() {
  static const OpDef op = [] {
    OpDef d = Define(kGru, "gated recurrent unit over a sequence, one or both directions");
    d.attributes.push_back({"linear_before_reset", AttributeSpec::Kind::kInt, false});
    return d;
  }();
  return op;
}

const OpDef& RnnOp() {
  static const OpDef op = [] {
    return Define(kRnn, "simple recurrent layer over a sequence, one or both directions");
  }();
  return op;
}

}  // namespace edgerack::compiler
