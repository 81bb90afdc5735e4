#include "server/compiler/app/compile.h"

#include <random>

#include "base/sha256.h"
#include "gtest/gtest.h"
#include "server/compiler/emit/package_reader.h"
#include "server/compiler/importers/tflite/model_writer.h"
#include "server/compiler/importers/tflite/sample_models.h"

namespace edgerack::compiler {
namespace {

CompileRequest Request(const std::string& model) {
  CompileRequest request;
  request.model = model;
  request.board.id = "test-board";
  request.board.chip = "test-chip";
  request.chip.id = "test-chip";
  request.chip.isa = "armv7em";
  request.chip.memories = {{"FLASH", "flash", 0x0800'0000, std::nullopt, 1 << 20},
                           {"SRAM1", "ram", 0x2000'0000, std::nullopt, 1 << 18}};
  request.chip.layout.package_address = 0x0802'0000;
  request.chip.layout.package_bytes = 500'000;
  request.chip.layout.arena_region = "SRAM1";
  request.chip.layout.arena_bytes = 100'000;
  request.chip.layout.stack_region = "SRAM1";
  return request;
}

TEST(CompileTest, ReportHasWhatUsersRelyOn) {
  const std::string model = SampleInt8Cnn();
  FakeClock clock;
  auto outcome = Compile(Request(model), clock);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const auto& r = outcome->report;
  EXPECT_EQ(r["fits"], true);
  EXPECT_EQ(r["inputs"][0]["name"], "image");
  EXPECT_EQ(r["inputs"][0]["dtype"], "int8");
  EXPECT_EQ(r["inputs"][0]["shape"], (std::vector<int>{1, 8, 8, 1}));
  EXPECT_EQ(r["inputs"][0]["zero_point"], -128);
  EXPECT_EQ(r["outputs"][0]["name"], "scores");
  // conv 8*8*4*9, depthwise 8*8*4*9, matrix 64*4.
  EXPECT_EQ(r["macs"], 2304 + 2304 + 256);
  ASSERT_EQ(r["layers"].size(), 6u);
  const auto& first = r["layers"][0];
  EXPECT_EQ(first["index"], 0);
  EXPECT_EQ(first["name"], "first");
  EXPECT_EQ(first["op"], "conv2d");
  EXPECT_EQ(first["kernel"], "conv2d_s8_armv7em_pairs_wide");
  EXPECT_EQ(first["output_shape"], (std::vector<int>{1, 8, 8, 4}));
  // 36 weights, 4 biases, 4 multipliers, 4 shifts.
  EXPECT_EQ(first["weights_bytes"], 4 * 12 + 16 + 16 + 16);  // rows of 9 are filled up
  EXPECT_EQ(first["weights_packing"], "row_pairs");
  EXPECT_EQ(first["fused_from"], (std::vector<std::string>{"CONV_2D"}));
  // first + second + sum of 256 bytes each.
  EXPECT_EQ(r["memory"]["arena_lower_bound_bytes"], 768);
  EXPECT_EQ(r["memory"]["regions"][0]["name"], "FLASH");
  EXPECT_EQ(r["memory"]["regions"][0]["used_bytes"], outcome->package.size());
  EXPECT_EQ(r["memory"]["regions"][0]["size_bytes"], 500'000);
  EXPECT_EQ(r["memory"]["regions"][1]["name"], "SRAM1");
  EXPECT_EQ(r["memory"]["regions"][1]["used_bytes"], r["memory"]["arena_bytes"]);
  double percent = 0;
  for (const auto& type : r["op_types"]) percent += type["percent"].get<double>();
  EXPECT_NEAR(percent, 100.0, 1e-9);
  auto package = ReadPackage(outcome->package);
  ASSERT_TRUE(package.ok());
  EXPECT_EQ(package->model_sha256, Sha256Hex(model));
  EXPECT_EQ(package->tensors.size(), r["tensors"].size());
  EXPECT_EQ(package->tensors[0].name, r["tensors"][0]["name"]);
}

TEST(CompileTest, MaccFollowsStsCounting) {
  FakeClock clock;
  auto outcome = Compile(Request(SampleFloatCnn()), clock);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const auto& r = outcome->report;
  // Products plus bias per channel, activations per element, pool per window element, 15 a softmax.
  EXPECT_EQ(r["macc_st"], (2304 + 4 + 256) + (2304 + 4) + (256 + 256) + 64 * 4 + 256 + 15 * 4);
  EXPECT_EQ(r["op_types"][0]["type"], "op_f32_f32");
  EXPECT_EQ(r["op_types"][1]["type"], "smul_f32_f32");
}

TEST(CompileTest, DoesNotFitIsAVerdictWithNumbers) {
  CompileRequest request = Request(SampleInt8Cnn());
  request.chip.layout.arena_bytes = 400;
  FakeClock clock;
  auto outcome = Compile(request, clock);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(outcome->fits);
  EXPECT_EQ(outcome->report["fits"], false);
  const auto& finding = outcome->report["findings"].back();
  EXPECT_EQ(finding["code"], "DOES_NOT_FIT");
  EXPECT_EQ(finding["severity"], "error");
  EXPECT_NE(finding["message"].get<std::string>().find("of 400 bytes"), std::string::npos);
}

TEST(CompileTest, ABatchFromAnOptionReachesThePackage) {
  CompileRequest request = Request(SampleFloatCnn());
  request.options.passes.input_shapes["image"] = {3, 8, 8, 1};
  FakeClock clock;
  auto outcome = Compile(request, clock);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->report["outputs"][0]["shape"], (std::vector<int>{3, 4}));
}

TEST(CompileTest, OptionsThatCannotBeMetAreRefused) {
  FakeClock clock;
  CompileRequest placed = Request(SampleInt8Cnn());
  placed.options.placement.arena = "DTCM";
  EXPECT_EQ(ErrorCodeOf(Compile(placed, clock).status()), "BAD_OPTION");
  CompileRequest io = Request(SampleInt8Cnn());
  io.options.io = "float";
  EXPECT_EQ(ErrorCodeOf(Compile(io, clock).status()), "BAD_OPTION");
  CompileRequest text = Request("not a model");
  EXPECT_EQ(ErrorCodeOf(Compile(text, clock).status()), "UNKNOWN_MODEL_FORMAT");
}

TEST(CompileTest, APlacementChangesTheRoomThatIsJudged) {
  FakeClock clock;
  CompileRequest request = Request(SampleInt8Cnn());
  request.chip.memories.push_back({"SMALL", "ram", 0x2100'0000, std::nullopt, 512});
  request.options.placement.weights = "SRAM1";
  auto outcome = Compile(request, clock);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->fits);
  const auto& memory = outcome->report["memory"];
  EXPECT_EQ(memory["weights_region"], "SRAM1");
  // The store keeps the package, SRAM1 has its copy beside the arena.
  ASSERT_EQ(memory["regions"].size(), 2u);
  EXPECT_EQ(memory["regions"][0]["used_bytes"], outcome->package.size());
  EXPECT_EQ(memory["regions"][1]["used_bytes"],
            outcome->package.size() + memory["arena_bytes"].get<size_t>());
  request.options.placement = {.arena = "SMALL"};
  outcome = Compile(request, clock);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(outcome->fits);
  EXPECT_NE(outcome->does_not_fit.message.find("of 512 bytes"), std::string::npos);
}

// Whatever a damaged model does, it ends in a package or in an error that is the user's.
TEST(CompileTest, DamagedModelsNeverLookLikeOurBug) {
  FakeClock clock;
  std::mt19937 random(11);
  for (const std::string& model : {SampleInt8Cnn(), SampleFloatCnn()}) {
    int compiled = 0;
    for (int round = 0; round < 3'000; ++round) {
      CompileRequest request = Request(model);
      for (uint32_t edits = 1 + random() % 3; edits > 0; --edits) {
        request.model[random() % model.size()] = static_cast<char>(random());
      }
      auto outcome = Compile(request, clock);
      compiled += outcome.ok() ? 1 : 0;
      if (!outcome.ok()) {
        EXPECT_NE(ErrorClassOf(outcome.status()), ErrorClass::kBug) << outcome.status();
      }
    }
    EXPECT_GT(compiled, 100);  // most edits hit weights
  }
}

TEST(CompileTest, ErrorReportCarriesClassCodeAndFinding) {
  FakeClock clock;
  const auto report = BuildErrorReport(Compile(Request("not a model"), clock).status());
  EXPECT_EQ(report["fits"], false);
  EXPECT_EQ(report["error"]["class"], "USER");
  EXPECT_EQ(report["error"]["code"], "UNKNOWN_MODEL_FORMAT");
  EXPECT_EQ(report["findings"][0]["severity"], "error");
}

}  // namespace
}  // namespace edgerack::compiler
