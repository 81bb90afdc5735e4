// Compiles a folder of published models and compares their outputs with the ones recorded by
// another engine. The folder is not part of the repository: EDGERACK_SHARED_MODELS names it.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "base/files.h"
#include "base/npy/npy.h"
#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

namespace fs = std::filesystem;

struct Model {
  const char* name;
  // The smallest arena another engine needs, for the printed comparison; 0 where there is none.
  int64_t other_arena_bytes;
  // What the planner reached once; it must not lose it.
  int64_t most_bytes;
};

constexpr Model kModels[] = {
    {"kws_int8", 22832, 10100},         {"vww_int8", 100720, 38400},
    {"resnet8_int8", 55008, 34200},     {"ad_int8", 3024, 768},
    {"micro_speech_int8", 6848, 4800},  {"hello_world_int8", 916, 32},
    {"mnist_cnn_float", 109568, 28288}, {"resnet8_float", 199120, 133300},
    {"vww_float", 299968, 147600},      {"ad_float", 4848, 3072},
};

class SharedModelsTest : public testing::TestWithParam<Model> {
 protected:
  ChildResult Start(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), (ProgramDir() / "edgerack-compile").string());
    auto result = RunChild(arguments, {});
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ChildResult();
  }

  TempDir folder_;
};

// int8 must agree bit for bit, float within 1e-4 and a cosine above 0.9999.
void ExpectAgreement(const NpyArray& got, const NpyArray& golden, const std::string& where) {
  ASSERT_EQ(got.TypeName(), golden.TypeName()) << where;
  ASSERT_EQ(got.shape, golden.shape) << where;
  if (golden.kind != 'f') {
    EXPECT_EQ(got.data, golden.data) << where;
    return;
  }
  double dot = 0, a = 0, b = 0, worst = 0;
  for (int64_t i = 0; i < golden.elements(); ++i) {
    const double x = got.Value(i);
    const double y = golden.Value(i);
    dot += x * y;
    a += x * x;
    b += y * y;
    worst = std::max(worst, std::abs(x - y));
  }
  EXPECT_LT(worst, 1e-4) << where;
  EXPECT_GT(dot / std::sqrt(a * b), 0.9999) << where;
}

TEST_P(SharedModelsTest, AgreesWithTheRecordedOutputs) {
  const char* folder = std::getenv("EDGERACK_SHARED_MODELS");
  if (folder == nullptr) {
    GTEST_SKIP() << "EDGERACK_SHARED_MODELS is not set: the published models are NOT checked";
  }
  const Model& model = GetParam();
  const fs::path file = fs::path(folder) / (std::string(model.name) + ".tflite");
  const std::string package = (folder_.path() / "m.erp").string();
  const std::string report = (folder_.path() / "m.json").string();
  // The host board holds every model, so that arithmetic is checked whatever the size.
  for (const char* board : {"virtual-f746", "host"}) {
    ChildResult compiled =
        Start({file.string(), "--board", board, "--out", package, "--report", report});
    auto parsed = nlohmann::json::parse(*ReadFile(report));
    std::cout << model.name << " on " << board << ": arena " << parsed["memory"]["arena_bytes"]
              << ", lower bound " << parsed["memory"]["arena_lower_bound_bytes"]
              << ", another engine " << model.other_arena_bytes << ", package "
              << parsed["memory"]["package_bytes"] << ", MACs " << parsed["macs"] << "\n";
    if (std::string(model.name) == "mnist_cnn_float") {
      EXPECT_EQ(parsed["macc_st"], 2852598);  // as ST's own tool printed it for this model
    }
    if (compiled.exit_code == 1 && parsed["fits"] == false) continue;
    ASSERT_EQ(compiled.exit_code, 0) << compiled.standard_error;
    EXPECT_LE(parsed["memory"]["arena_bytes"].get<int64_t>(), model.other_arena_bytes);
    EXPECT_LE(parsed["memory"]["arena_bytes"].get<int64_t>(), model.most_bytes);
    for (const char* sample : {"A", "B"}) {
      for (const char* kernels : {"reference", "native"}) {
        const fs::path golden = fs::path(folder) / "golden";
        const std::string output = (folder_.path() / "out.npy").string();
        ChildResult run =
            Start({"run", package, "--input",
                   (golden / (std::string(model.name) + ".in" + sample + ".npy")).string(),
                   "--output", output, "--kernels", kernels});
        ASSERT_EQ(run.exit_code, 0) << run.standard_error;
        auto got = ParseNpy(*ReadFile(output));
        auto want =
            ParseNpy(*ReadFile(golden / (std::string(model.name) + ".out" + sample + ".npy")));
        ASSERT_TRUE(got.ok() && want.ok());
        ExpectAgreement(*got, *want,
                        std::string(model.name) + " " + board + " " + sample + " " + kernels);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Published, SharedModelsTest, testing::ValuesIn(kModels),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace edgerack::compiler
