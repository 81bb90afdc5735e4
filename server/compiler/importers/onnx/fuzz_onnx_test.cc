// Drives the fuzzer's entry with cut and mutated models; a crash or abort fails the test.
#include <random>

#include "gtest/gtest.h"
#include "server/compiler/importers/onnx/sample_models.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack::compiler {
namespace {

void Feed(const std::string& bytes) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
            0);
}

TEST(FuzzOnnxTest, SurvivesEveryTruncation) {
  for (const std::string& model : {SampleOnnxCnn(), SampleOnnxQdq(), SampleOnnxShapes()}) {
    for (size_t n = 0; n < model.size(); ++n) Feed(model.substr(0, n));
  }
}

TEST(FuzzOnnxTest, SurvivesRandomMutations) {
  std::mt19937 random(42);
  for (const std::string& model : {SampleOnnxCnn(), SampleOnnxQdq(), SampleOnnxShapes()}) {
    for (int round = 0; round < 10'000; ++round) {
      std::string bytes = model;
      for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
        const size_t at = random() % bytes.size();
        const uint32_t kind = random() % 3;
        if (kind == 0) bytes[at] = static_cast<char>(random());
        if (kind == 1) bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
        if (kind == 2) bytes[at] = static_cast<char>(random() % 2 ? 0xFF : 0x7F);
      }
      Feed(bytes);
    }
  }
}

// Small lists of numbers decide about shapes and loops: huge and odd ones everywhere.
TEST(FuzzOnnxTest, SurvivesExtremeNumbers) {
  std::mt19937 random(7);
  const int64_t extremes[] = {0,         -1,    INT64_MIN,       INT64_MAX, 1LL << 31, -(1LL << 31),
                              1LL << 40, 65536, (1LL << 31) - 1, 7};
  for (const std::string& bytes : {SampleOnnxCnn(), SampleOnnxQdq(), SampleOnnxShapes()}) {
    for (int round = 0; round < 3000; ++round) {
      onnx_format::Model model;
      ASSERT_TRUE(model.ParseFromString(bytes));
      onnx_format::Graph& graph = *model.mutable_graph();
      onnx_format::Node& node = *graph.mutable_node(
          static_cast<int>(random() % static_cast<uint32_t>(graph.node_size())));
      const int64_t value = extremes[random() % 10];
      const uint32_t kind = random() % 4;
      if (kind == 0 && node.attribute_size() > 0) {
        onnx_format::Attribute& a = *node.mutable_attribute(0);
        a.set_i(value);
        if (a.ints_size() > 0) a.set_ints(static_cast<int>(random()) & (a.ints_size() - 1), value);
      } else if (kind == 1 && graph.initializer_size() > 0) {
        onnx_format::Tensor& t = *graph.mutable_initializer(
            static_cast<int>(random() % static_cast<uint32_t>(graph.initializer_size())));
        if (t.int64_data_size() > 0) t.set_int64_data(0, value);
        if (t.dims_size() > 0 && random() % 2) t.set_dims(0, value);
      } else if (kind == 2) {
        auto& shape =
            *graph.mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
        shape.mutable_dim(static_cast<int>(random() % static_cast<uint32_t>(shape.dim_size())))
            ->set_dim_value(value);
      } else if (node.input_size() > 0) {
        node.set_input(static_cast<int>(random() % static_cast<uint32_t>(node.input_size())),
                       graph.node(0).output(0));
      }
      Feed(model.SerializeAsString());
    }
  }
}

}  // namespace
}  // namespace edgerack::compiler
