#include "server/analysis/make_result.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

class MakeResultTest : public testing::Test {
 protected:
  MakeResultTest() {
    facts_.spec.model = core::ModelId("m");
    facts_.spec.quantize = "int8";
    facts_.board = {core::BoardId("b"), "virtual-f746", "stm32f746", "", true};
    facts_.report.macs = 500;
    facts_.report.layers.resize(2);
    facts_.report.memory.weights_bytes = 10;
    facts_.report.memory.regions = {{"FLASH", 1000, 917'504}, {"SRAM1", 30, 245'760}};
    facts_.firmware.image = "img";
    facts_.firmware.code = {"FLASH", {}, 1'048'576};
    facts_.firmware.stack = {"DTCM", {}, 65'536};
    facts_.firmware.code_region = "FLASH_ITCM";
    facts_.plan.prepared.samples = 2;
    facts_.plan.prepared.output_bytes = 3;
    facts_.plan.prepared.outputs = {{"y", "int8", {1, 3}, 0.5, 0, 0}};
    facts_.plan.prepared.labels = {1, 2};
    facts_.plan.prepared.host_samples = 50;
    facts_.plan.prepared.host_top1 = 0.5;
    facts_.reference = std::string("\x00\x05\x01\x04\x02\x03", 6);
    measurement_.clock_hz = 216'000'000;
    measurement_.sample_cycles = {1000, 1000, 1000};
    measurement_.layers = {{600, 60}, {400, 40}};
    measurement_.profiled_total_cycles = 1000;
    measurement_.extra_counts = 100;
    measurement_.extra_unit = "instructions";
    measurement_.code_bytes = 500;
    measurement_.stack_bytes = 700;
    measurement_.samples = 2;
    measurement_.outputs = facts_.reference;
    measurement_.uid = "0123";
  }

  RunFacts facts_;
  core::Measurement measurement_;
};

TEST_F(MakeResultTest, SaysAllThatIsKnown) {
  auto result = MakeResult(facts_, measurement_);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->verdict, core::Verdict::kValid);
  EXPECT_EQ(result->latency->estimated, true);
  EXPECT_DOUBLE_EQ(*result->latency->median_ms, 1000 / 216e3);
  EXPECT_EQ(result->cycles->median, 1000);
  EXPECT_EQ(result->instructions, 100);
  EXPECT_DOUBLE_EQ(*result->cycles_per_mac, 2.0);
  EXPECT_EQ(result->layers[1].cycles, 400);
  EXPECT_EQ(result->layers[1].instructions, 40);
  EXPECT_EQ(result->accuracy->samples, 2);
  EXPECT_DOUBLE_EQ(*result->accuracy->top1, 0.5);
  EXPECT_EQ(result->accuracy->host_samples, 50);
  EXPECT_EQ(result->agreement->bit_exact, 2);
  EXPECT_EQ(result->board.uid, "0123");
  const size_t issues = result->issues.size();
  facts_.plan.prepared.issues = {{"SATURATED_INPUT", "m"}};
  result = MakeResult(facts_, measurement_);
  EXPECT_EQ(result->verdict, core::Verdict::kValid);
  ASSERT_EQ(result->issues.size(), issues + 1);
  EXPECT_EQ(result->issues.back().code, "SATURATED_INPUT");
  EXPECT_EQ(result->provenance.options.at("quantize"), "int8");
}

