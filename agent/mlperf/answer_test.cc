#include "agent/mlperf/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgerack::agent {
namespace {

using ::testing::ElementsAre;

MlperfAnswer AnswerOf(const std::string& bytes) {
  LineCutter cutter;
  MlperfAnswer answer;
  for (const std::string& line : cutter.Feed(bytes)) AddLine(line, answer);
  return answer;
}

TEST(MlperfAnswer, WhatADeviceSaysOfItself) {
  const MlperfAnswer answer = AnswerOf(
      "m-name-dut-[a vendor]\r\nm-profile-[ULPMark for tinyML Firmware V0.0.1]\r\n"
      "m-model-[kws01]\r\nm-ready\r\n");
  EXPECT_EQ(answer.vendor, "a vendor");
  EXPECT_EQ(answer.profile, "ULPMark for tinyML Firmware V0.0.1");
  EXPECT_EQ(answer.model, "kws01");
  EXPECT_TRUE(answer.ready);
  EXPECT_EQ(answer.lines.size(), 3u);
}

TEST(MlperfAnswer, Inferences) {
  const MlperfAnswer answer = AnswerOf(
      "m-warmup-start-2\r\nm-warmup-done\r\nm-infer-start-10\r\nm-lap-us-17\r\nm-lap-us-"
      "4294967299\r\n"
      "m-infer-done\r\nm-results-[0.004,-1.500,0.996,]\r\n");
  EXPECT_THAT(answer.laps_us, ElementsAre(17, 4'294'967'299));
  EXPECT_TRUE(answer.infer_done);
  ASSERT_TRUE(answer.results);
  EXPECT_THAT(*answer.results, ElementsAre(0.004, -1.5, 0.996));
  EXPECT_FALSE(answer.ready);
}

TEST(MlperfAnswer, Errors) {
  EXPECT_THAT(AnswerOf("e-[Unknown command: x]\r\n").errors, ElementsAre("Unknown command: x"));
  EXPECT_THAT(AnswerOf("Supplied buffer size 9 exceeds maximum of 4\n").errors.size(), 1u);
  EXPECT_THAT(AnswerOf("Input db has 3 elemented, expected 4\n").errors.size(), 1u);
  EXPECT_FALSE(AnswerOf("m-results-[1,x]\n").results);
  EXPECT_TRUE(AnswerOf("m-lap-us-x\nm-lap-us-\nm-model-[\n").laps_us.empty());
}

TEST(LineCutter, WhateverTheBytes) {
  LineCutter cutter;
  EXPECT_EQ(cutter.Excerpt(), "");
  EXPECT_THAT(cutter.Feed(std::string("a\0b\r\nrest", 9)), ElementsAre("a\\x00b"));
  EXPECT_EQ(cutter.Excerpt(), "a\\x00b\nrest");
  for (int i = 0; i < 40; ++i) cutter.Feed("line " + std::to_string(i) + "\n");
  EXPECT_EQ(cutter.Excerpt().substr(0, 8), "line 28\n");
  const auto lines = cutter.Feed(std::string(1 << 20, 'x') + "\n");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), LineCutter::kMostLineBytes);
}

}  // namespace
}  // namespace edgerack::agent
