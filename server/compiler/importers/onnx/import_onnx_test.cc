#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/onnx/operators.h"
#include "server/compiler/importers/onnx/sample_models.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {

Importer OnnxImporter();

namespace {

using ::testing::HasSubstr;

absl::StatusOr<ImportedModel> Imported(const std::string& bytes, const InputOptions& options = {}) {
  return OnnxImporter().import(bytes, options);
}

std::string Refusal(const std::string& bytes, const InputOptions& options = {}) {
  auto model = Imported(bytes, options);
  EXPECT_FALSE(model.ok());
  if (model.ok()) return "";
  EXPECT_NE(ErrorClassOf(model.status()), ErrorClass::kBug);
  return ErrorMessageOf(model.status());
}

// x -> op -> y with one float input of 2x3.
OnnxModelWriter OneNode(const std::string& op, const std::vector<std::string>& more = {}) {
  OnnxModelWriter w;
  w.Input("x", {"2", "3"});
  std::vector<std::string> inputs = {"x"};
  inputs.insert(inputs.end(), more.begin(), more.end());
  w.Node(op, inputs, {"y"}).set_name("the layer");
  w.Output("y");
  return w;
}

TEST(ImportOnnxTest, SniffsByTheFields) {
  EXPECT_TRUE(OnnxImporter().sniff(SampleOnnxCnn()));
  EXPECT_FALSE(OnnxImporter().sniff(""));
  EXPECT_FALSE(OnnxImporter().sniff(std::string(100, 'x')));
  EXPECT_FALSE(OnnxImporter().sniff(std::string("\x1c\0\0\0TFL3", 8)));
  // Cut off behind the graph's length: still recognized, so that the refusal can say what it is.
  const std::string model = SampleOnnxCnn();
  EXPECT_TRUE(OnnxImporter().sniff(model.substr(0, model.size() - 10)));
  EXPECT_THAT(Refusal(model.substr(0, model.size() - 10)), HasSubstr("damaged or cut off"));
}

TEST(ImportOnnxTest, ReadsACnnWithAnOpenBatch) {
  auto model = Imported(SampleOnnxCnn());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->graph.tensor(model->graph.inputs[0]).shape, (Shape{1, 2, 6, 6}));
  EXPECT_EQ(model->graph.tensor(model->graph.outputs[0]).name, "scores");
  EXPECT_EQ(model->graph.tensor(model->graph.outputs[0]).shape, (Shape{1, 3}));
  ASSERT_EQ(model->findings.size(), 1u);
  EXPECT_EQ(model->findings[0].code, "SYMBOLIC_BATCH");
  InputOptions options;
  options.input_shapes["image"] = {5, 2, 6, 6};
  auto batch = Imported(SampleOnnxCnn(), options);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->graph.tensor(batch->graph.outputs[0]).shape, (Shape{5, 3}));
  EXPECT_EQ(batch->fixed_inputs.count("image"), 1u);
}

TEST(ImportOnnxTest, ShapeArithmeticIsGone) {
  auto model = Imported(SampleOnnxShapes());
  ASSERT_TRUE(model.ok()) << model.status();
  std::vector<std::string> ops;
  for (const Node& node : model->graph.nodes) ops.push_back(node.op);
  EXPECT_EQ(ops, (std::vector<std::string>{"reshape", "relu"}));
  EXPECT_EQ(model->graph.tensor(model->graph.outputs[0]).shape, (Shape{1, 12}));
}

TEST(ImportOnnxTest, QuantizedConstantsKeepTheirGrid) {
  auto model = Imported(SampleOnnxQdq());
  ASSERT_TRUE(model.ok()) << model.status();
  const Node* conv = nullptr;
  for (const Node& node : model->graph.nodes) conv = node.op == "conv2d" ? &node : conv;
  ASSERT_NE(conv, nullptr);
  const Tensor& weights = model->graph.tensor(conv->inputs[1]);
  EXPECT_EQ(weights.dtype, DType::kF32);
  EXPECT_EQ(weights.shape, (Shape{2, 3, 3, 1}));
  EXPECT_EQ(weights.quantization.scales, (std::vector<float>{0.5f, 0.25f}));
  EXPECT_EQ(weights.quantization.axis, 0);
  EXPECT_EQ(LoadElement<float>(*weights.data, 17), -2.25f);
  EXPECT_EQ(LoadElement<float>(*model->graph.tensor(conv->inputs[2]).data, 0), 5.0f);
}

