// Small ONNX models for tests, written with the importer's own subset of the format.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_SAMPLE_MODELS_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_SAMPLE_MODELS_H_

#include <string>
#include <vector>

#include "onnx_subset.pb.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

class OnnxModelWriter {
 public:
  explicit OnnxModelWriter(int opset = 17);

  // Dimensions: a number, or a name for one that is open.
  void Input(const std::string& name, const std::vector<std::string>& dims, int32_t type = 1);
  void Output(const std::string& name, int32_t type = 1);
  void Floats(const std::string& name, const Shape& shape, const std::vector<float>& values);
  void Ints(const std::string& name, const std::vector<int64_t>& values, bool scalar = false);
  void Bytes(const std::string& name, const Shape& shape, const std::vector<int>& values,
             int32_t type);
  onnx_format::Node& Node(const std::string& op, const std::vector<std::string>& inputs,
                          const std::vector<std::string>& outputs);
  static void Set(onnx_format::Node& node, const std::string& name, int64_t value);
  static void Set(onnx_format::Node& node, const std::string& name, float value);
  static void Set(onnx_format::Node& node, const std::string& name, const std::string& value);
  static void Set(onnx_format::Node& node, const std::string& name,
                  const std::vector<int64_t>& values);

  onnx_format::Model& model() { return model_; }
  onnx_format::Graph& graph() { return *model_.mutable_graph(); }
  std::string Write() const { return model_.SerializeAsString(); }

 private:
  onnx_format::Model model_;
};

// Input "image" [N, 2, 6, 6]: convolution, batch normalization, relu, pooling, flatten, gemm,
// softmax; output "scores".
std::string SampleOnnxCnn();
// QuantizeLinear, a quantized convolution per channel, relu, QuantizeLinear, DequantizeLinear.
std::string SampleOnnxQdq();
// Reshape to a shape that the model computes from its input's.
std::string SampleOnnxShapes();

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_SAMPLE_MODELS_H_
