// Writes small .tflite files for tests.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_MODEL_WRITER_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_MODEL_WRITER_H_

#include <string>
#include <vector>

#include "server/compiler/ir/graph.h"
#include "tflite_subset_generated.h"

namespace edgerack::compiler {

class TfliteModelWriter {
 public:
  TfliteModelWriter();

  // Adds a tensor and returns its index. `bytes` empty: not a constant.
  int Tensor(const std::string& name, tflite::TensorType type, const std::vector<int32_t>& shape,
             const Quantization& quantization = {}, const std::string& bytes = "",
             bool variable = false);
  void Operator(int32_t code, const std::vector<int32_t>& inputs,
                const std::vector<int32_t>& outputs,
                tflite::OperatorOptions type = tflite::OperatorOptions::NONE,
                flatbuffers::Offset<void> options = 0);
  // For creating option tables.
  flatbuffers::FlatBufferBuilder& builder() { return builder_; }
  // The file's bytes; call once.
  std::string Finish(const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs);

 private:
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tflite::Operator>> operators_;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_MODEL_WRITER_H_
