#include "server/compiler/importers/tflite/model_writer.h"

namespace edgerack::compiler {

TfliteModelWriter::TfliteModelWriter() {
  buffers_.push_back(tflite::CreateBuffer(builder_));  // buffer 0 is empty by convention
}

int TfliteModelWriter::Tensor(const std::string& name, tflite::TensorType type,
                              const std::vector<int32_t>& shape, const Quantization& quantization,
                              const std::string& bytes, bool variable) {
  uint32_t buffer = 0;
  if (!bytes.empty()) {
    buffer = static_cast<uint32_t>(buffers_.size());
    std::vector<uint8_t> data(bytes.begin(), bytes.end());
    builder_.ForceVectorAlignment(data.size(), 1, 16);
    buffers_.push_back(tflite::CreateBufferDirect(builder_, &data));
  }
  flatbuffers::Offset<tflite::QuantizationParameters> q = 0;
  if (quantization.quantized()) {
    std::vector<int64_t> zeros(quantization.zero_points.begin(), quantization.zero_points.end());
    q = tflite::CreateQuantizationParametersDirect(builder_, nullptr, nullptr, &quantization.scales,
                                                   &zeros, 0, 0, quantization.axis);
  }
  tensors_.push_back(
      tflite::CreateTensorDirect(builder_, &shape, type, buffer, name.c_str(), q, variable));
  return static_cast<int>(tensors_.size() - 1);
}

void TfliteModelWriter::Operator(int32_t code, const std::vector<int32_t>& inputs,
                                 const std::vector<int32_t>& outputs, tflite::OperatorOptions type,
                                 flatbuffers::Offset<void> options) {
  codes_.push_back(tflite::CreateOperatorCode(
      builder_, static_cast<int8_t>(code < 127 ? code : 127), 0, 1, code));
  operators_.push_back(tflite::CreateOperatorDirect(
      builder_, static_cast<uint32_t>(codes_.size() - 1), &inputs, &outputs, type, options));
}

std::string TfliteModelWriter::Finish(const std::vector<int32_t>& inputs,
                                      const std::vector<int32_t>& outputs) {
  std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs = {
      tflite::CreateSubGraphDirect(builder_, &tensors_, &inputs, &outputs, &operators_, "main")};
  tflite::FinishModelBuffer(
      builder_, tflite::CreateModelDirect(builder_, 3, &codes_, &graphs, "test", &buffers_));
  return std::string(reinterpret_cast<const char*>(builder_.GetBufferPointer()),
                     builder_.GetSize());
}

}  // namespace edgerack::compiler
