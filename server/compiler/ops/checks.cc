#include "server/compiler/ops/checks.h"

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {

absl::StatusOr<Elements> ElementsOf(const Tensor& t) {
  if (t.dtype == DType::kF32) return Elements::kFloat;
  if (!t.quantization.quantized()) return Elements::kInteger;
  if (t.dtype == DType::kS16) {
    ER_RETURN_IF_ERROR(RequireInt16PerTensor(t));
    return Elements::kQuantized16;
  }
  ER_RETURN_IF_ERROR(RequireInt8PerTensor(t));
  return Elements::kQuantized;
}

absl::Status RefuseType(const std::string& what, const Tensor& t, const std::string& takes) {
  return Refuse("UNSUPPORTED_TYPE", what + " does not take " +
                                        (t.quantization.quantized() ? "quantized " : "") +
                                        DTypeName(t.dtype) + " ('" + t.name + "'); supported are " +
                                        takes + ". Cast or convert it in the model");
}

absl::Status RequireInt8PerTensor(const Tensor& t) {
  if (t.dtype != DType::kS8 || !t.quantization.per_tensor()) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "tensor '" + t.name + "' is " + DTypeName(t.dtype) + " with " +
                      std::to_string(t.quantization.scales.size()) +
                      " scales; supported are activations of int8 with one scale and zero point. "
                      "Convert the model with full int8 quantization");
  }
  return absl::OkStatus();
}

absl::Status RequireInt16PerTensor(const Tensor& t) {
  if (t.dtype != DType::kS16 || !t.quantization.per_tensor() ||
      t.quantization.zero_points[0] != 0) {
    return Refuse(
        "UNSUPPORTED_QUANTIZATION",
        "tensor '" + t.name + "' is " + DTypeName(t.dtype) + " with " +
            std::to_string(t.quantization.scales.size()) +
            " scales; supported are activations of int16 with one scale and zero point 0. "
            "Convert the model again");
  }
  return absl::OkStatus();
}

absl::Status RequireOneActivationType(const Graph& graph, const Node&,
                                      const std::vector<TensorId>& tensors, Int16 int16) {
  const DType dtype = graph.tensor(tensors[0]).dtype;
  for (TensorId id : tensors) {
    const Tensor& t = graph.tensor(id);
    const bool taken = int16 == Int16::kTaken;
    if (t.dtype != DType::kF32 && t.dtype != DType::kS8 && !(taken && t.dtype == DType::kS16)) {
      return Refuse("UNSUPPORTED_TYPE",
                    "tensor '" + t.name + "' is " + DTypeName(t.dtype) + "; supported are " +
                        (taken ? "float32, int8 and int16" : "float32 and int8") +
                        ". Convert the model with int8 (or without) "
                        "quantization");
    }
    if (t.dtype != dtype) {
      return Refuse("UNSUPPORTED_TYPE", "tensors '" + graph.tensor(tensors[0]).name + "' and '" +
                                            t.name + "' are " + DTypeName(dtype) + " and " +
                                            DTypeName(t.dtype) +
                                            "; supported is one type for all activations of a "
                                            "layer. Quantize the whole layer, or nothing of it");
    }
    if (dtype == DType::kS8) ER_RETURN_IF_ERROR(RequireInt8PerTensor(t));
    if (dtype == DType::kS16) ER_RETURN_IF_ERROR(RequireInt16PerTensor(t));
  }
  return absl::OkStatus();
}

absl::Status RequireRank(const Tensor& t, size_t rank) {
  if (t.shape.size() == rank) return absl::OkStatus();
  return Refuse("UNSUPPORTED_SHAPE", "tensor '" + t.name + "' has shape " + ShapeText(t.shape) +
                                         "; supported are " + std::to_string(rank) +
                                         " dimensions here. Reshape it in the model");
}

absl::Status RequireSameQuantization(const Tensor& a, const Tensor& b) {
  if (a.dtype == DType::kF32 || a.quantization == b.quantization) return absl::OkStatus();
  return Refuse(
      "UNSUPPORTED_QUANTIZATION",
      "tensors '" + a.name + "' and '" + b.name +
          "' have different scales or zero points; supported is one on both sides of this "
          "operator. Convert the model again with a current TensorFlow");
}

