// The examination of a small model, run by the firmware's kernels in edgerack-run-package.
#include "server/compiler/doctor/diagnose.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kModel[] = R"(graph "small" {
  input %x: float32[1,3,2,1]
  const %w: float32[2,2,2,1] = [1, -2, 3, 0.5, 2, 1, -1, 0.25]
  const %b: float32[2] = [0.5, -0.5]
  %c: float32[1,2,1,2] = conv2d(%x, %w, %b) {stride_h = 1, stride_w = 1} "conv"
  %f: float32[1,4] = reshape(%c) {shape = [1, 4]} "flat"
  const %v: float32[3,4] = [1, 2, -1, 0.5, -2, 1, 1, 1, 0.5, -1, 2, 3]
  %y: float32[1,3] = fully_connected(%f, %v, none) "head"
  output %y
})";

NpyArray Floats(std::vector<int64_t> shape, const std::vector<float>& values) {
  return {'f', 4, std::move(shape), BytesOf(values)};
}

class DiagnoseTest : public testing::Test {
 protected:
  void SetUp() override {
    auto subject = Subject::Create(kModel, {});
    ASSERT_TRUE(subject.ok()) << subject.status();
    subject_ = *std::move(subject);
    for (int i = 0; i < 18; ++i) meant_.push_back(std::sin(1.7f * static_cast<float>(i)));
  }

  // What the model gives for these numbers, three samples of six.
  std::vector<float> Outputs(const std::vector<float>& inputs) {
    auto raw = subject_->Run(BytesOf(inputs), 3);
    EXPECT_TRUE(raw.ok()) << raw.status();
    std::vector<float> values;
    for (size_t i = 0; i < 9; ++i) values.push_back(LoadElement<float>(*raw, i));
    return values;
  }

  Diagnosis Examine(const std::vector<float>& outputs, const std::vector<Rival>& rivals = {}) {
    auto seen = ReadObservation(*subject_, {{"x", Floats({3, 3, 2, 1}, meant_)}},
                                {{"y", Floats({3, 3}, outputs)}});
    EXPECT_TRUE(seen.ok()) << seen.status();
    auto diagnosis = Diagnose(*subject_, *seen, rivals);
    EXPECT_TRUE(diagnosis.ok()) << diagnosis.status();
    return *diagnosis;
  }

  static std::vector<std::string> Codes(const Diagnosis& diagnosis) {
    std::vector<std::string> codes;
    for (const Cause& cause : diagnosis.causes) codes.push_back(cause.code);
    return codes;
  }

  std::optional<Subject> subject_;
  std::vector<float> meant_;
};

TEST_F(DiagnoseTest, RightOutputsHaveNoCause) {
  const Diagnosis d = Examine(Outputs(meant_));
  EXPECT_TRUE(d.agrees);
  EXPECT_THAT(d.causes, IsEmpty());
}

TEST_F(DiagnoseTest, ScaledInput) {
  std::vector<float> fed = meant_;
  for (float& x : fed) x *= 255;
  const Diagnosis d = Examine(Outputs(fed));
  EXPECT_FALSE(d.agrees);
  EXPECT_THAT(Codes(d), ElementsAre("NORMALIZATION_RANGE"));
  EXPECT_EQ(d.causes[0].fit, Fit::kExact);
  EXPECT_EQ(d.causes[0].after.equal_rows, 3);
}

TEST_F(DiagnoseTest, OutputsOfOtherSamples) {
  std::vector<float> outputs = Outputs(meant_);
  std::rotate(outputs.begin(), outputs.begin() + 3, outputs.end());
  const Diagnosis d = Examine(outputs);
  EXPECT_THAT(Codes(d), Contains("SAMPLE_ORDER"));
}

TEST_F(DiagnoseTest, AnEmptyLayer) {
  std::string zeros = kModel;
  const std::string weights = "[1, -2, 3, 0.5, 2, 1, -1, 0.25]";
  zeros.replace(zeros.find(weights), weights.size(), "[0, 0, 0, 0, 0, 0, 0, 0]");
  auto other = Subject::Create(zeros, {});
  ASSERT_TRUE(other.ok()) << other.status();
  auto raw = other->Run(BytesOf(meant_), 3);
  std::vector<float> outputs;
  for (size_t i = 0; i < 9; ++i) outputs.push_back(LoadElement<float>(*raw, i));
  const Diagnosis d = Examine(outputs);
  EXPECT_THAT(Codes(d), Contains("STALE_WEIGHTS"));
}

TEST_F(DiagnoseTest, FlattenedInAnotherOrder) {
  // The head's columns as channels first: [2, 2] transposed.
  std::string moved = kModel;
  const std::string weights = "[1, 2, -1, 0.5, -2, 1, 1, 1, 0.5, -1, 2, 3]";
  moved.replace(moved.find(weights), weights.size(), "[1, -1, 2, 0.5, -2, 1, 1, 1, 0.5, 2, -1, 3]");
  auto other = Subject::Create(moved, {});
  ASSERT_TRUE(other.ok()) << other.status();
  auto raw = other->Run(BytesOf(meant_), 3);
  std::vector<float> outputs;
  for (size_t i = 0; i < 9; ++i) outputs.push_back(LoadElement<float>(*raw, i));
  const Diagnosis d = Examine(outputs);
  EXPECT_THAT(Codes(d), ElementsAre("LAYOUT_NCHW_NHWC"));
  EXPECT_THAT(d.causes[0].what, testing::HasSubstr("'head'"));
}

TEST_F(DiagnoseTest, RandomNumbersHaveNoCause) {
  const Diagnosis d = Examine({3, 1, 4, 1, 5, 9, 2, 6, 5});
  EXPECT_FALSE(d.agrees);
  EXPECT_THAT(Codes(d), IsEmpty());
}

TEST_F(DiagnoseTest, CountsOfSamplesMustAgree) {
  auto seen = ReadObservation(*subject_, {{"x", Floats({3, 3, 2, 1}, meant_)}},
                              {{"y", Floats({1, 3}, {1, 2, 3})}});
  EXPECT_EQ(ErrorCodeOf(seen.status()), "BAD_DATASET");
}

}  // namespace
}  // namespace edgerack::compiler::doctor