TEST(ImportOnnxTest, RefusalsNameNodeOperatorAndWhatToDo) {
  EXPECT_THAT(
      Refusal(OneNode("NonMaxSuppression").Write()),
      AllOf(HasSubstr("node 0 NonMaxSuppression 'the layer'"), HasSubstr("edgerack-compile ops")));
  EXPECT_THAT(Refusal(OneNode("Loop").Write()), HasSubstr("unrolled"));
  OnnxModelWriter foreign = OneNode("FusedThing");
  foreign.graph().mutable_node(0)->set_domain("com.example");
  EXPECT_THAT(Refusal(foreign.Write()), HasSubstr("FusedThing of domain 'com.example'"));
  OnnxModelWriter attribute = OneNode("Relu");
  OnnxModelWriter::Set(*attribute.graph().mutable_node(0), "gain", 2.0f);
  EXPECT_THAT(Refusal(attribute.Write()), AllOf(HasSubstr("Relu"), HasSubstr("attribute gain")));
  OnnxModelWriter mode = OneNode("Gelu");
  OnnxModelWriter::Set(*mode.graph().mutable_node(0), "approximate", std::string("best"));
  EXPECT_THAT(Refusal(mode.Write()),
              AllOf(HasSubstr("approximate is best"), HasSubstr("none and tanh")));
  OnnxModelWriter dynamic = OneNode("Reshape", {"target"});
  dynamic.Input("target", {"2"}, 7);
  EXPECT_THAT(Refusal(dynamic.Write()), HasSubstr("--option freeze.target=FILE.npy"));
}

TEST(ImportOnnxTest, ExternalDataIsRefusedByName) {
  OnnxModelWriter w = OneNode("Add", {"big"});
  onnx_format::Tensor& tensor = *w.graph().add_initializer();
  tensor.set_name("big");
  tensor.set_data_type(1);
  tensor.add_dims(3);
  tensor.set_data_location(1);
  onnx_format::StringPair& place = *tensor.add_external_data();
  place.set_key("location");
  place.set_value("weights.bin");
  EXPECT_THAT(Refusal(w.Write()), AllOf(HasSubstr("tensor 'big'"), HasSubstr("'weights.bin'"),
                                        HasSubstr("save_model")));
}

TEST(ImportOnnxTest, OpenDimensionsNeedAnOption) {
  OnnxModelWriter w;
  w.Input("x", {"N", "3", "height", "width"});
  w.Node("Relu", {"x"}, {"y"});
  w.Output("y");
  EXPECT_THAT(Refusal(w.Write()), AllOf(HasSubstr("input 'x'"), HasSubstr("Nx3xheightxwidth"),
                                        HasSubstr("--option shape.x=")));
  InputOptions options;
  options.input_shapes["x"] = {1, 3, 8, 8};
  EXPECT_TRUE(Imported(w.Write(), options).ok());
  options.input_shapes["x"] = {1, 3, 8};
  EXPECT_THAT(Refusal(w.Write(), options), HasSubstr("4 dimensions"));
}

TEST(ImportOnnxTest, FrozenInputsAreConstantsWhileReading) {
  OnnxModelWriter w = OneNode("Reshape", {"target"});
  w.Input("target", {"n"}, 7);
  InputOptions options;
  options.frozen_inputs["target"] = {DType::kS64, {2}, BytesOf(std::vector<int64_t>{3, -1})};
  auto model = Imported(w.Write(), options);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->graph.inputs.size(), 1u);
  EXPECT_EQ(model->graph.tensor(model->graph.outputs[0]).shape, (Shape{3, 2}));
  options.frozen_inputs["target"].dtype = DType::kS32;
  EXPECT_THAT(Refusal(w.Write(), options), HasSubstr("the file holds int32"));
}

TEST(ImportOnnxTest, VersionsOutsideTheRangeAreRefused) {
  OnnxModelWriter late(21);
  late.Input("x", {"1"});
  late.Node("Relu", {"x"}, {"y"});
  late.Output("y");
  EXPECT_THAT(Refusal(late.Write()), HasSubstr("version 21"));
  late.model().mutable_opset_import(0)->set_version(17);
  late.model().set_ir_version(11);
  EXPECT_THAT(Refusal(late.Write()), HasSubstr("IR version 11"));
}

