#include "base/text/validation_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

Json Clean() {
  return Json::parse(R"({"samples": 2, "executions": [{"name": "original", "ran": true}],
    "layers": [{"index": 0, "name": "net/conv/Relu;x", "op": "conv2d",
      "original": {"bit_exact": false, "figures": {"elements": 9, "sqnr_db": 41.23}},
      "passes": {"error_steps": 0.5, "allowed_steps": 1.5, "error": 0.1},
      "arithmetic": {"not_judged": "why"},
      "package": {"bit_exact": true, "samples": 2},
      "board": {"bit_exact": false, "samples": 2, "differing_samples": 1},
      "divergences": []}],
    "divergences": []})");
}

TEST(ValidationTableTest, OneLineForEachLayer) {
  const std::string text = RenderValidation(Clean());
  EXPECT_THAT(text, HasSubstr("conv "));
  EXPECT_THAT(text, HasSubstr("41.2 dB"));
  EXPECT_THAT(text, HasSubstr("0.5 of 1.5"));
  EXPECT_THAT(text, HasSubstr("1 of 2 differ"));
  EXPECT_THAT(text, HasSubstr("no layer diverges (2 samples, layer by layer)"));
}

TEST(ValidationTableTest, DivergencesStandBehindTheTable) {
  Json json = Clean();
  json["layers"][0]["divergences"] = {"board"};
  json["divergences"] = Json::parse(
      R"([{"layer": 0, "name": "conv\u001b[2J", "op": "conv2d", "message": "it differs"}])");
  json["executions"][0]["why_not"] = "no kernel";
  const std::string text = RenderValidation(json);
  EXPECT_THAT(text, HasSubstr("<-- board"));
  EXPECT_THAT(text, HasSubstr("first divergence: layer 0 'conv?[2J' (conv2d): it differs"));
  EXPECT_THAT(text, HasSubstr("not executed: original (no kernel)"));
}

TEST(ValidationTableTest, AccuracyOfEachExecution) {
  Json json = Clean();
  json["accuracy"]["labels"] = Json::parse(R"({"classes": 2,
    "executions": [{"name": "package", "samples": 4, "top1": 0.75, "auc": 0.5,
                    "confusion": [{"counts": [1, 0]}, {"counts": [1, 2]}]}],
    "between": [{"a": "package", "b": "board", "samples": 3, "agree": 1.0}]})");
  const std::string text = RenderValidation(json);
  EXPECT_THAT(text, HasSubstr("75.00 %"));
  EXPECT_THAT(text, HasSubstr("package and board agree on 100.00 % of 3 samples"));
  EXPECT_THAT(text, HasSubstr("label \\ package  0  1\n"));
}

TEST(ValidationTableTest, TakesAnyJson) {
  for (const char* text : {"null", "[]", "{\"layers\": 5}", "{\"layers\": [1, null]}",
                           "{\"layers\": [{\"divergences\": [5]}], \"divergences\": [5]}",
                           "{\"accuracy\": {\"labels\": {\"executions\": [1], \"between\": 4}}}",
                           "{\"accuracy\": {\"targets\": 1}}"}) {
    EXPECT_NO_THROW(RenderValidation(Json::parse(text))) << text;
  }
}

}  // namespace
}  // namespace edgerack