absl::StatusOr<Activation> NodeActivation(const Node& node) {
  const std::string name = node.Text("act", "none");
  if (auto activation = ParseActivation(name)) return *activation;
  return Refuse(
      "UNSUPPORTED_ATTRIBUTE",
      "act is " + name +
          "; supported are none, relu, relu6, relu_n1_to_1. Make the activation a layer of "
          "its own");
}

IntegerRange QuantizedRange(Activation activation, const Tensor& y) {
  return ActivationRange(activation, y.quantization.scales[0], y.quantization.zero_points[0],
                         y.dtype == DType::kS16 ? kInt16Range : kInt8Range);
}

namespace {

absl::StatusOr<FixedMultiplier> FactorBelow(int bits, double factor, const Tensor& output) {
  if (factor < static_cast<double>(1 << bits)) return QuantizeMultiplier(factor);
  return Refuse("UNSUPPORTED_QUANTIZATION",
                "the scales around tensor '" + output.name + "' differ by a factor of " +
                    std::to_string(factor) + "; supported are factors below 2^" +
                    std::to_string(bits) +
                    ". The calibration of the model is broken, quantize it again");
}

}  // namespace

absl::StatusOr<FixedMultiplier> RescaleFactor(double factor, const Tensor& output) {
  return FactorBelow(30, factor, output);
}

absl::StatusOr<FixedMultiplier> WideRescaleFactor(double factor, const Tensor& output) {
  return FactorBelow(7, factor, output);
}

bool IsHybrid(const Graph& graph, const Node& node) {
  return In(graph, node, 0).dtype == DType::kF32 && In(graph, node, 1).dtype == DType::kS8;
}

absl::Status RequireWeightsAndBias(const Graph& graph, const Node& node, int axis,
                                   int32_t channels) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& w = In(graph, node, 1);
  if (!w.constant()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "weights '" + w.name +
                      "' are computed while the model runs; supported are constants. Store them in "
                      "the model, or use a matrix product of two activations");
  }
  const bool hybrid = IsHybrid(graph, node);
  const bool wide = x.dtype == DType::kS16;
  if (wide ? w.dtype != DType::kS8 : w.dtype != x.dtype && !hybrid) {
    return Refuse("UNSUPPORTED_TYPE", "weights '" + w.name + "' are " + DTypeName(w.dtype) +
                                          " for activations of " + DTypeName(x.dtype) +
                                          "; supported are int8 with int8 or int16, and float32 or "
                                          "int8 with float32. Convert the model again");
  }
  if (!hybrid && node.Int("asymmetric_inputs") != 0) {
    return Refuse("BAD_GRAPH",
                  "asymmetric_inputs is for int8 weights with float32 activations only");
  }
  if (w.dtype == DType::kS8) {
    const Quantization& q = w.quantization;
    bool matches = q.per_tensor() || (q.quantized() && q.axis == axis &&
                                      static_cast<int32_t>(q.scales.size()) == channels);
    if (!matches) {
      return Refuse("UNSUPPORTED_QUANTIZATION",
                    "weights '" + w.name + "' of shape " + ShapeText(w.shape) + " have " +
                        std::to_string(q.scales.size()) + " scales along dimension " +
                        std::to_string(q.axis) + "; supported are one, or " +
                        std::to_string(channels) + " along dimension " + std::to_string(axis) +
                        ". Quantize the model again, per tensor or per output channel");
    }
    for (int32_t zero_point : q.zero_points) {
      if (zero_point != 0) {
        return Refuse("UNSUPPORTED_QUANTIZATION",
                      "weights '" + w.name + "' have zero point " + std::to_string(zero_point) +
                          "; supported is 0, symmetric weights. Quantize the model again with "
                          "symmetric int8 weights");
      }
    }
  }
  if (!HasInput(node, 2)) return absl::OkStatus();
  const Tensor& bias = In(graph, node, 2);
  const DType wanted = wide ? DType::kS64 : x.dtype == DType::kS8 ? DType::kS32 : DType::kF32;
  const bool fits = bias.dtype == wanted || (wide && bias.dtype == DType::kS32);
  if (!bias.constant() || !fits || bias.elements() != channels) {
    return Refuse("UNSUPPORTED_TYPE",
                  "bias '" + bias.name + "' is " + (bias.constant() ? "" : "computed, of ") +
                      DTypeName(bias.dtype) + " " + ShapeText(bias.shape) +
                      "; supported is a constant of " + std::to_string(channels) + " " +
                      DTypeName(wanted) + ". Convert the model again");
  }
  return absl::OkStatus();
}

}  // namespace edgerack::compiler
