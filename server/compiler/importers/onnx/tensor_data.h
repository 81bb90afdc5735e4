// TensorProto: a constant of the file.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_TENSOR_DATA_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_TENSOR_DATA_H_

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/importers/onnx/model_file.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// A constant; unlike a tensor of the graph it may have no elements.
struct OnnxConstant {
  DType dtype = DType::kF32;
  std::vector<int64_t> dims;
  std::shared_ptr<const std::string> data;  // little-endian, row-major
  bool widened = false;                     // the file holds another type, e.g. float16

  bool empty() const { return data->empty(); }
};

// "FLOAT", "UINT8", …, "type 99".
std::string OnnxTypeName(int32_t data_type);
// nullopt for types the graph has none for (float16, float64, strings, …).
std::optional<DType> DTypeOfOnnx(int32_t data_type);
int32_t OnnxTypeOf(DType dtype);

// Takes the tensor's bytes (the message is emptied). float16, bfloat16 and float64 become float32;
// uint16, uint32 and uint64 become int32 and int64 where the values fit. Errors (USER):
// EXTERNAL_DATA naming tensor and file; UNSUPPORTED_TYPE; BAD_MODEL_FILE when dims and data differ.
absl::StatusOr<OnnxConstant> TakeConstant(onnx::Tensor& tensor);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_TENSOR_DATA_H_
