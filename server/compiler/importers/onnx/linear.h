// Convolutions and matrix products that several operators of the format are made of.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_LINEAR_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_LINEAR_H_

#include "server/compiler/importers/onnx/node_context.h"

namespace edgerack::compiler {

// x [n, c, …], weights [o, c / group, k…] (a constant), bias [o] or none;
// reads the attributes of Conv.
TensorId Convolution(OnnxNodeContext& c, TensorId x, TensorId weights, TensorId bias);

// numpy's matmul; constant weights on the right make it a fully_connected.
TensorId MatrixProduct(OnnxNodeContext& c, TensorId a, TensorId b);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_LINEAR_H_
