// Functions of one, two or three elements, and conversions of them.
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/quant/int16_table.h"

namespace edgerack::compiler {
namespace {

absl::Status ImportUnary(NodeContext& c) {
  c.Append("unary", c.inputs, c.outputs[0], {{"fn", std::string(c.handler.fn)}});
  return absl::OkStatus();
}

absl::Status ImportRsqrt(NodeContext& c) {
  if (c.in(0).dtype == DType::kF32) return ImportUnary(c);
  return Refuse("UNSUPPORTED_TYPE",
                "'" + c.in(0).name + "' is " + DTypeName(c.in(0).dtype) +
                    "; supported is float32 for RSQRT. Keep this layer in float32");
}

absl::Status ImportLeakyRelu(NodeContext& c) {
  const auto* o = c.op.raw->options_as_LeakyReluOptions();
  if (o == nullptr) return NoOptions("LeakyReluOptions");
  ER_RETURN_IF_ERROR(ImportUnary(c));
  c.graph.nodes.back().attributes["alpha"] = static_cast<double>(o->alpha());
  return absl::OkStatus();
}

absl::Status ImportGelu(NodeContext& c) {
  const auto* o = c.op.raw->options_as_GeluOptions();
  ER_RETURN_IF_ERROR(ImportUnary(c));
  if (o != nullptr && o->approximate()) {
    c.graph.nodes.back().attributes["approximate"] = std::string("tanh");
  }
  return absl::OkStatus();
}

absl::Status ImportRelu0To1(NodeContext& c) {
  if (c.in(0).dtype != DType::kF32) {
    return Refuse("UNSUPPORTED_TYPE",
                  "'" + c.in(0).name + "' is " + DTypeName(c.in(0).dtype) +
                      "; supported is float32 for RELU_0_TO_1. Use RELU or RELU6");
  }
  ER_RETURN_IF_ERROR(ImportUnary(c));
  c.graph.nodes.back().attributes["min"] = 0.0;
  c.graph.nodes.back().attributes["max"] = 1.0;
  return absl::OkStatus();
}

// RELU, RELU6, RELU_N1_TO_1: the form that fuses with the layer before.
absl::Status ImportRelu(NodeContext& c) {
  c.Append("relu", c.inputs, c.outputs[0], {{"act", std::string(c.handler.fn)}});
  return absl::OkStatus();
}

tflite::FusedActivation FusedActivationOf(const tflite::Operator& op) {
  if (const auto* o = op.options_as_AddOptions()) return o->fused_activation_function();
  if (const auto* o = op.options_as_SubOptions()) return o->fused_activation_function();
  if (const auto* o = op.options_as_MulOptions()) return o->fused_activation_function();
  if (const auto* o = op.options_as_DivOptions()) return o->fused_activation_function();
  return tflite::FusedActivation::NONE;
}

// TFLite has a kernel of its own for sums of int16 whose scales are powers of two, unless the model
// forbids it (as converters have since 2020).
bool AddsPowersOfTwo(const NodeContext& c) {
  const auto* add = c.op.raw->options_as_AddOptions();
  const auto* sub = c.op.raw->options_as_SubOptions();
  if ((add == nullptr || !add->pot_scale_int16()) && (sub == nullptr || !sub->pot_scale_int16())) {
    return false;
  }
  for (const Tensor* t : {&c.in(0), &c.in(1), &c.out()}) {
    if (t->dtype != DType::kS16 || !t->quantization.per_tensor() ||
        !PowerOfTwo(t->quantization.scales[0])) {
      return false;
    }
  }
  return true;
}

absl::Status ImportBinary(NodeContext& c) {
  const bool powers = AddsPowersOfTwo(c);
  Node& node = c.Append("binary", c.inputs, c.outputs[0], {{"fn", std::string(c.handler.fn)}});
  if (powers) node.attributes["power_of_two"] = int64_t{1};
  return SetActivation(FusedActivationOf(*c.op.raw), node);
}

// One shape of float32 or int8 has a fast kernel of its own.
absl::Status ImportAdd(NodeContext& c) {
  const bool fast = c.in(0).dtype == DType::kF32 || c.in(0).dtype == DType::kS8;
  if (!fast || c.in(0).shape != c.in(1).shape) return ImportBinary(c);
  Node& node = c.Append("add", c.inputs, c.outputs[0]);
  return SetActivation(FusedActivationOf(*c.op.raw), node);
}

absl::Status ImportAddN(NodeContext& c) {
  const std::vector<TensorId> terms = c.inputs;
  TensorId sum = terms[0];
  if (terms.size() == 1) {
    c.ReshapeTo(sum);
    return absl::OkStatus();
  }
  const Attributes add = {{"fn", std::string("add")}};
  for (size_t i = 1; i + 1 < terms.size(); ++i) {
    ER_ASSIGN_OR_RETURN(sum, c.Step("binary", {sum, terms[i]}, "sum", add));
  }
  c.Append("binary", {sum, terms.back()}, c.outputs[0], add);
  return absl::OkStatus();
}

absl::Status ImportSelect(NodeContext& c) {
  c.Append("where", c.inputs, c.outputs[0]);
  return absl::OkStatus();
}

// The older SELECT takes a vector of conditions, one for each slice of the first dimension.
absl::Status ImportSelectV1(NodeContext& c) {
  const size_t rank = c.in(1).shape.size();
  if (c.in(0).shape.size() == 1 && rank > 1) {
    std::vector<int64_t> column(rank, 1);
    column[0] = c.in(0).shape[0];
    ER_ASSIGN_OR_RETURN(c.inputs[0],
                        c.Step("reshape", {c.inputs[0]}, "condition", {{"shape", column}}));
  }
  return ImportSelect(c);
}

absl::Status ImportCast(NodeContext& c) {
  c.Append("cast", c.inputs, c.outputs[0], {{"to", std::string(DTypeName(c.out().dtype))}});
  return absl::OkStatus();
}

absl::Status ImportQuantize(NodeContext& c) {
  const bool real = c.in(0).dtype == DType::kF32;
  Node& node = c.Append(real ? "quantize" : "requantize", c.inputs, c.outputs[0]);
  if (c.out().dtype != DType::kS8) node.attributes["to"] = std::string(DTypeName(c.out().dtype));
  return absl::OkStatus();
}

absl::Status ImportBucketize(NodeContext& c) {
  const auto* o = c.op.raw->options_as_BucketizeOptions();
  if (o == nullptr || o->boundaries() == nullptr) return NoOptions("BucketizeOptions");
  const std::vector<float> boundaries(o->boundaries()->begin(), o->boundaries()->end());
  const TensorId list = c.Constant("boundaries", DType::kF32,
                                   {static_cast<int32_t>(boundaries.size())}, BytesOf(boundaries));
  c.Append("bucketize", {c.inputs[0], list}, c.outputs[0]);
  return absl::OkStatus();
}

absl::Status ImportDequantize(NodeContext& c) {
  c.Append("dequantize", c.inputs, c.outputs[0]);
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> ElementwiseHandlers() {
  std::vector<TfliteHandler> handlers = {
      {0, "add", 2, 2, 0, ImportAdd, "add"},
      {6, "dequantize", 1, 1, 0, ImportDequantize},
      {19, "relu", 1, 1, 0, ImportRelu, "relu"},
      {20, "relu", 1, 1, 0, ImportRelu, "relu_n1_to_1"},
      {21, "relu", 1, 1, 0, ImportRelu, "relu6"},
      {53, "cast", 1, 1, 0, ImportCast},
      {64, "where", 3, 3, 0, ImportSelectV1},
      {76, "unary", 1, 1, 0, ImportRsqrt, "rsqrt"},
      {98, "unary", 1, 1, 0, ImportLeakyRelu, "leaky_relu"},
      {106, "binary", 1, 64, 0, ImportAddN},
      {114, "quantize", 1, 1, 0, ImportQuantize},
      {123, "where", 3, 3, 0, ImportSelect},
      {147, "bucketize", 1, 1, 0, ImportBucketize},
      {150, "unary", 1, 1, 0, ImportGelu, "gelu"},
      {152, "unary", 1, 1, 0, ImportRelu0To1, "clip"},
  };
  struct Function {
    int32_t code;
    const char* fn;
  };
  for (const Function& f : std::initializer_list<Function>{{8, "floor"},
                                                           {14, "sigmoid"},
                                                           {28, "tanh"},
                                                           {47, "exp"},
                                                           {59, "neg"},
                                                           {66, "sin"},
                                                           {73, "log"},
                                                           {75, "sqrt"},

                                                           {87, "not"},
                                                           {92, "square"},
                                                           {101, "abs"},
                                                           {104, "ceil"},
                                                           {108, "cos"},
                                                           {111, "elu"},
                                                           {116, "round"},
                                                           {117, "hard_swish"},
                                                           {158, "sign"}}) {
    handlers.push_back({f.code, "unary", 1, 1, 0, ImportUnary, f.fn});
  }
  for (const Function& f : std::initializer_list<Function>{
           {18, "mul"},        {41, "sub"},      {42, "div"},
           {54, "prelu"},      {55, "max"},      {57, "min"},
           {58, "less"},       {61, "greater"},  {62, "greater_equal"},
           {63, "less_equal"}, {71, "equal"},    {72, "not_equal"},
           {78, "pow"},        {84, "or"},       {86, "and"},
           {90, "floor_div"},  {95, "mod"},      {99, "squared_difference"},
           {156, "atan2"},     {160, "bit_xor"}, {161, "shift_right"}}) {
    handlers.push_back({f.code, "binary", 2, 2, 0, ImportBinary, f.fn});
  }
  return handlers;
}

}  // namespace edgerack::compiler
