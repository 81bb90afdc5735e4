#include "server/compiler/quant/calibration_data.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

NpyArray Floats(std::vector<int64_t> shape, const std::vector<float>& values) {
  NpyArray array;
  array.shape = std::move(shape);
  array.data = BytesOf(values);
  return array;
}

Graph TwoInputs() {
  Graph graph;
  for (const char* name : {"left", "right"}) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {1, 2};
    graph.inputs.push_back(graph.Add(tensor));
  }
  return graph;
}

Graph OneInput() {
  Graph graph = TwoInputs();
  graph.inputs.pop_back();
  return graph;
}

std::string Refusal(const NpyArchive& archive, const Graph& graph) {
  auto data = ReadCalibration(archive, graph);
  EXPECT_EQ(ErrorCodeOf(data.status()), "BAD_CALIBRATION") << data.status();
  EXPECT_EQ(ErrorClassOf(data.status()), ErrorClass::kUser);
  return ErrorMessageOf(data.status());
}

TEST(CalibrationDataTest, ReadsEachInputByItsNameOrNumber) {
  auto data = ReadCalibration(
      {{"input_1", Floats({2, 2}, {5, 6, 7, 8})}, {"left", Floats({2, 1, 2}, {1, 2, 3, 4})}},
      TwoInputs());
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->samples, 2);
  EXPECT_EQ(data->inputs[0].key, "left");
  EXPECT_THAT(data->inputs[0].values, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(data->inputs[1].values, ElementsAre(5, 6, 7, 8));
}

TEST(CalibrationDataTest, TakesXOrAPlainArrayForASingleInput) {
  for (const char* key : {"x", "", "left", "input_0"}) {
    EXPECT_TRUE(ReadCalibration({{key, Floats({1, 2}, {1, 2})}}, OneInput()).ok()) << key;
  }
  NpyArray bytes;
  bytes.kind = 'u';
  bytes.item_bytes = 1;
  bytes.shape = {1, 2};
  bytes.data = "\x01\xff";
  EXPECT_THAT(ReadCalibration({{"x", bytes}}, OneInput())->inputs[0].values, ElementsAre(1, 255));
}

TEST(CalibrationDataTest, NamesArraySampleAndPositionOfNan) {
  EXPECT_THAT(Refusal({{"x", Floats({2, 2}, {1, 2, 3, std::nanf("")})}}, OneInput()),
              HasSubstr("calibration array 'x': sample 1 holds NaN at [1]"));
  EXPECT_THAT(Refusal({{"x", Floats({2, 2}, {1, INFINITY, 3, 4})}}, OneInput()),
              HasSubstr("sample 0 holds infinity at [1]"));
}

TEST(CalibrationDataTest, RefusesWhatIsNotTheModels) {
  EXPECT_THAT(Refusal({}, OneInput()), HasSubstr("no arrays"));
  EXPECT_THAT(Refusal({{"images", Floats({1, 2}, {1, 2})}}, OneInput()),
              HasSubstr("'images'; name it 'left', 'input_0' or 'x'"));
  EXPECT_THAT(Refusal({{"x", Floats({1, 3}, {1, 2, 3})}}, OneInput()), HasSubstr("1x3"));
  EXPECT_THAT(Refusal({{"x", Floats({0, 2}, {})}}, OneInput()), HasSubstr("no sample"));
  EXPECT_THAT(Refusal({{"left", Floats({1, 2}, {1, 2})}, {"right", Floats({2, 2}, {1, 2, 3, 4})}},
                      TwoInputs()),
              HasSubstr("2 samples, the arrays before it 1"));
  EXPECT_THAT(Refusal({{"x", Floats({1, 2}, {1, 2})}}, TwoInputs()), HasSubstr("'left'"));
}

}  // namespace
}  // namespace edgerack::compiler
