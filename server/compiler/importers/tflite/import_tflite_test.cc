#include "gtest/gtest.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/tflite/builtin_names.h"
#include "server/compiler/importers/tflite/model_view.h"
#include "server/compiler/importers/tflite/model_writer.h"
#include "server/compiler/importers/tflite/sample_models.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {

Importer TfliteImporter();

namespace {

using tflite::FusedActivation;
using tflite::OperatorOptions;
using tflite::Padding;
using tflite::TensorType;

absl::StatusOr<ImportedModel> ImportBytes(const std::string& bytes) {
  return TfliteImporter().import(bytes, {});
}

TEST(ImportTfliteTest, SniffsByTheIdentifier) {
  EXPECT_TRUE(TfliteImporter().sniff(SampleInt8Cnn()));
  EXPECT_FALSE(TfliteImporter().sniff("TFL3"));
  EXPECT_FALSE(TfliteImporter().sniff(std::string(100, 'x')));
}

// Found by fuzzing: the sanitizer stops at a plain load of such a number.
TEST(ImportTfliteTest, NumbersNeedNotBeAligned) {
  alignas(8) uint8_t bytes[4 + 4 + 16] = {};
  const uint32_t count = 2;
  const int64_t numbers[2] = {-3, int64_t{1} << 40};
  for (size_t begin : {0, 4}) {  // the elements stand 4 bytes behind
    std::memcpy(bytes + begin, &count, sizeof count);
    std::memcpy(bytes + begin + 4, numbers, sizeof numbers);
    const auto& vector = *reinterpret_cast<const flatbuffers::Vector<int64_t>*>(bytes + begin);
    EXPECT_EQ(ElementAt(vector, 0), numbers[0]);
    EXPECT_EQ(ElementAt(vector, 1), numbers[1]);
  }
}

TEST(ImportTfliteTest, ReadsTheSampleModels) {
  for (const std::string& bytes : {SampleInt8Cnn(), SampleFloatCnn()}) {
    auto model = ImportBytes(bytes);
    ASSERT_TRUE(model.ok()) << model.status();
    const Graph& graph = model->graph;
    ASSERT_EQ(graph.nodes.size(), 7u);
    EXPECT_EQ(graph.nodes[0].op, "conv2d");
    EXPECT_EQ(graph.nodes[0].Int("pad_top"), 1);
    EXPECT_EQ(graph.nodes[0].Text("act"), "relu");
    EXPECT_EQ(graph.nodes[4].op, "reshape");
    EXPECT_EQ(graph.nodes[6].Real("beta"), 1.0);
    EXPECT_EQ(graph.tensor(graph.inputs[0]).name, "image");
    EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 4}));
    // The shape operand of the reshape is not part of the graph.
    EXPECT_EQ(graph.Find("flat/shape"), kNoTensor);
  }
}

// x[1,2] -> SVDF of one unit over 3 inputs; its state is the file's only variable.
std::string SvdfModel(const std::string& state_bytes) {
  TfliteModelWriter writer;
  const std::string zeros(24, '\0');
  const int x = writer.Tensor("x", TensorType::FLOAT32, {1, 2});
  const int features = writer.Tensor("wf", TensorType::FLOAT32, {1, 2}, {}, zeros.substr(0, 8));
  const int time = writer.Tensor("wt", TensorType::FLOAT32, {1, 3}, {}, zeros.substr(0, 12));
  const int state = writer.Tensor("s", TensorType::FLOAT32, {1, 3}, {}, state_bytes, true);
  const int y = writer.Tensor("y", TensorType::FLOAT32, {1, 1});
  auto options = tflite::CreateSVDFOptions(writer.builder(), 1, FusedActivation::RELU);
  writer.Operator(27, {x, features, time, -1, state}, {y}, OperatorOptions::SVDFOptions,
                  options.Union());
  return writer.Finish({x}, {y});
}

TEST(ImportTfliteTest, VariablesBecomeStates) {
  auto model = ImportBytes(SvdfModel(""));
  ASSERT_TRUE(model.ok()) << model.status();
  const Graph& graph = model->graph;
  ASSERT_EQ(graph.states.size(), 1u);
  EXPECT_EQ(graph.tensor(graph.states[0].tensor).name, "s");
  EXPECT_EQ(graph.states[0].next, graph.nodes[0].outputs[1]);
  EXPECT_EQ(graph.nodes[0].Text("act"), "relu");
}

