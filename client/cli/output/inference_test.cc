#include "client/cli/output/inference.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// Two samples of three classes, int8 with scale 0.5 and zero point -2.
v1::ResultOutputs Int8Outputs() {
  v1::ResultOutputs outputs;
  outputs.set_samples(2);
  outputs.add_sample_indices(0);
  outputs.add_sample_indices(7);
  v1::OutputTensor& output = *outputs.add_outputs();
  output.mutable_tensor()->set_name("y");
  output.mutable_tensor()->set_dtype("int8");
  output.mutable_tensor()->add_shape(1);
  output.mutable_tensor()->add_shape(3);
  output.mutable_tensor()->set_scale(0.5);
  output.mutable_tensor()->set_zero_point(-2);
  output.set_data(std::string("\xfe\x00\x02\x7f\x80\x00", 6));
  return outputs;
}

TEST(InferenceTest, QuantizedOutputsBecomeReal) {
  const auto outputs = Int8Outputs();
  EXPECT_EQ(RealValues(outputs.outputs(0), 0), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(RealValues(outputs.outputs(0), 1), (std::vector<double>{64.5, -63, 1}));
  EXPECT_TRUE(RealValues(outputs.outputs(0), 2).empty());
}

TEST(InferenceTest, TheLargestComeFirstAndEqualOnesInOrder) {
  auto top = Largest({1, 5, 5, NAN, 2}, 3);
  ASSERT_EQ(top.size(), 3u);
  EXPECT_EQ(top[0].index, 1);
  EXPECT_EQ(top[1].index, 2);
  EXPECT_EQ(top[2].index, 4);
  EXPECT_EQ(Largest({1}, 5).size(), 1u);
}

TEST(InferenceTest, AVectorOfAnotherLengthThanTheInputLooksLikeClasses) {
  v1::TensorDescription tensor = Int8Outputs().outputs(0).tensor();
  EXPECT_TRUE(LooksLikeClasses(tensor, 64));
  EXPECT_FALSE(LooksLikeClasses(tensor, 3));  // an autoencoder
  tensor.add_shape(4);
  EXPECT_FALSE(LooksLikeClasses(tensor, 64));
}

TEST(InferenceTest, AFileHasTheModelsTypesOrRealValues) {
  const auto raw = OutputArchive(Int8Outputs(), false);
  ASSERT_EQ(raw.size(), 2u);
  EXPECT_EQ(raw[0].first, "y");
  EXPECT_EQ(raw[0].second.TypeName(), "int8");
  EXPECT_EQ(raw[0].second.shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(raw[0].second.Value(3), 127);
  EXPECT_EQ(raw[1].first, "sample_index");
  EXPECT_EQ(raw[1].second.Value(1), 7);
  const auto real = OutputArchive(Int8Outputs(), true);
  EXPECT_EQ(real[0].second.TypeName(), "float32");
  EXPECT_EQ(real[0].second.Value(3), 64.5);
  auto nameless = Int8Outputs();
  nameless.mutable_outputs(0)->mutable_tensor()->clear_name();
  EXPECT_EQ(OutputArchive(nameless, false)[0].first, "output_0");
}

TEST(InferenceTest, LabelsAreLines) {
  EXPECT_EQ(LabelLines("a\r\nb c\n"), (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(LabelLines("a\n\nc"), (std::vector<std::string>{"a", "", "c"}));
  EXPECT_TRUE(LabelLines("").empty());
}

TEST(InferenceTest, SaysClassesValuesAndAgreement) {
  InferenceView view{"a.png", "what was done", {}, Int8Outputs(), 64, {"no", "maybe", "yes"}};
  view.result.mutable_agreement()->set_samples(1);
  view.result.mutable_agreement()->set_bit_exact(1);
  view.result.mutable_latency()->set_median_ms(2.5);
  auto json = InferenceJson(view);
  EXPECT_EQ(json["top"][0]["index"], 2);
  EXPECT_EQ(json["top"][0]["label"], "yes");
  EXPECT_EQ(json["outputs"][0]["values"], (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(json["latency_ms"], 2.5);
  EXPECT_EQ(json["equals_host"], true);
  EXPECT_FALSE(json.contains("estimated"));
  const std::string text = RenderInference(view);
  EXPECT_THAT(text, HasSubstr("a.png: what was done\n"));
  EXPECT_THAT(text, HasSubstr("    2  yes        2\n"));
  EXPECT_THAT(text, HasSubstr("yes, bit for bit"));
  view.result.mutable_agreement()->set_bit_exact(0);
  EXPECT_EQ(InferenceJson(view)["equals_host"], false);
  EXPECT_THAT(RenderInference(view), Not(HasSubstr("bit for bit\n\n  result")));
}

}  // namespace
}  // namespace edgerack::cli
