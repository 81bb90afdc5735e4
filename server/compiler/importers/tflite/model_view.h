// A .tflite file after its bytes were checked: what follows may trust every index and size.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_MODEL_VIEW_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_MODEL_VIEW_H_

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "tflite_subset_generated.h"

namespace edgerack::compiler {

// Points into the file's bytes; they must outlive it.
struct TfliteOperator {
  int32_t code = 0;  // builtin operator code
  std::string operator_name;
  std::vector<int32_t> inputs;   // tensor indices, -1 = absent
  std::vector<int32_t> outputs;  // tensor indices
  const tflite::Operator* raw = nullptr;
};

struct TfliteView {
  std::vector<const tflite::Tensor*> tensors;
  std::vector<TfliteOperator> operators;  // in execution order
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  std::vector<const tflite::Buffer*> buffers;
  const tflite::Model* model = nullptr;
};

// Runs the flatbuffers verifier and then checks counts and indices. INVALID_ARGUMENT of class USER
// with code BAD_MODEL_FILE.
absl::StatusOr<TfliteView> OpenTflite(const std::string& bytes);

// Another graph of the model, e.g. one that CALL_ONCE names. BAD_MODEL_FILE where there is none.
absl::StatusOr<TfliteView> OpenSubgraph(const tflite::Model& model, size_t index);

// The tensor's constant bytes, null where it has none.
const flatbuffers::Vector<uint8_t>* ConstantBytes(const TfliteView& view,
                                                  const tflite::Tensor& tensor);

// Element `i` of the file's 64-bit numbers. The verifier checks where they lie, but not that they
// are aligned to 8 bytes.
int64_t ElementAt(const flatbuffers::Vector<int64_t>& numbers, size_t i);

// At most 512 characters of the tensor's name.
std::string TensorName(const tflite::Tensor& tensor);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_MODEL_VIEW_H_