TEST(ImportTfliteTest, AVariableWithAValueInTheFileIsRefused) {
  const auto model = ImportBytes(SvdfModel(std::string(12, '\1')));
  EXPECT_NE(ErrorMessageOf(model.status()).find("initial value"), std::string::npos)
      << model.status();
}

TEST(ImportTfliteTest, SamePaddingIsUnevenTowardsTheEnd) {
  TfliteModelWriter writer;
  int x = writer.Tensor("x", TensorType::FLOAT32, {1, 5, 4, 1});
  int w = writer.Tensor("w", TensorType::FLOAT32, {1, 2, 3, 1}, {},
                        BytesOf(std::vector<float>(6, 1.0f)));
  int y = writer.Tensor("y", TensorType::FLOAT32, {1, 3, 2, 1});
  writer.Operator(3, {x, w, -1}, {y}, OperatorOptions::Conv2DOptions,
                  tflite::CreateConv2DOptions(writer.builder(), Padding::SAME, 2, 2).Union());
  auto model = ImportBytes(writer.Finish({x}, {y}));
  ASSERT_TRUE(model.ok()) << model.status();
  const Node& node = model->graph.nodes[0];
  // Height: (3-1)*2+2-5 = 1, all of it below. Width: (2-1)*2+3-4 = 1, all of it on the right.
  EXPECT_EQ(node.Int("pad_top"), 0);
  EXPECT_EQ(node.Int("pad_bottom"), 1);
  EXPECT_EQ(node.Int("pad_left"), 0);
  EXPECT_EQ(node.Int("pad_right"), 1);
}

TEST(ImportTfliteTest, MeanOverTheImageIsAnAveragePool) {
  TfliteModelWriter writer;
  int x = writer.Tensor("x", TensorType::FLOAT32, {1, 5, 4, 3});
  int axes = writer.Tensor("axes", TensorType::INT32, {2}, {}, BytesOf(std::vector<int32_t>{1, 2}));
  int y = writer.Tensor("y", TensorType::FLOAT32, {1, 3});
  writer.Operator(40, {x, axes}, {y}, OperatorOptions::ReducerOptions,
                  tflite::CreateReducerOptions(writer.builder()).Union());
  auto model = ImportBytes(writer.Finish({x}, {y}));
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_EQ(model->graph.nodes.size(), 2u);
  EXPECT_EQ(model->graph.nodes[0].op, "avg_pool2d");
  EXPECT_EQ(model->graph.nodes[0].Int("kernel_h"), 5);
  EXPECT_EQ(model->graph.nodes[1].op, "reshape");
}

TEST(ImportTfliteTest, ShapeArithmeticInFrontOfAReshapeIsSkipped) {
  TfliteModelWriter writer;
  int x = writer.Tensor("x", TensorType::FLOAT32, {1, 2, 2, 1});
  int s = writer.Tensor("s", TensorType::INT32, {4});
  int y = writer.Tensor("y", TensorType::FLOAT32, {1, 4});
  writer.Operator(109, {x}, {s});  // WHERE is not supported as an operator of its own
  writer.Operator(22, {x, s}, {y});
  auto model = ImportBytes(writer.Finish({x}, {y}));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->graph.nodes.size(), 1u);
}

TEST(ImportTfliteTest, ShapeArithmeticIsFolded) {
  TfliteModelWriter writer;
  auto ints = [&](const std::string& name, const std::vector<int32_t>& values) {
    return writer.Tensor(name, TensorType::INT32, {static_cast<int32_t>(values.size())}, {},
                         BytesOf(values));
  };
  int x = writer.Tensor("x", TensorType::FLOAT32, {2, 3, 1});
  int shape = writer.Tensor("shape", TensorType::INT32, {3});
  int reversed = writer.Tensor("reversed", TensorType::INT32, {3});
  int y = writer.Tensor("y", TensorType::FLOAT32, {2, 9, 2});
  writer.Operator(77, {x}, {shape});
  writer.Operator(105, {shape, ints("axis", {0})}, {reversed});
  writer.Operator(69, {x, reversed}, {y});
  auto model = ImportBytes(writer.Finish({x}, {y}));
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_EQ(model->graph.nodes.size(), 1u);
  EXPECT_EQ(model->graph.nodes[0].op, "tile");
  EXPECT_EQ(model->graph.nodes[0].Ints("repeats"), (std::vector<int64_t>{1, 3, 2}));
}

