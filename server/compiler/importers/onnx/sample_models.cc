#include "server/compiler/importers/onnx/sample_models.h"

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

// -1 … 1, different for every element.
std::vector<float> Wave(int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>((i * 37) % 101) / 50.0f - 1.0f);
  }
  return values;
}

onnx_format::Attribute& AddAttribute(onnx_format::Node& node, const std::string& name, int type) {
  onnx_format::Attribute& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

OnnxModelWriter::OnnxModelWriter(int opset) {
  model_.set_ir_version(8);
  model_.add_opset_import()->set_version(opset);
  graph().set_name("sample");
}

void OnnxModelWriter::Input(const std::string& name, const std::vector<std::string>& dims,
                            int32_t type) {
  onnx_format::ValueInfo& input = *graph().add_input();
  input.set_name(name);
  input.mutable_type()->mutable_tensor_type()->set_elem_type(type);
  auto& shape = *input.mutable_type()->mutable_tensor_type()->mutable_shape();
  for (const std::string& dim : dims) {
    if (dim.find_first_not_of("0123456789") == std::string::npos) {
      shape.add_dim()->set_dim_value(std::stoll(dim));
    } else {
      shape.add_dim()->set_dim_param(dim);
    }
  }
}

void OnnxModelWriter::Output(const std::string& name, int32_t type) {
  onnx_format::ValueInfo& output = *graph().add_output();
  output.set_name(name);
  output.mutable_type()->mutable_tensor_type()->set_elem_type(type);
}

void OnnxModelWriter::Floats(const std::string& name, const Shape& shape,
                             const std::vector<float>& values) {
  onnx_format::Tensor& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(1);
  for (int32_t dim : shape) tensor.add_dims(dim);
  tensor.set_raw_data(BytesOf(values));
}

void OnnxModelWriter::Ints(const std::string& name, const std::vector<int64_t>& values,
                           bool scalar) {
  onnx_format::Tensor& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(7);
  if (!scalar) tensor.add_dims(static_cast<int64_t>(values.size()));
  for (int64_t value : values) tensor.add_int64_data(value);
}

void OnnxModelWriter::Bytes(const std::string& name, const Shape& shape,
                            const std::vector<int>& values, int32_t type) {
  onnx_format::Tensor& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (int32_t dim : shape) tensor.add_dims(dim);
  for (int value : values) tensor.add_int32_data(value);
}

onnx_format::Node& OnnxModelWriter::Node(const std::string& op,
                                         const std::vector<std::string>& inputs,
                                         const std::vector<std::string>& outputs) {
  onnx_format::Node& node = *graph().add_node();
  node.set_op_type(op);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

void OnnxModelWriter::Set(onnx_format::Node& node, const std::string& name, int64_t value) {
  AddAttribute(node, name, 2).set_i(value);
}

void OnnxModelWriter::Set(onnx_format::Node& node, const std::string& name, float value) {
  AddAttribute(node, name, 1).set_f(value);
}

void OnnxModelWriter::Set(onnx_format::Node& node, const std::string& name,
                          const std::string& value) {
  AddAttribute(node, name, 3).set_s(value);
}

void OnnxModelWriter::Set(onnx_format::Node& node, const std::string& name,
                          const std::vector<int64_t>& values) {
  onnx_format::Attribute& attribute = AddAttribute(node, name, 7);
  for (int64_t value : values) attribute.add_ints(value);
}

std::string SampleOnnxCnn() {
  OnnxModelWriter w;
  w.Input("image", {"N", "2", "6", "6"});
  w.Floats("w", {4, 2, 3, 3}, Wave(72));
  OnnxModelWriter::Set(w.Node("Conv", {"image", "w"}, {"conv"}), "pads",
                       std::vector<int64_t>{1, 1, 1, 1});
  for (const char* name : {"scale", "bias", "mean"}) w.Floats(name, {4}, Wave(4));
  w.Floats("variance", {4}, {1, 2, 3, 4});
  w.Node("BatchNormalization", {"conv", "scale", "bias", "mean", "variance"}, {"normal"});
  w.Node("Relu", {"normal"}, {"relu"});
  onnx_format::Node& pool = w.Node("MaxPool", {"relu"}, {"pool"});
  OnnxModelWriter::Set(pool, "kernel_shape", std::vector<int64_t>{2, 2});
  OnnxModelWriter::Set(pool, "strides", std::vector<int64_t>{2, 2});
  w.Node("Flatten", {"pool"}, {"flat"});
  w.Floats("dense", {36, 3}, Wave(108));
  w.Floats("dense_bias", {3}, {0.5f, -0.5f, 0.25f});
  w.Node("Gemm", {"flat", "dense", "dense_bias"}, {"logits"});
  w.Node("Softmax", {"logits"}, {"scores"});
  w.Output("scores");
  return w.Write();
}

std::string SampleOnnxQdq() {
  OnnxModelWriter w;
  w.Input("x", {"1", "1", "4", "4"});
  w.Floats("x_scale", {}, {0.1f});
  w.Bytes("x_zero", {}, {3}, 3);
  w.Node("QuantizeLinear", {"x", "x_scale", "x_zero"}, {"xq"});
  w.Node("DequantizeLinear", {"xq", "x_scale", "x_zero"}, {"xr"});
  w.Bytes("wq", {2, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3, -4, -5, -6, -7, -8, -9}, 3);
  w.Floats("w_scale", {2}, {0.5f, 0.25f});
  w.Bytes("w_zero", {2}, {0, 0}, 3);
  OnnxModelWriter::Set(w.Node("DequantizeLinear", {"wq", "w_scale", "w_zero"}, {"wr"}), "axis",
                       int64_t{0});
  w.Bytes("bq", {2}, {100, -100}, 6);
  w.Floats("b_scale", {2}, {0.05f, 0.025f});
  OnnxModelWriter::Set(w.Node("DequantizeLinear", {"bq", "b_scale"}, {"br"}), "axis", int64_t{0});
  w.Node("Conv", {"xr", "wr", "br"}, {"conv"});
  w.Node("Relu", {"conv"}, {"relu"});
  w.Floats("y_scale", {}, {0.2f});
  w.Bytes("y_zero", {}, {-128}, 3);
  w.Node("QuantizeLinear", {"relu", "y_scale", "y_zero"}, {"yq"});
  w.Node("DequantizeLinear", {"yq", "y_scale", "y_zero"}, {"y"});
  w.Output("y");
  return w.Write();
}

std::string SampleOnnxShapes() {
  OnnxModelWriter w;
  w.Input("x", {"batch", "3", "4"});
  w.Node("Shape", {"x"}, {"shape"});
  w.Ints("zero", {0}, true);
  w.Node("Gather", {"shape", "zero"}, {"first"});
  w.Ints("axes", {0});
  w.Node("Unsqueeze", {"first", "axes"}, {"first_list"});
  w.Ints("rest", {-1});
  OnnxModelWriter::Set(w.Node("Concat", {"first_list", "rest"}, {"target"}), "axis", int64_t{0});
  w.Node("Reshape", {"x", "target"}, {"rows"});
  w.Node("Relu", {"rows"}, {"y"});
  w.Output("y");
  return w.Write();
}

}  // namespace edgerack::compiler
