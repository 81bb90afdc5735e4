// Rules that several operators share. Messages name tensor, value, what is supported, what to do.
#ifndef SERVER_COMPILER_OPS_CHECKS_H_
#define SERVER_COMPILER_OPS_CHECKS_H_

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/quant/activation.h"
#include "server/compiler/quant/multiplier.h"

namespace edgerack::compiler {

inline const Tensor& In(const Graph& graph, const Node& node, size_t i) {
  return graph.tensor(node.inputs[i]);
}
inline const Tensor& Out(const Graph& graph, const Node& node) {
  return graph.tensor(node.outputs[0]);
}
inline bool HasInput(const Node& node, size_t i) {
  return i < node.inputs.size() && node.inputs[i] != kNoTensor;
}

// What `infer` of an operator with one output returns.
inline std::vector<TensorType> OneOutput(DType dtype, Shape shape) {
  return {TensorType{dtype, std::move(shape)}};
}
inline std::vector<TensorType> SameType(const Tensor& t) { return OneOutput(t.dtype, t.shape); }

// Whether an operator has kernels for quantized int16.
enum class Int16 { kRefused, kTaken };

// All of the tensors are float32, or all are int8 (or int16, where it is taken) with one scale
// each.
absl::Status RequireOneActivationType(const Graph& graph, const Node& node,
                                      const std::vector<TensorId>& tensors,
                                      Int16 int16 = Int16::kRefused);
// How the elements of a tensor count.
enum class Elements {
  kFloat,
  kInteger,      // plain integers and bool
  kQuantized,    // int8 with one scale
  kQuantized16,  // int16 with one scale
};
// Refused for quantized types other than int8 and int16 with one scale.
absl::StatusOr<Elements> ElementsOf(const Tensor& tensor);
// "the function 'tan' does not take int32; it takes ..."
absl::Status RefuseType(const std::string& what, const Tensor& tensor, const std::string& takes);

// int8 with exactly one scale.
absl::Status RequireInt8PerTensor(const Tensor& tensor);
// int16 with exactly one scale and zero point 0.
absl::Status RequireInt16PerTensor(const Tensor& tensor);
absl::Status RequireRank(const Tensor& tensor, size_t rank);
// Input 0 and the output have the same scale and zero point (or are float).
absl::Status RequireSameQuantization(const Tensor& a, const Tensor& b);
// Attribute `act`, "none" where it is absent.
absl::StatusOr<Activation> NodeActivation(const Node& node);
// What the activation leaves of the range of quantized `y`, int8 or int16.
IntegerRange QuantizedRange(Activation activation, const Tensor& y);

// The fixed-point form of a rescaling factor; refused from 2^30 on, where the kernels' shift ends.
absl::StatusOr<FixedMultiplier> RescaleFactor(double factor, const Tensor& output);

// The same for sums of 64 bits; refused from 2^7 on.
absl::StatusOr<FixedMultiplier> WideRescaleFactor(double factor, const Tensor& output);

// Float activations (input 0) with int8 weights (input 1): the kernel quantizes the activations in
// each run, symmetric unless the node's attribute asymmetric_inputs says otherwise.
bool IsHybrid(const Graph& graph, const Node& node);

// Weights of a convolution or matrix product: a constant of the activations' type, or int8 for
// float and int16 activations; int8 is symmetric with one scale, or one per slice of `axis`. Bias
// absent or a constant of `channels` elements; with int16 activations int32 or int64.
absl::Status RequireWeightsAndBias(const Graph& graph, const Node& node, int axis,
                                   int32_t channels);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_CHECKS_H_