TEST_F(MakeResultTest, TheFirmwareTakesItsShareOfMemory) {
  auto regions = MakeResult(facts_, measurement_)->memory.regions;
  ASSERT_EQ(regions.size(), 3u);
  EXPECT_EQ(regions[0].used_bytes, 1500);
  EXPECT_EQ(regions[0].size_bytes, 1'048'576);
  EXPECT_EQ(regions[1].used_bytes, 30);
  EXPECT_EQ(regions[2].name, "DTCM");
  EXPECT_EQ(regions[2].used_bytes, 700);
  EXPECT_EQ(regions[2].size_bytes, 65'536);
}

TEST_F(MakeResultTest, WhatTheBoardToldOfItsPlacesCounts) {
  facts_.report.memory.arena_region = "SRAM1";
  EXPECT_EQ(MakeResult(facts_, measurement_)->memory.arena_region, "SRAM1");
  facts_.firmware.arena_region = "DTCM";
  facts_.firmware.weights_region = "FLASH_ITCM";
  const core::Memory memory = MakeResult(facts_, measurement_)->memory;
  EXPECT_EQ(memory.arena_region, "DTCM");
  EXPECT_EQ(memory.weights_region, "FLASH_ITCM");
  EXPECT_EQ(memory.code_region, "FLASH_ITCM");
  EXPECT_EQ(memory.stack_region, "DTCM");
}

TEST_F(MakeResultTest, ARealBoardIsMeasured) {
  facts_.board.is_virtual = false;
  measurement_.extra_unit.clear();
  measurement_.extra_counts.reset();
  measurement_.host_clock_ratio = 1.0;
  auto result = MakeResult(facts_, measurement_);
  EXPECT_EQ(result->verdict, core::Verdict::kValid);
  EXPECT_TRUE(result->issues.empty());
  EXPECT_EQ(result->latency->estimated, false);
  EXPECT_FALSE(result->instructions.has_value());
  EXPECT_FALSE(result->layers[0].instructions.has_value());
}

TEST_F(MakeResultTest, ACortexM7HasCachesAndAFloatingPointUnit) {
  facts_.firmware.core = "cortex-m7";
  EXPECT_EQ(MakeResult(facts_, measurement_)->verdict, core::Verdict::kDegraded);
  measurement_.settings = {.icache = true, .dcache = true, .fpu = true};
  EXPECT_EQ(MakeResult(facts_, measurement_)->verdict, core::Verdict::kValid);
  measurement_.settings.dcache = false;
  EXPECT_EQ(MakeResult(facts_, measurement_)->issues.back().code, "CACHES_OFF");
}

// Outputs of memory that nobody powers, or that the computing unit may not read.
TEST_F(MakeResultTest, OutputsThatAreTheSameForEverySample) {
  facts_.plan.prepared.samples = measurement_.samples = 5;
  facts_.plan.prepared.labels.clear();
  facts_.reference = measurement_.outputs =
      std::string("\x00\x05\x01\x04\x02\x03\x07\x01\x01\x09\x08\x02\x01\x01\x06", 15);
  auto result = MakeResult(facts_, measurement_);
  auto has = [&result](const std::string& code) {
    return std::any_of(result->issues.begin(), result->issues.end(),
                       [&code](const core::Issue& issue) { return issue.code == code; });
  };
  EXPECT_FALSE(has("CONSTANT_OUTPUTS"));
  for (char byte : {0, 127}) {
    measurement_.outputs = std::string(15, byte);
    result = MakeResult(facts_, measurement_);
    EXPECT_EQ(result->verdict, core::Verdict::kInvalid);
    EXPECT_TRUE(has("CONSTANT_OUTPUTS") && has("BOARD_HOST_MISMATCH"));
  }
  measurement_.outputs[7] = 3;
  result = MakeResult(facts_, measurement_);
  EXPECT_FALSE(has("CONSTANT_OUTPUTS"));
  // The model itself, or the samples.
  facts_.reference = measurement_.outputs = std::string(15, 0);
  result = MakeResult(facts_, measurement_);
  EXPECT_EQ(result->verdict, core::Verdict::kValid);
  EXPECT_TRUE(has("CONSTANT_OUTPUTS"));
  facts_.plan.prepared.issues = {{"EQUAL_SAMPLES", "m"}};
  result = MakeResult(facts_, measurement_);
  EXPECT_FALSE(has("CONSTANT_OUTPUTS"));
}

TEST_F(MakeResultTest, TheLinksDamageIsPartOfTheProvenance) {
  EXPECT_FALSE(MakeResult(facts_, measurement_)->provenance.link_requests.has_value());
  measurement_.link = core::LinkStatistics{.requests = 9, .damaged_replies = 2};
  const core::Provenance provenance = MakeResult(facts_, measurement_)->provenance;
  EXPECT_EQ(provenance.link_requests, 9);
  EXPECT_EQ(provenance.link_damaged_replies, 2);
  EXPECT_EQ(provenance.link_damaged_requests, 0);
}

TEST_F(MakeResultTest, ABoardThatComputesSomethingElseIsInvalid) {
  measurement_.outputs[0] = 1;
  EXPECT_EQ(MakeResult(facts_, measurement_)->verdict, core::Verdict::kInvalid);
  facts_.spec.quantize.clear();  // integer outputs all the same
  EXPECT_EQ(MakeResult(facts_, measurement_)->verdict, core::Verdict::kInvalid);
}

TEST_F(MakeResultTest, WithoutLabelsThereIsNoAccuracy) {
  facts_.plan.prepared.labels.clear();
  EXPECT_FALSE(MakeResult(facts_, measurement_)->accuracy.has_value());
}

TEST_F(MakeResultTest, AMeasurementOfSomethingElseIsRefused) {
  measurement_.samples = 1;
  EXPECT_EQ(ErrorCodeOf(MakeResult(facts_, measurement_).status()), "BAD_MEASUREMENT");
  measurement_.samples = 2;
  measurement_.outputs += 'x';
  EXPECT_EQ(ErrorCodeOf(MakeResult(facts_, measurement_).status()), "BAD_MEASUREMENT");
}

TEST_F(MakeResultTest, WithoutTimingTheRestRemains) {
  measurement_.sample_cycles.clear();
  auto result = MakeResult(facts_, measurement_);
  EXPECT_FALSE(result->latency.has_value());
  EXPECT_FALSE(result->cycles_per_mac.has_value());
  EXPECT_EQ(result->instructions, 100);
}

}  // namespace
}  // namespace edgerack::analysis
