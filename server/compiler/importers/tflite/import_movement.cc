// Operators that put elements at other places or around them: shapes, order, padding, repetition.
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status ImportReshape(NodeContext& c) {
  c.ReshapeTo(c.inputs[0]);
  return absl::OkStatus();
}

absl::Status ImportTranspose(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> perm, c.Integers(1, "perm"));
  c.Append("transpose", {c.inputs[0]}, c.outputs[0], {{"perm", perm}});
  return absl::OkStatus();
}

absl::Status ImportPad(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> pads, c.Integers(1, "padding"));
  c.Append("pad", {c.inputs[0]}, c.outputs[0], {{"pads", pads}});
  return absl::OkStatus();
}

absl::Status ImportPadV2(NodeContext& c) {
  ER_RETURN_IF_ERROR(ImportPad(c));
  const Tensor& x = c.in(0);
  Tensor& value = c.graph.tensor(c.inputs[2]);
  // The kernels take a value that is stored as its neighbours are.
  if (value.quantization != x.quantization) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "constant_values '" + value.name +
                      "' has another scale or zero point than the padded tensor '" + x.name +
                      "'; supported is the same. Convert the model again");
  }
  const bool constant = value.constant() && value.elements() == 1 && value.dtype == x.dtype &&
                        static_cast<int64_t>(value.data->size()) == value.bytes();
  // Padding with zeros can become part of a convolution.
  const int32_t zero_point = x.quantization.per_tensor() ? x.quantization.zero_points[0] : 0;
  const std::string zero = std::string(1, static_cast<char>(zero_point)) +
                           std::string(static_cast<size_t>(DTypeBytes(x.dtype)) - 1, '\0');
  const bool is_zero = constant && *value.data == zero && (zero_point == 0 || zero.size() == 1);
  if (!is_zero) c.graph.nodes.back().inputs.push_back(c.inputs[2]);
  return absl::OkStatus();
}

absl::Status ImportMirrorPad(NodeContext& c) {
  const auto* o = c.op.raw->options_as_MirrorPadOptions();
  ER_RETURN_IF_ERROR(ImportPad(c));
  const bool symmetric = o != nullptr && o->mode() == tflite::MirrorPadMode::SYMMETRIC;
  c.graph.nodes.back().attributes["mode"] = std::string(symmetric ? "symmetric" : "reflect");
  return absl::OkStatus();
}

absl::Status ImportTile(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> repeats, c.Integers(1, "multiples"));
  c.Append("tile", {c.inputs[0]}, c.outputs[0], {{"repeats", repeats}});
  return absl::OkStatus();
}

absl::Status ImportBroadcastTo(NodeContext& c) {
  c.Append("expand", {c.inputs[0]}, c.outputs[0], {{"shape", ShapeAttribute(c.out().shape)}});
  return absl::OkStatus();
}

absl::Status ImportReverse(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> axes, c.Integers(1, "axis"));
  c.Append("reverse", {c.inputs[0]}, c.outputs[0], {{"axes", axes}});
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> MovementHandlers() {
  return {{22, "reshape", 1, 2, 0b10, ImportReshape},
          {34, "pad", 2, 2, 0, ImportPad},
          {39, "transpose", 2, 2, 0, ImportTranspose},
          {43, "reshape", 1, 1, 0, ImportReshape},  // SQUEEZE
          {60, "pad", 3, 3, 0, ImportPadV2},
          {69, "tile", 2, 2, 0, ImportTile},
          {70, "reshape", 2, 2, 0b10, ImportReshape},  // EXPAND_DIMS
          {100, "pad", 2, 2, 0, ImportMirrorPad},
          {105, "reverse", 2, 2, 0, ImportReverse},
          {130, "expand", 2, 2, 0b10, ImportBroadcastTo}};
}

}  // namespace edgerack::compiler
