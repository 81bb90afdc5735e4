#include "server/core/job_options.h"

#include "gtest/gtest.h"

namespace edgerack::core {
namespace {

JobSpec Spec(const std::string& model, const std::string& firmware, Protocol protocol,
             const std::map<std::string, std::string>& options = {}) {
  JobSpec spec;
  spec.model = ModelId(model);
  spec.firmware = FirmwareId(firmware);
  spec.protocol = protocol;
  spec.options = options;
  return spec;
}

std::string Refusal(const JobSpec& spec) { return ErrorCodeOf(OptionsOf(spec).status()); }

TEST(JobOptions, OfAnImageThatSpeaksMlperf) {
  auto options = OptionsOf(Spec("", "f", Protocol::kMlperfTiny,
                                {{"baud", "115200"}, {"windows", "3"}, {"window_s", "0.05"}}));
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->foreign.baud, 115'200u);
  EXPECT_EQ(options->foreign.windows, 3);
  EXPECT_EQ(options->foreign.window_ms, 50);
  EXPECT_EQ(options->timeouts.run_ms, 7'200'000);
  EXPECT_EQ(
      OptionsOf(Spec("", "f", Protocol::kMlperfTiny, {{"timeout.run_ms", "9"}}))->timeouts.run_ms,
      9);
}

TEST(JobOptions, ByTheRulesUnlessAskedOtherwise) {
  auto options = OptionsOf(Spec("m", "", Protocol::kMlperfTiny));
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->foreign.windows, 5);
  EXPECT_EQ(options->foreign.window_ms, 10'000);
}

TEST(JobOptions, WhatDoesNotGoTogether) {
  EXPECT_EQ(Refusal(Spec("m", "f", Protocol::kMlperfTiny)), "BAD_PROTOCOL");
  EXPECT_EQ(Refusal(Spec("m", "", Protocol::kLogRegex, {{"regex", "(?P<us>1)"}})), "BAD_PROTOCOL");
  EXPECT_EQ(Refusal(Spec("", "f", Protocol::kLogRegex)), "BAD_OPTION");  // no regex
  EXPECT_EQ(Refusal(Spec("", "f", Protocol::kLogRegex, {{"regex", "("}})), "BAD_OPTION");
  EXPECT_EQ(Refusal(Spec("m", "", Protocol::kLink, {{"regex", "(?P<us>1)"}})), "BAD_OPTION");
  EXPECT_EQ(Refusal(Spec("m", "", Protocol::kLink, {{"windows", "5"}})), "BAD_OPTION");
  EXPECT_EQ(Refusal(Spec("m", "", Protocol::kMlperfTiny, {{"baud", "115200"}})), "BAD_OPTION");
  EXPECT_EQ(Refusal(Spec("", "f", Protocol::kMlperfTiny, {{"window_s", "0"}})), "BAD_OPTION");
  EXPECT_EQ(Refusal(Spec("", "f", Protocol::kMlperfTiny, {{"kernels", "ref"}})), "BAD_OPTION");
  EXPECT_EQ(Refusal(Spec("", "f", Protocol::kMlperfTiny, {{"clock", "100"}})), "BAD_OPTION");
  JobSpec with_input = Spec("", "f", Protocol::kLink);
  with_input.dataset = DatasetId("d");
  EXPECT_EQ(Refusal(with_input), "BAD_PROTOCOL");
  EXPECT_TRUE(OptionsOf(Spec("m", "f", Protocol::kLink, {{"clock", "100"}})).ok());
}

}  // namespace
}  // namespace edgerack::core