TEST(ImportOnnxTest, CirclesDuplicatesAndDanglingNamesAreRefused) {
  OnnxModelWriter circle;
  circle.Input("x", {"2"});
  circle.Node("Add", {"x", "b"}, {"a"});
  circle.Node("Relu", {"a"}, {"b"});
  circle.Output("b");
  EXPECT_THAT(Refusal(circle.Write()), HasSubstr("circle"));
  OnnxModelWriter twice = OneNode("Relu");
  twice.Node("Neg", {"x"}, {"y"});
  EXPECT_THAT(Refusal(twice.Write()), HasSubstr("written twice"));
  OnnxModelWriter dangling = OneNode("Relu");
  dangling.Output("z");
  EXPECT_THAT(Refusal(dangling.Write()), HasSubstr("'z'"));
}

TEST(ImportOnnxTest, DeadOperatorsDoNotMatter) {
  OnnxModelWriter w = OneNode("Relu");
  w.Node("NonMaxSuppression", {"x"}, {"nobody reads it"});
  EXPECT_TRUE(Imported(w.Write()).ok());
}

TEST(ImportOnnxTest, ABranchIsChosenByAConstant) {
  for (int64_t truth : {0, 1}) {
    OnnxModelWriter w;
    w.Input("x", {"2"});
    w.Bytes("truth", {}, {static_cast<int>(truth)}, 9);
    onnx_format::Node& node = w.Node("If", {"truth"}, {"y"});
    for (const char* name : {"then_branch", "else_branch"}) {
      onnx_format::Attribute& a = *node.add_attribute();
      a.set_name(name);
      a.set_type(5);
      onnx_format::Node& inner = *a.mutable_g()->add_node();
      inner.set_op_type(std::string(name) == "then_branch" ? "Exp" : "Neg");
      inner.add_input("x");
      inner.add_output("inner");
      a.mutable_g()->add_output()->set_name("inner");
    }
    w.Output("y");
    auto model = Imported(w.Write());
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_EQ(model->graph.nodes[0].Text("fn"), truth == 1 ? "exp" : "neg");
  }
}

TEST(ImportOnnxTest, SoftmaxOfOldOpsetsSeesTwoDimensions) {
  for (int opset : {11, 13}) {
    OnnxModelWriter w(opset);
    w.Input("x", {"2", "3", "4"});
    OnnxModelWriter::Set(w.Node("Softmax", {"x"}, {"y"}), "axis", int64_t{1});
    w.Output("y");
    auto model = Imported(w.Write());
    ASSERT_TRUE(model.ok()) << model.status();
    const Node* softmax = nullptr;
    for (const Node& node : model->graph.nodes) softmax = node.op == "softmax" ? &node : softmax;
    ASSERT_NE(softmax, nullptr);
    const Shape shape = model->graph.tensor(softmax->inputs[0]).shape;
    EXPECT_EQ(shape, opset == 11 ? (Shape{2, 12}) : (Shape{2, 4, 3}));
  }
}

TEST(ImportOnnxTest, HalfPrecisionWeightsAreWidened) {
  OnnxModelWriter w = OneNode("Add", {"half_cast"});
  w.Bytes("half", {3}, {0x3C00, 0xC000, 0x0001}, 10);
  onnx_format::Node& cast = w.Node("Cast", {"half"}, {"half_cast"});
  OnnxModelWriter::Set(cast, "to", int64_t{1});
  w.graph().mutable_node()->SwapElements(0, 1);
  auto model = Imported(w.Write());
  ASSERT_TRUE(model.ok()) << model.status();
  const std::string& data = *model->graph.tensor(model->graph.nodes[0].inputs[1]).data;
  EXPECT_EQ(LoadElement<float>(data, 0), 1.0f);
  EXPECT_EQ(LoadElement<float>(data, 1), -2.0f);
  EXPECT_EQ(LoadElement<float>(data, 2), std::ldexp(1.0f, -24));
}

TEST(ImportOnnxTest, TheTableHasNoOperatorTwice) {
  std::set<std::string> names;
  for (const OnnxOperator& op : OnnxOperators()) {
    EXPECT_TRUE(names.insert(std::string(op.domain) + "/" + op.name).second) << op.name;
    EXPECT_LE(op.min_inputs, op.max_inputs) << op.name;
  }
  EXPECT_GE(names.size(), 150u);
}

}  // namespace
}  // namespace edgerack::compiler
