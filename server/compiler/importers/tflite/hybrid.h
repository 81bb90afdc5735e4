// Models of "dynamic range" quantization: float32 activations with int8 weights.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_HYBRID_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_HYBRID_H_

#include "server/compiler/importers/tflite/import_node.h"

namespace edgerack::compiler {

// Float activations (input 0) with int8 weights (input 1). The first converters called such weights
// UINT8 though their bytes are int8 around zero, and TFLite still reads them so.
inline bool IsHybrid(const NodeContext& c) {
  if (!c.has(1) || c.in(0).dtype != DType::kF32) return false;
  Tensor& weights = c.graph.tensor(c.inputs[1]);
  if (weights.dtype == DType::kU8 && weights.constant()) weights.dtype = DType::kS8;
  return weights.dtype == DType::kS8;
}

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_HYBRID_H_
