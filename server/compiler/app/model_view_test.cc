#include "server/compiler/report/model_view.h"

#include "gtest/gtest.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/tflite/sample_models.h"

namespace edgerack::compiler {
namespace {

TEST(ModelViewTest, ShowsTheModelAsItsFileSays) {
  auto model = ImportModel(SampleInt8Cnn());
  ASSERT_TRUE(model.ok()) << model.status();
  const auto view = BuildModelView(model->graph, model->format, "hash");
  EXPECT_EQ(view["format"], "tflite");
  EXPECT_EQ(view["model_sha256"], "hash");
  EXPECT_EQ(view["inputs"][0]["name"], "image");
  EXPECT_EQ(view["inputs"][0]["shape"], (std::vector<int>{1, 8, 8, 1}));
  EXPECT_EQ(view["inputs"][0]["zero_point"], -128);
  EXPECT_EQ(view["outputs"][0]["dtype"], "int8");
  ASSERT_EQ(view["layers"].size(), model->graph.nodes.size());
  const auto& first = view["layers"][0];
  EXPECT_EQ(first["index"], 0);
  EXPECT_EQ(first["name"], "first");
  EXPECT_EQ(first["op"], "conv2d");
  EXPECT_EQ(first["output_shape"], (std::vector<int>{1, 8, 8, 4}));
  EXPECT_EQ(first["output_dtype"], "int8");
  // 36 weights and 4 biases of 4 bytes.
  EXPECT_EQ(first["parameters_bytes"], 36 + 16);
  EXPECT_EQ(first["macs"], 8 * 8 * 4 * 9);
  EXPECT_EQ(view["totals"]["macs"], 2304 + 2304 + 256);
  EXPECT_EQ(view["totals"]["activations_peak_bytes"], 768);
  int64_t parameters = 0;
  for (const auto& layer : view["layers"]) parameters += layer["parameters_bytes"].get<int64_t>();
  EXPECT_EQ(view["totals"]["weights_bytes"], parameters);
}

TEST(ModelViewTest, AConstantThatLayersShareCountsOnceInTheTotal) {
  auto model = ImportModel(SampleFloatCnn());
  ASSERT_TRUE(model.ok()) << model.status();
  Graph graph = model->graph;
  const auto before = BuildModelView(graph, "tflite", "");
  graph.nodes.push_back(graph.nodes[0]);  // reads the first layer's constants too
  const auto after = BuildModelView(graph, "tflite", "");
  EXPECT_EQ(after["totals"]["weights_bytes"], before["totals"]["weights_bytes"]);
  EXPECT_EQ(after["layers"].back()["parameters_bytes"], after["layers"][0]["parameters_bytes"]);
}

}  // namespace
}  // namespace edgerack::compiler
