#include "agent/estimate/document.h"

#include <gtest/gtest.h>

#include "agent/estimate/view.h"

namespace edgerack::estimate {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kReport[] = R"({"fits": true, "layers": [{"name": "a"}, {"name": "b"}],
  "findings": [{"code": "SLOW", "severity": "info", "layer": "a", "message": "m", "remedy": "r"}]})";

Estimate TimedEstimate() {
  Estimate estimate;
  core::Result& result = estimate.result;
  result.model_display_name = "x.tflite";
  result.board = {core::BoardId("nucleo-h743zi"), "nucleo-h743zi", "stm32h743", "", true};
  result.verdict = core::Verdict::kValid;
  result.clock_hz = 480'000'000;
  result.cycles = core::Cycles{true, 4'800, 4'800, 4'800};
  result.latency = core::Latency{true, 0.01, 0.01, 0.01, 0.01, {0.01}};
  result.instructions = 9'000;
  result.layers.resize(2);
  result.layers[0].name = "a";
  result.layers[0].cycles = 3'600;
  result.layers[0].macs = 1'800;
  result.layers[1].name = "b";
  result.layers[1].cycles = 1'200;
  result.stages = {{"run", 1, 2.0, false}};
  estimate.expected_error = ExpectedError{10, 20, "source"};
  return estimate;
}

// As for a core without a model of cycles.
Estimate CountedEstimate() {
  Estimate estimate = TimedEstimate();
  estimate.expected_error.reset();
  core::Result& result = estimate.result;
  result.clock_hz.reset();
  result.cycles.reset();
  result.latency.reset();
  for (core::Layer& layer : result.layers) {
    layer.instructions = layer.cycles;
    layer.cycles.reset();
  }
  return estimate;
}

TEST(DocumentTest, HasAResultsKeysAndSaysWhatIsEstimated) {
  const Json json = Document(TimedEstimate(), kReport);
  EXPECT_EQ(json["estimated"], true);
  EXPECT_EQ(json["latency"]["estimated"], true);
  EXPECT_EQ(json["cycles"]["estimated"], true);
  EXPECT_EQ(json["layers"][1]["estimated"], true);
  EXPECT_EQ(json["layers"][1]["cycles"], 1'200);
  EXPECT_EQ(json["board"]["virtual"], true);
  EXPECT_EQ(json["expected_error"]["median_percent"], 10);
  EXPECT_EQ(json["expected_error"]["worst_percent"], 20);
  EXPECT_EQ(json["findings"][0]["code"], "SLOW");
}

TEST(DocumentTest, LeavesOutWhatDiffersFromRunToRun) {
  const Json json = Document(TimedEstimate(), kReport);
  for (const char* key : {"id", "name", "job", "create_time", "stages"}) {
    EXPECT_FALSE(json.contains(key)) << key;
  }
}

TEST(DocumentTest, WithoutACycleModelThereAreNoCyclesAndNoError) {
  const Json json = Document(CountedEstimate(), kReport);
  EXPECT_EQ(json["instructions"], 9'000);
  EXPECT_EQ(json["estimated"], true);
  for (const char* key : {"cycles", "latency", "clock_hz", "expected_error"}) {
    EXPECT_FALSE(json.contains(key)) << key;
  }
  EXPECT_FALSE(json["layers"][0].contains("cycles"));
}

TEST(ReportTest, GetsThePredictionOfEachLayerAndOfTheWhole) {
  const Json json = Json::parse(ReportWithPrediction(kReport, TimedEstimate()));
  EXPECT_EQ(json["fits"], true);
  EXPECT_EQ(json["layers"][0]["name"], "a");
  EXPECT_EQ(json["layers"][0]["predicted_cycles"], 3'600);
  EXPECT_EQ(json["layers"][1]["predicted_cycles"], 1'200);
  EXPECT_EQ(json["prediction"]["estimated"], true);
  EXPECT_EQ(json["prediction"]["cycles"], 4'800);
  EXPECT_EQ(json["prediction"]["expected_error"]["worst_percent"], 20);
}

TEST(ReportTest, HasInstructionsWhereThereAreNoCycles) {
  const Json json = Json::parse(ReportWithPrediction(kReport, CountedEstimate()));
  EXPECT_EQ(json["layers"][0]["predicted_instructions"], 3'600);
  EXPECT_FALSE(json["layers"][0].contains("predicted_cycles"));
  EXPECT_FALSE(json["prediction"].contains("cycles"));
}

TEST(ErrorDocumentTest, HasClassCodeAndMessage) {
  const Json json = ErrorDocument(
      MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "DOES_NOT_FIT", "too big"));
  EXPECT_EQ(json["error"]["class"], "USER");
  EXPECT_EQ(json["error"]["code"], "DOES_NOT_FIT");
  EXPECT_EQ(json["error"]["message"], "too big");
}

TEST(ViewTest, SaysThatItIsAnEstimateAndHowFarItMayBeOff) {
  const std::string text = Render(TimedEstimate(), kReport);
  EXPECT_NE(text.find("an estimate: no board was asked"), std::string::npos) << text;
  EXPECT_NE(text.find("0.010 ms at 480 MHz, ±10 % for half of all networks, ±20 % at worst"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("75.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("SLOW: m; r"), std::string::npos) << text;
}

TEST(ViewTest, SaysPlainlyThatNoCyclesAreEstimated) {
  const std::string text = Render(CountedEstimate(), kReport);
  EXPECT_NE(text.find("not estimated: for this core there is no model of cycles"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("instructions/MAC"), std::string::npos) << text;
  EXPECT_EQ(text.find(" ms"), std::string::npos) << text;
}

}  // namespace
}  // namespace edgerack::estimate