TEST(ImportTfliteTest, ReadsTheSampleOfMovements) {
  auto model = ImportBytes(SampleMovements());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->graph.outputs.size(), 3u);
}

TEST(ImportTfliteTest, AnOperatorOfSeveralOutputsWritesThemAll) {
  TfliteModelWriter writer;
  int x = writer.Tensor("x", TensorType::FLOAT32, {2, 6});
  int axis = writer.Tensor("axis", TensorType::INT32, {}, {}, BytesOf(std::vector<int32_t>{-1}));
  int a = writer.Tensor("a", TensorType::FLOAT32, {2, 3});
  int b = writer.Tensor("b", TensorType::FLOAT32, {2, 3});
  writer.Operator(49, {axis, x}, {a, b});
  auto model = ImportBytes(writer.Finish({x}, {b, a}));
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_EQ(model->graph.nodes.size(), 2u);
  EXPECT_EQ(model->graph.nodes[1].Ints("begin"), (std::vector<int64_t>{3}));
  EXPECT_EQ(model->graph.tensor(model->graph.outputs[0]).name, "b");
}

TEST(ImportTfliteTest, TheInt8MeanIsAReductionOfItsOwn) {
  TfliteModelWriter writer;
  const Quantization q = {{0.5f}, {3}, 0};
  int x = writer.Tensor("x", TensorType::INT8, {1, 5, 4, 3}, q);
  int axes = writer.Tensor("axes", TensorType::INT32, {2}, {}, BytesOf(std::vector<int32_t>{2, 1}));
  int y = writer.Tensor("y", TensorType::INT8, {1, 3}, q);
  writer.Operator(40, {x, axes}, {y});
  auto model = ImportBytes(writer.Finish({x}, {y}));
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_EQ(model->graph.nodes.size(), 1u);
  EXPECT_EQ(model->graph.nodes[0].op, "reduce");
}

// How TFLite quantizes the activations of a hybrid operator follows from operator, scales and flag.
TEST(ImportTfliteTest, HybridOperatorsSayHowTheirInputsAreQuantized) {
  struct Case {
    int32_t code;
    size_t scales;
    bool flag;
    TensorType type;
    int64_t asymmetric;
  };
  for (const Case& c :
       {Case{3, 1, false, TensorType::INT8, 0}, Case{3, 2, false, TensorType::INT8, 1},
        Case{4, 2, false, TensorType::INT8, 1}, Case{9, 1, false, TensorType::INT8, 0},
        Case{9, 1, true, TensorType::INT8, 1}, Case{9, 1, true, TensorType::FLOAT32, 0},
        Case{9, 1, false, TensorType::UINT8, 0}}) {
    TfliteModelWriter writer;
    auto& b = writer.builder();
    const bool matrix = c.code == 9;
    Quantization q;
    for (size_t i = 0; i < c.scales; ++i) q.scales.push_back(0.5f + 0.25f * static_cast<float>(i));
    q.zero_points.assign(c.scales, 0);
    q.axis = c.code == 4 ? 3 : 0;
    const Shape shape = matrix ? Shape{2, 2} : c.code == 3 ? Shape{2, 1, 1, 2} : Shape{1, 1, 1, 2};
    const bool is_float = c.type == TensorType::FLOAT32;
    const size_t bytes = static_cast<size_t>(ElementCount(shape)) * (is_float ? 4 : 1);
    const std::string data(bytes, is_float ? '\0' : '\x83');
    int x = writer.Tensor("x", TensorType::FLOAT32, matrix ? Shape{1, 2} : Shape{1, 1, 1, 2});
    int w = writer.Tensor("w", c.type, shape, is_float ? Quantization() : q, data);
    int y = writer.Tensor("y", TensorType::FLOAT32, matrix ? Shape{1, 2} : Shape{1, 1, 1, 2});
    if (c.code == 3) {
      writer.Operator(3, {x, w}, {y}, OperatorOptions::Conv2DOptions,
                      tflite::CreateConv2DOptions(b, Padding::VALID, 1, 1).Union());
    } else if (c.code == 4) {
      writer.Operator(4, {x, w}, {y}, OperatorOptions::DepthwiseConv2DOptions,
                      tflite::CreateDepthwiseConv2DOptions(b, Padding::VALID, 1, 1, 1).Union());
    } else {
      writer.Operator(
          9, {x, w}, {y}, OperatorOptions::FullyConnectedOptions,
          tflite::CreateFullyConnectedOptions(b, FusedActivation::NONE, 0, false, c.flag).Union());
    }
    auto model = ImportBytes(writer.Finish({x}, {y}));
    ASSERT_TRUE(model.ok()) << model.status();
    const Node& node = model->graph.nodes[0];
    EXPECT_EQ(node.Int("asymmetric_inputs"), c.asymmetric) << c.code << " " << c.scales;
    EXPECT_EQ(model->graph.tensor(node.inputs[1]).dtype, is_float ? DType::kF32 : DType::kS8);
  }
}

