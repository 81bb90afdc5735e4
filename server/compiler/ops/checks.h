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

// All of the tensors are float32, or all are int8 with one scale each.
absl::Status RequireOneActivationType(const Graph& graph, const Node& node,
                                      const std::vector<TensorId>& tensors);
// How the elements of a tensor count.
enum class Elements {
  kFloat,
  kInteger,    // plain integers and bool
  kQuantized,  // int8 with one scale
};
// Refused for quantized types other than int8 with one scale.
absl::StatusOr<Elements> ElementsOf(const Tensor& tensor);
// "the function 'tan' does not take int32; it takes ..."
absl::Status RefuseType(const std::string& what, const Tensor& tensor, const std::string& takes);

// int8 with exactly one scale.
absl::Status RequireInt8PerTensor(const Tensor& tensor);
absl::Status RequireRank(const Tensor& tensor, size_t rank);
// Input 0 and the output have the same scale and zero point (or are float).
absl::Status RequireSameQuantization(const Tensor& a, const Tensor& b);
// Attribute `act`, "none" where it is absent.
absl::StatusOr<Activation> NodeActivation(const Node& node);

// The fixed-point form of a rescaling factor; refused from 2^30 on, where the kernels' shift ends.
absl::StatusOr<FixedMultiplier> RescaleFactor(double factor, const Tensor& output);

// Float activations (input 0) with int8 weights (input 1): the kernel quantizes the activations in
// each run, symmetric unless the node's attribute asymmetric_inputs says otherwise.
bool IsHybrid(const Graph& graph, const Node& node);

// Weights of a convolution or matrix product: a constant of the activations' type, or int8 for
// float activations; int8 is symmetric with one scale, or one per slice of `axis`. Bias absent or a
// constant of `channels` elements.
absl::Status RequireWeightsAndBias(const Graph& graph, const Node& node, int axis,
                                   int32_t channels);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_CHECKS_H_
