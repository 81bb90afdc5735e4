#include "base/text/model_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

TEST(ModelTableTest, OneLineForEachLayerThenTensorsAndTotals) {
  const Json view = Json::parse(R"({
    "inputs": [{"name": "image", "dtype": "int8", "shape": [1, 8, 8, 1], "scale": 0.5,
                "zero_point": -128}],
    "outputs": [{"name": "y", "dtype": "float32", "shape": [1, 10]}],
    "layers": [{"index": 0, "name": "net/stem/Relu;x", "op": "conv2d", "output_shape": [1, 8, 8, 4],
                "output_dtype": "int8", "parameters_bytes": 52, "macs": 2304}],
    "totals": {"layers": 1, "weights_bytes": 1052, "activations_peak_bytes": 320, "macs": 2304}})");
  EXPECT_EQ(RenderModelView(view),
            "#  layer  op      output   dtype  parameters B    MAC\n"
            "-  -----  ------  -------  -----  ------------  -----\n"
            "0  stem   conv2d  1x8x8x4  int8             52  2,304\n"
            "\n"
            "input   image  1x8x8x1 int8, scale 0.5, zero point -128\n"
            "output  y  1x10 float32\n"
            "total   1 layers, 1,052 B weights, 320 B activations at the peak, 2,304 MAC\n");
}

TEST(ModelTableTest, OddValuesAreLeftOutAndNamesCannotMoveTheCursor) {
  for (const char* text : {"{}", "[]", "null", R"({"layers": 5, "totals": [], "inputs": {}})"}) {
    EXPECT_THAT(RenderModelView(Json::parse(text)), HasSubstr("layer")) << text;
  }
  const Json view = Json::parse(R"({"layers": [{"name": "a\u001b[2Jb", "output_shape": "x"}]})");
  EXPECT_THAT(RenderModelView(view), HasSubstr("a?[2Jb"));
}

}  // namespace
}  // namespace edgerack
