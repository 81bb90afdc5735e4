// The programs as a user starts them: exit status, files and messages.
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "base/files.h"
#include "base/npy/npy.h"
#include "gtest/gtest.h"
#include "server/compiler/importers/tflite/sample_models.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

class ProgramTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  void Write(const std::string& name, const std::string& bytes) const {
    ASSERT_TRUE(WriteFileAtomic(Path(name), bytes).ok());
  }

  ChildResult Start(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), (ProgramDir() / "edgerack-compile").string());
    auto result = RunChild(arguments, {});
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ChildResult();
  }

  nlohmann::json Json(const std::string& name) const {
    auto text = ReadFile(Path(name));
    EXPECT_TRUE(text.ok()) << text.status();
    return nlohmann::json::parse(text.ok() ? *text : "{}");
  }

  std::string Package(const std::string& model) const {
    Write("m.tflite", model);
    ChildResult result = Start({Path("m.tflite"), "--board", "virtual-f746", "--out", Path("m.erp"),
                                "--report", Path("m.json")});
    EXPECT_EQ(result.exit_code, 0) << result.standard_error;
    return Path("m.erp");
  }

  TempDir folder_;
};

NpyArray Images(int64_t n) {
  NpyArray images;
  images.kind = 'i';
  images.item_bytes = 1;
  images.shape = {n, 8, 8, 1};
  for (int64_t i = 0; i < n * 64; ++i) AppendElement(images.data, static_cast<int8_t>(37 * i));
  return images;
}

TEST_F(ProgramTest, CompilesAndRunsManySamplesWithBothKernelSets) {
  const std::string package = Package(SampleInt8Cnn());
  EXPECT_EQ(Json("m.json")["fits"], true);
  auto npz = WriteNpz({{"image", Images(5)}});
  Write("in.npz", *npz);
  std::vector<std::string> outputs;
  for (const char* kernels : {"reference", "native"}) {
    ChildResult result = Start({"run", package, "--input", Path("in.npz"), "--output",
                                Path("out.npz"), "--kernels", kernels});
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    auto archive = ParseNpz(*ReadFile(Path("out.npz")));
    ASSERT_TRUE(archive.ok()) << archive.status();
    const NpyArray* scores = FindArray(*archive, "scores");
    ASSERT_NE(scores, nullptr);
    EXPECT_NE(FindArray(*archive, "output_0"), nullptr);
    EXPECT_EQ(scores->shape, (std::vector<int64_t>{5, 4}));
    outputs.push_back(scores->data);
  }
  EXPECT_EQ(outputs[0], outputs[1]);
  // The five images differ, and so do their scores.
  EXPECT_NE(outputs[0].substr(0, 4), outputs[0].substr(4, 4));
}

TEST_F(ProgramTest, RunRefusesRealValuesForInt8UnlessAsked) {
  const std::string package = Package(SampleInt8Cnn());
  NpyArray real = Images(1);
  real.kind = 'f';
  real.item_bytes = 4;
  real.data = BytesOf(std::vector<float>(64, 0.5f));
  Write("in.npy", WriteNpy(real));
  const std::vector<std::string> arguments = {"run",          package,    "--input",
                                              Path("in.npy"), "--output", Path("out.npy")};
  ChildResult refused = Start(arguments);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.standard_error.find("--quantize-io"), std::string::npos);
  std::vector<std::string> asked = arguments;
  asked.push_back("--quantize-io");
  ASSERT_EQ(Start(asked).exit_code, 0);
  EXPECT_EQ(ParseNpy(*ReadFile(Path("out.npy")))->TypeName(), "float32");
}

TEST_F(ProgramTest, PrepareWritesInputsReferenceAndManifest) {
  const std::string package = Package(SampleInt8Cnn());
  NpyArray labels;
  labels.kind = 'u';
  labels.item_bytes = 1;
  labels.shape = {3};
  labels.data = std::string("\x01\x00\x03", 3);
  auto npz = WriteNpz({{"x", Images(3)}, {"y", labels}});
  Write("d.npz", *npz);
  ChildResult result =
      Start({"prepare", package, "--dataset", Path("d.npz"), "--limit", "2", "--inputs",
             Path("x.bin"), "--reference", Path("r.bin"), "--manifest", Path("manifest.json")});
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  const auto manifest = Json("manifest.json");
  EXPECT_EQ(manifest["samples"], 2);
  EXPECT_EQ(manifest["input_bytes"], 64);
  EXPECT_EQ(manifest["output_bytes"], 4);
  EXPECT_EQ(manifest["labels"], (std::vector<int>{1, 0}));
  EXPECT_EQ(manifest["outputs"][0]["name"], "scores");
  EXPECT_EQ(manifest["outputs"][0]["zero_point"], -128);
  EXPECT_EQ(ReadFile(Path("x.bin"))->size(), 128u);
  EXPECT_EQ(ReadFile(Path("r.bin"))->size(), 8u);
}