struct Refusal {
  int32_t code;
  const char* error_code;
  const char* says;
};

TEST(ImportTfliteTest, NamesTheOperatorItRefuses) {
  for (const Refusal& r : {Refusal{109, "UNSUPPORTED_OPERATOR", "node 0 WHERE 'y': WHERE is not"},
                           Refusal{32, "UNSUPPORTED_OPERATOR", "CUSTOM operator ''"},
                           Refusal{80, "UNSUPPORTED_OPERATOR", "FAKE_QUANT"},
                           Refusal{4711, "UNSUPPORTED_OPERATOR", "builtin operator 4711"},
                           Refusal{3, "BAD_MODEL_FILE", "Conv2DOptions"}}) {
    TfliteModelWriter writer;
    int x = writer.Tensor("x", TensorType::FLOAT32, {1, 2, 2, 1});
    int y = writer.Tensor("y", TensorType::FLOAT32, {1, 2, 2, 1});
    writer.Operator(r.code, {x, x}, {y});
    auto model = ImportBytes(writer.Finish({x}, {y}));
    EXPECT_EQ(ErrorCodeOf(model.status()), r.error_code);
    EXPECT_NE(ErrorMessageOf(model.status()).find(r.says), std::string::npos) << model.status();
  }
}

TEST(ImportTfliteTest, NamesTheAttributeItRefuses) {
  TfliteModelWriter writer;
  int x = writer.Tensor("x", TensorType::FLOAT32, {1, 4});
  int y = writer.Tensor("y", TensorType::FLOAT32, {1, 4});
  writer.Operator(0, {x, x}, {y}, OperatorOptions::AddOptions,
                  tflite::CreateAddOptions(writer.builder(), FusedActivation::TANH).Union());
  auto model = ImportBytes(writer.Finish({x}, {y}));
  EXPECT_NE(ErrorMessageOf(model.status()).find("fused_activation_function is TANH"),
            std::string::npos)
      << model.status();
}

TEST(ImportTfliteTest, RefusesTypesItCannotTake) {
  TfliteModelWriter writer;
  int x = writer.Tensor("x", TensorType::FLOAT16, {1, 4});
  int y = writer.Tensor("y", TensorType::FLOAT32, {1, 4});
  writer.Operator(6, {x}, {y});
  auto model = ImportBytes(writer.Finish({x}, {y}));
  EXPECT_EQ(ErrorCodeOf(model.status()), "UNSUPPORTED_TYPE");
  EXPECT_NE(ErrorMessageOf(model.status()).find("FLOAT16"), std::string::npos);
}

TEST(ImportTfliteTest, DuplicateAndEmptyNamesBecomeUnique) {
  TfliteModelWriter writer;
  int x = writer.Tensor("", TensorType::FLOAT32, {4});
  int y = writer.Tensor("", TensorType::FLOAT32, {4});
  writer.Operator(19, {x}, {y});
  auto model = ImportBytes(writer.Finish({x}, {y}));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_NE(model->graph.tensors[0].name, model->graph.tensors[1].name);
}

TEST(ImportTfliteTest, BuiltinNames) {
  EXPECT_EQ(BuiltinName(0), "ADD");
  EXPECT_EQ(BuiltinName(114), "QUANTIZE");
  EXPECT_EQ(BuiltinName(126), "BATCH_MATMUL");
  EXPECT_EQ(BuiltinName(161), "RIGHT_SHIFT");
  EXPECT_EQ(BuiltinName(-1), "builtin operator -1");
}

}  // namespace
}  // namespace edgerack::compiler
