#include "server/store/record_json.h"

#include "gtest/gtest.h"

namespace edgerack::store {
namespace {

core::RunPlan Plan() {
  core::RunPlan plan;
  plan.compiled = {"aa", "bb", 0xFFFFFFFFu, 1234, {16, 8}, {{7, 4}, {9, 12}}, "1.2"};
  plan.prepared.samples = 2;
  plan.prepared.inputs_sha256 = "cc";
  plan.prepared.reference_sha256 = "dd";
  plan.prepared.output_bytes = 16;
  plan.prepared.outputs = {{"prob", "int8", {1, 10}, 0.00390625, -128, 4}};
  plan.prepared.labels = {3, 0};
  plan.prepared.host_samples = 1000;
  plan.prepared.host_top1 = 0.0;
  plan.compile_stage = {"compile", 5, 1.5, false};
  return plan;
}

TEST(RecordJsonTest, PlanSurvives) {
  core::RunPlan plan = Plan();
  plan.prepared.sample_seed = 3;
  plan.prepared.trace_samples = 4;
  plan.prepared.trace_sha256 = "t";
  auto back = DecodePlan(EncodePlan(plan));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(EncodePlan(*back), EncodePlan(plan));
  EXPECT_EQ(back->prepared.trace_sha256, "t");
  EXPECT_EQ(back->compiled.package_crc32, 0xFFFFFFFFu);
  EXPECT_EQ(back->compiled.outputs[1].tensor, 9);
  EXPECT_EQ(back->prepared.outputs[0].scale, 0.00390625);
  EXPECT_EQ(back->prepared.host_top1, 0.0);
  EXPECT_EQ(back->compile_stage.skipped, false);
}

TEST(RecordJsonTest, SpecSurvives) {
  core::JobSpec spec;
  spec.model = core::ModelId("m");
  spec.calibration = core::DatasetId("c");
  spec.board_selector = "kind=x";
  spec.all_boards = true;
  spec.quantize = "int8";
  spec.options = {{"a", "1"}};
  EXPECT_EQ(*DecodeSpec(EncodeSpec(spec)), spec);
  EXPECT_EQ(*DecodeSpec(EncodeSpec({})), core::JobSpec());
}

TEST(RecordJsonTest, ResultKeepsKnownZerosAndUnknowns) {
  core::Result result;
  result.board.id = core::BoardId("b");
  result.board.is_virtual = false;
  result.verdict = core::Verdict::kDegraded;
  result.issues = {{"CODE", "text"}};
  result.latency = core::Latency{.estimated = false, .median_ms = 0.0, .samples_ms = {0.5, 0.25}};
  result.cycles = core::Cycles{.median = 0};
  result.layers.resize(1);
  result.layers[0].index = 0;
  result.layers[0].output_shape = {1, 10};
  result.agreement = core::Agreement{.samples = 3, .bit_exact = 0};
  result.agreement->first_divergent_layer = 0;
  result.agreement->traced_samples = 2;
  result.trace = core::KeptTrace{2, "t"};
  result.accuracy = core::Accuracy{.top1 = 0.0};
  result.quantization_accuracy = core::QuantizationAccuracy{
      .samples = 7, .against = "labels", .before = core::AccuracyFigures{.top1 = 0.0}, .after = {}};
  result.stages = {{"queue", 9, 0.0, true}};
  result.memory.regions = {{"DTCM", 0, 65536}};
  result.provenance.fpu = false;
  result.provenance.link_requests = 243;
  result.provenance.link_damaged_requests = 0;
  result.outputs = core::KeptOutputs{.samples = 2,
                                     .run_samples = 3,
                                     .dataset_samples = 9,
                                     .sample_seed = 5,
                                     .sample_bytes = 4,
                                     .board_sha256 = "b",
                                     .reference_sha256 = "r",
                                     .tensors = {{"y", "int8", {1, 4}, 0.5, -2, 0}}};
  auto back = DecodeResultBody(EncodeResultBody(result));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(EncodeResultBody(*back), EncodeResultBody(result));
  EXPECT_EQ(back->outputs->tensors[0].zero_point, -2);
  EXPECT_EQ(back->outputs->run_samples, 3);
  EXPECT_EQ(back->latency->estimated, false);
  EXPECT_EQ(back->latency->median_ms, 0.0);
  EXPECT_FALSE(back->latency->p90_ms.has_value());
  EXPECT_FALSE(back->cycles->estimated.has_value());
  EXPECT_EQ(back->agreement->bit_exact, 0);
  EXPECT_EQ(back->agreement->first_divergent_layer, 0);
  EXPECT_EQ(back->agreement->traced_samples, 2);
  EXPECT_EQ(back->trace->sha256, "t");
  EXPECT_EQ(back->quantization_accuracy->samples, 7);
  EXPECT_EQ(back->quantization_accuracy->against, "labels");
  EXPECT_EQ(back->quantization_accuracy->before->top1, 0.0);
  EXPECT_FALSE(back->quantization_accuracy->after.top1.has_value());
  EXPECT_FALSE(back->macs.has_value());
  EXPECT_EQ(back->provenance.fpu, false);
  EXPECT_EQ(back->provenance.link_requests, 243);
  EXPECT_EQ(back->provenance.link_damaged_requests, 0);
  EXPECT_FALSE(back->provenance.link_repeated_requests.has_value());
  EXPECT_FALSE(back->provenance.icache.has_value());
}

TEST(RecordJsonTest, TextThatIsNotUtf8IsStoredAnyway) {
  core::Failure failure{ErrorClass::kUser, "BAD", "name \xff\xfe"};
  auto back = DecodeFailure(EncodeFailure(failure));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->code, "BAD");
}

TEST(RecordJsonTest, DamagedTextIsAnError) {
  for (const char* text : {"", "{", "[]", "{\"verdict\": 5}", "nul"}) {
    EXPECT_EQ(ErrorCodeOf(DecodeResultBody(text).status()), "RECORD_DAMAGED") << text;
    EXPECT_EQ(ErrorCodeOf(DecodePlan(text).status()), "RECORD_DAMAGED") << text;
  }
  EXPECT_EQ(ErrorCodeOf(DecodeSpec("{\"model\": 5}").status()), "RECORD_DAMAGED");
}

}  // namespace
}  // namespace edgerack::store
