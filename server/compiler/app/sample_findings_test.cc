#include "server/compiler/app/sample_findings.h"

#include <random>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

class SampleFindingsTest : public testing::Test {
 protected:
  std::string Codes() {
    std::vector<Finding> findings;
    FindInSamples(inputs_, findings);
    std::string codes;
    for (const Finding& f : findings) {
      EXPECT_FALSE(f.remedy.empty());
      codes += (codes.empty() ? "" : " ") + f.code;
    }
    return codes;
  }

  // An image of waves, another for each sample.
  void Fill(int64_t samples, double noise = 0.2) {
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    InputValues x = {"x", {1, 16, 16, 1}, samples, {}};
    for (int64_t i = 0; i < samples * 256; ++i) {
      const auto row = static_cast<double>(i / 16 % 16), column = static_cast<double>(i % 16);
      const auto sample = static_cast<double>(i / 256);
      const double wave =
          std::sin(0.3 * row + sample) + std::cos(0.4 * column * (1 + 0.1 * sample));
      x.values.push_back((noise < 1 ? 40 * wave : 0) + 20 * noise * normal(random));
    }
    inputs_ = {x};
  }

  std::vector<InputValues> inputs_;
};

TEST_F(SampleFindingsTest, RealSamplesAreTakenAsTheyAre) {
  for (int64_t samples : {1, 2, 50}) {
    Fill(samples);
    EXPECT_EQ(Codes(), "");
  }
}

TEST_F(SampleFindingsTest, Noise) {
  Fill(20, 1);
  EXPECT_EQ(Codes(), "RANDOM_INPUT");
  inputs_[0].real = false;  // numbers of words have no neighbours
  EXPECT_EQ(Codes(), "");
  Fill(2, 1);  // too little to tell
  EXPECT_EQ(Codes(), "");
}

TEST_F(SampleFindingsTest, NoiseIsMissedInOneOfAThousandAtMostAndSmoothNoiseIsNone) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  int told = 0;
  for (int round = 0; round < 200; ++round) {
    inputs_ = {{"x", {1, 64}, 64, {}}};
    for (int i = 0; i < 64 * 64; ++i) inputs_[0].values.push_back(uniform(random));
    told += Codes() == "RANDOM_INPUT" ? 1 : 0;
    for (size_t i = 1; i < inputs_[0].values.size(); ++i) {
      inputs_[0].values[i] += 0.2 * inputs_[0].values[i - 1];
    }
    EXPECT_EQ(Codes(), "");
  }
  EXPECT_GE(told, 199);
}

TEST_F(SampleFindingsTest, EqualAndConstantSamples) {
  Fill(1);
  const std::vector<double> sample = inputs_[0].values;
  for (int i = 0; i < 3; ++i) {
    inputs_[0].values.insert(inputs_[0].values.end(), sample.begin(), sample.end());
  }
  inputs_[0].samples = 4;
  EXPECT_EQ(Codes(), "EQUAL_SAMPLES");
  inputs_[0].values.back() += 1;
  EXPECT_EQ(Codes(), "");
  inputs_[0].values.assign(4 * 256, 0.0);
  EXPECT_EQ(Codes(), "EQUAL_SAMPLES CONSTANT_INPUT");
}

TEST_F(SampleFindingsTest, FewOfTheStepsOfAnInt8Input) {
  Fill(4);
  inputs_[0].int8_steps = true;
  EXPECT_EQ(Codes(), "");
  for (double& value : inputs_[0].values) value = std::round(value / 20);
  EXPECT_EQ(Codes(), "NARROW_INPUT");
  inputs_[0].int8_steps = false;
  EXPECT_EQ(Codes(), "");
}

TEST_F(SampleFindingsTest, OfABoardsBytesAndOfACalibration) {
  PackageInfo package;
  package.tensors = {{0, "a", DType::kF32, {1, 2}, false, false, 0, 8, 0, 0},
                     {1, "b", DType::kS8, {1, 3}, false, false, 8, 3, 0.5f, 0}};
  package.inputs = {0, 1};
  std::string raw;
  for (int sample = 0; sample < 3; ++sample) {
    AppendElement(raw, static_cast<float>(sample));
    AppendElement(raw, 1.0f);
    raw += std::string("\x05\x05\x05", 3);
  }
  std::vector<Finding> findings;
  FindInDataset(package, raw, 3, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "CONSTANT_INPUT");
  EXPECT_NE(findings[0].message.find("input 'b': every value is 5"), std::string::npos);

  Graph graph;
  graph.inputs = {graph.Add({"x", DType::kF32, {1, 2}, {}, nullptr})};
  findings.clear();
  FindInCalibration({1, {{"x", 2, {1, 2}}}}, graph, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "SINGLE_SAMPLE");
  findings.clear();
  FindInCalibration({2, {{"x", 2, {1, 2, 1, 2}}}}, graph, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "EQUAL_SAMPLES");
}

}  // namespace
}  // namespace edgerack::compiler
