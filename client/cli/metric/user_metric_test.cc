#include "client/cli/metric/user_metric.h"

#include <cstdlib>

#include "base/files.h"
#include "base/npy/npy.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

using testing::HasSubstr;

// Debian's python3-numpy belongs to this one.
class UserMetricTest : public testing::Test {
 protected:
  UserMetricTest() {
    setenv("EDGERACK_PYTHON", "/usr/bin/python3", 1);
    Write("dataset.npz", *WriteNpz({{"y", Floats({0, 1, 2, 3})}}));
  }
  ~UserMetricTest() override { unsetenv("EDGERACK_PYTHON"); }

  static NpyArray Floats(const std::vector<float>& values) {
    NpyArray array;
    array.shape = {static_cast<int64_t>(values.size())};
    array.data.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    return array;
  }
  std::filesystem::path Write(const char* name, const std::string& text) {
    EXPECT_TRUE(WriteFileAtomic(folder_.path() / name, text).ok());
    return folder_.path() / name;
  }
  absl::StatusOr<nlohmann::ordered_json> Run(const std::string& code, float first = 1,
                                             float second = 3) {
    const MetricFunction metric{Write("metrics.py", code), "score"};
    const NpyArray outputs = Floats({10, 30}), indices = Floats({first, second});
    return Evaluate(metric, *WriteNpz({{"out", outputs}, {"sample_index", indices}}),
                    folder_.path() / "dataset.npz");
  }

  TempDir folder_;
};

TEST_F(UserMetricTest, GetsOutputsAndTheLabelsOfTheSameSamples) {
  auto values = Run("def score(outputs, y):\n    return abs(outputs - 10 * y).max()\n");
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->dump(), R"({"score":0.0})");
  values = Run("def score(outputs, y):\n    return float(abs(outputs - 10 * y).max())\n", 0, 1);
  EXPECT_EQ(values->dump(), R"({"score":20.0})");
}

TEST_F(UserMetricTest, SeveralNumbersPrintedWordsAndNaN) {
  auto values =
      Run("def score(outputs, y):\n    print('hello')\n"
          "    return {'a': 1, 'b': float('nan')}\n");
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->dump(), R"({"a":1.0,"b":null})");
}

TEST_F(UserMetricTest, WhatItRaisesIsShown) {
  auto values = Run("def score(outputs, y):\n    return 1 / 0\n");
  ASSERT_FALSE(values.ok());
  EXPECT_EQ(ErrorCodeOf(values.status()), "METRIC_FAILED");
  EXPECT_THAT(ErrorMessageOf(values.status()), HasSubstr("ZeroDivisionError"));
  EXPECT_THAT(ErrorMessageOf(values.status()), HasSubstr("metrics.py line 2"));
  EXPECT_THAT(ErrorMessageOf(Run("x = 1\n").status()), HasSubstr("score"));
  EXPECT_THAT(ErrorMessageOf(Run("import os\nos._exit(3)\n").status()), HasSubstr("failed"));
}

TEST_F(UserMetricTest, ParsesFileAndFunction) {
  const std::string file = Write("metrics.py", "").string();
  auto metric = ParseMetric(file + ":macro_f1");
  ASSERT_TRUE(metric.ok());
  EXPECT_EQ(metric->name, "macro_f1");
  EXPECT_EQ(ErrorCodeOf(ParseMetric(file).status()), "BAD_METRIC");
  EXPECT_EQ(ErrorCodeOf(ParseMetric("nowhere.py:f").status()), "FILE_NOT_FOUND");
}

TEST_F(UserMetricTest, WithoutPythonItSaysSo) {
  unsetenv("EDGERACK_PYTHON");
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(ErrorCodeOf(Run("").status()), "NO_PYTHON");
  setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace edgerack::cli
