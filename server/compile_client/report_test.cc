#include "server/compile_client/report.h"

#include "gtest/gtest.h"

namespace edgerack::compile_client {
namespace {

TEST(ReportTest, ReadsMemoryAndLayers) {
  auto report = ParseReport(R"({"fits": true, "macs": 2e6, "memory": {"weights_bytes": 10,
      "arena_bytes": 20, "regions": [{"name": "DTCM", "used_bytes": 0, "size_bytes": 65536}, 7]},
      "layers": [{"index": 0, "name": "a", "op": "CONV_2D", "kernel": "k", "macs": 5,
                  "output_shape": [1, 8], "findings": ["X", {"code": "Y", "message": "z"}]}],
      "findings": [{"code": "C", "message": "m", "remedy": "r"}]})");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->macs, 2'000'000);
  EXPECT_EQ(report->memory.weights_bytes, 10);
  EXPECT_FALSE(report->memory.arena_lower_bound_bytes.has_value());
  ASSERT_EQ(report->memory.regions.size(), 1u);
  EXPECT_EQ(report->memory.regions[0].used_bytes, 0);
  ASSERT_EQ(report->layers.size(), 1u);
  EXPECT_EQ(report->layers[0].findings, (std::vector<std::string>{"X", "Y: z"}));
  EXPECT_EQ(report->findings[0].remedy, "r");
}

TEST(ReportTest, ReadsTheAccuracyOfQuantization) {
  auto report = ParseReport(R"({"quantization": {"accuracy": {"samples": 5, "against": "labels",
      "before": {"top1": 0.8}, "after": {"top1": 0}}}})");
  ASSERT_TRUE(report.ok() && report->quantization_accuracy);
  EXPECT_EQ(report->quantization_accuracy->samples, 5);
  EXPECT_EQ(report->quantization_accuracy->before->top1, 0.8);
  EXPECT_EQ(report->quantization_accuracy->after.top1, 0.0);
  EXPECT_FALSE(report->quantization_accuracy->after.rmse.has_value());
  for (const char* text :
       {"{}", R"({"quantization": 5})", R"({"quantization": {"accuracy": []}})"}) {
    EXPECT_FALSE(ParseReport(text)->quantization_accuracy.has_value()) << text;
  }
}

TEST(ReportTest, OddShapesAreUnknownNotFatal) {
  for (const char* text : {"{}", R"({"layers": 5, "memory": [], "findings": {}, "macs": "many"})",
                           R"({"layers": [null, 5, {"index": {}}], "memory": {"regions": {}}})",
                           R"({"macs": 1e300})"}) {
    auto report = ParseReport(text);
    ASSERT_TRUE(report.ok()) << text;
    EXPECT_TRUE(report->fits);
    EXPECT_FALSE(report->macs.has_value());
  }
  for (const char* text : {"", "[]", "{", "5"}) {
    EXPECT_EQ(ErrorCodeOf(ParseReport(text).status()), "BAD_REPORT") << text;
  }
}

TEST(ReportTest, RefusalsComeFromErrorOrFinding) {
  EXPECT_FALSE(RefusalIn(R"({"fits": true})").has_value());
  EXPECT_FALSE(RefusalIn("not json").has_value());
  auto error =
      RefusalIn(R"({"error": {"class": "JOB", "code": "BAD_OPTION", "message": "no such thing"}})");
  EXPECT_EQ(error->error_class, ErrorClass::kJob);
  EXPECT_EQ(error->code, "BAD_OPTION");
  auto finding = RefusalIn(R"({"fits": false, "findings": [
      {"code": "NOTE", "severity": "info", "message": "n"},
      {"code": "ARENA_TOO_BIG", "severity": "error", "message": "300 KB", "remedy": "shrink it"}]})");
  EXPECT_EQ(finding->error_class, ErrorClass::kUser);
  EXPECT_EQ(finding->code, "ARENA_TOO_BIG");
  EXPECT_EQ(finding->message, "300 KB; shrink it");
  EXPECT_EQ(RefusalIn(R"({"fits": false})")->code, "DOES_NOT_FIT");
}

TEST(ReportTest, ReadsAModelsView) {
  auto view = ParseModelView(R"({"format": "tflite",
      "inputs": [{"name": "x", "dtype": "int8", "shape": [1, 4], "scale": 0.5, "zero_point": -3}],
      "layers": [{"index": 0, "name": "a", "op": "conv2d", "output_shape": [1, 2],
                  "output_dtype": "int8", "parameters_bytes": 0, "macs": 5}, null],
      "totals": {"layers": 2, "weights_bytes": 9}})");
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->inputs[0].zero_point, -3);
  EXPECT_EQ(view->layers[0].parameters_bytes, 0);
  EXPECT_FALSE(view->layers[1].macs.has_value());
  EXPECT_EQ(view->totals.weights_bytes, 9);
  EXPECT_FALSE(view->totals.macs.has_value());
  EXPECT_TRUE(ParseModelView("{}").ok());
  EXPECT_EQ(ErrorCodeOf(ParseModelView("[]").status()), "BAD_VIEW");
}

TEST(ReportTest, ManifestsAreChecked) {
  auto manifest = ParseManifest(R"({"samples": 2, "input_bytes": 4, "output_bytes": 10,
      "outputs": [{"name": "y", "dtype": "int8", "shape": [1, 10], "scale": 0.5, "zero_point": -1,
                   "offset_bytes": 0}], "labels": [1, 2],
      "findings": [{"code": "SATURATED_INPUT", "message": "m", "remedy": "r"}, 5]})");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_EQ(manifest->issues.size(), 1u);
  EXPECT_EQ(manifest->issues[0].message, "m; r");
  EXPECT_EQ(manifest->outputs[0].zero_point, -1);
  for (const char* text :
       {"{}", R"({"samples": 2, "output_bytes": 10, "labels": [1]})",
        R"({"samples": 1, "output_bytes": 9, "outputs": [{"dtype": "int8", "shape": [10]}]})",
        R"({"samples": 1, "output_bytes": 9, "outputs": [{"dtype": "int9", "shape": [1]}]})",
        R"({"samples": 1, "output_bytes": 9, "outputs": [{"dtype": "int8", "shape": [-1]}]})",
        R"({"samples": 1, "output_bytes": 9,
            "outputs": [{"dtype": "int8", "shape": [1], "offset_bytes": -4}]})"}) {
    EXPECT_EQ(ErrorCodeOf(ParseManifest(text).status()), "BAD_MANIFEST") << text;
  }
}

}  // namespace
}  // namespace edgerack::compile_client
