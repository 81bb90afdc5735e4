// One node as the package will hold it: which kernel family, its params struct, its operands.
#ifndef SERVER_COMPILER_OPS_LOWERING_H_
#define SERVER_COMPILER_OPS_LOWERING_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// An operand: a tensor of the graph (or kNoTensor), or a constant that lowering made.
struct Operand {
  Operand(TensorId tensor_id) : id(tensor_id) {}  // NOLINT: an operand is most often just an id
  explicit Operand(Tensor constant) : made(std::make_shared<const Tensor>(std::move(constant))) {}

  TensorId id = kNoTensor;
  std::shared_ptr<const Tensor> made;  // null where `id` counts
};

// The kernels' name of an element type: "f32", "s8", "s16", …
const char* KernelType(DType dtype);

struct LoweredOp {
  std::string kernel_op;        // the `op` column of firmware/kernels/kernels.inc
  std::string kernel_type;      // its `dtype` column
  std::string params;           // the bytes of the kernel's params struct
  std::vector<Operand> inputs;  // in the order the kernel's header documents
  std::vector<TensorId> outputs;
};

// A constant NAME of one dimension that lowering makes for a kernel.
Operand Int16Operand(const std::string& name, const std::vector<int16_t>& values);

template <typename Params>
std::string ParamsBytes(const Params& params) {
  return std::string(reinterpret_cast<const char*>(&params), sizeof params);
}

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_LOWERING_H_