TEST_F(ProgramTest, PrepareKeepsFloatTargets) {
  const std::string package = Package(SampleFloatCnn());
  NpyArray x = Images(2);
  x.kind = 'f';
  x.item_bytes = 4;
  x.data = BytesOf(std::vector<float>(128, 0.25f));
  NpyArray y;
  y.shape = {2, 4};
  y.data = BytesOf(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8});
  Write("d.npz", *WriteNpz({{"image", x}, {"y", y}}));
  ChildResult result = Start({"prepare", package, "--dataset", Path("d.npz"), "--inputs",
                              Path("x.bin"), "--reference", Path("r.bin"), "--manifest",
                              Path("manifest.json"), "--targets", Path("t.bin")});
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  EXPECT_EQ(Json("manifest.json")["targets_shape"], (std::vector<int>{2, 4}));
  EXPECT_EQ(*ReadFile(Path("t.bin")), y.data);
}

TEST_F(ProgramTest, PrepareWithoutADatasetIsReproducible) {
  const std::string package = Package(SampleFloatCnn());
  std::vector<std::string> inputs;
  for (const char* seed : {"7", "7", "8"}) {
    ChildResult result =
        Start({"prepare", package, "--random-seed", seed, "--inputs", Path("x.bin"), "--reference",
               Path("r.bin"), "--manifest", Path("manifest.json")});
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    inputs.push_back(*ReadFile(Path("x.bin")));
  }
  EXPECT_EQ(inputs[0], inputs[1]);
  EXPECT_NE(inputs[0], inputs[2]);
}

TEST_F(ProgramTest, ExitStatusAndOneLine) {
  Write("m.tflite", SampleInt8Cnn());
  Write("bad.tflite", "this is no model");
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    const char* says;
  };
  const Case cases[] = {
      {{Path("bad.tflite"), "--board", "virtual-f746"}, 1, "none of the model formats"},
      {{Path("m.tflite"), "--board", "virtual-f747"}, 2, "virtual-f746"},
      {{Path("m.tflite")}, 2, "--board"},
      {{Path("gone.tflite"), "--board", "virtual-f746"}, 2, "gone.tflite"},
      {{Path("m.tflite"), "--board", "virtual-f746", "--quantize", "int8"}, 1, "--calibration"},
      {{Path("m.tflite"), "--board", "virtual-f746", "--quantize", "int3"}, 2, "--quantize"},
      {{Path("m.tflite"), "--board", "virtual-f746", "--option", "speed=9"}, 2, "speed"},
      {{Path("m.tflite"), "--board", "virtual-f746", "--option", "passes.zap=off"}, 2, "fold-pad"},
  };
  for (const Case& c : cases) {
    ChildResult result = Start(c.arguments);
    EXPECT_EQ(result.exit_code, c.exit_code) << c.says << result.standard_error;
    EXPECT_NE(result.standard_error.find(c.says), std::string::npos) << result.standard_error;
  }
}

TEST_F(ProgramTest, AnErrorReportIsWritten) {
  Write("bad.tflite", std::string("\0\0\0\0TFL3", 8) + "rubbish");
  ChildResult result =
      Start({Path("bad.tflite"), "--board", "virtual-f746", "--report", Path("r.json")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(std::count(result.standard_error.begin(), result.standard_error.end(), '\n'), 1);
  EXPECT_EQ(Json("r.json")["error"]["class"], "USER");
  EXPECT_EQ(Json("r.json")["error"]["code"], "BAD_MODEL_FILE");
}

TEST_F(ProgramTest, OpsListsOperatorsOfTheRegistries) {
  ChildResult result = Start({"ops", "--board", "virtual-f746", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  const auto listing = nlohmann::json::parse(result.standard_output);
  bool found = false;
  for (const auto& op : listing["operators"]) {
    if (op["op"] != "conv2d") continue;
    found = true;
    EXPECT_EQ(op["from"]["tflite"][0], "CONV_2D");
    EXPECT_GE(op["kernels"].size(), 2u);
  }
  EXPECT_TRUE(found);
  EXPECT_NE(Start({"ops"}).standard_output.find("softmax"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::compiler
