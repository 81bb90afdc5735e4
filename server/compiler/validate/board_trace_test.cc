#include "server/compiler/validate/board_trace.h"

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

const std::string kTrace = R"({"package_sha256": "p", "samples": 2, "note": "n",
  "sample_indices": [0, 5], "inputs": "YWJjZGVm", "crc32": [7, 4294967295],
  "differing": [{"sample": 1, "layer": 4, "output": 0, "data": "eHl6"}]})";

TEST(BoardTraceTest, ReadsWhatTheServerWrites) {
  auto trace = ParseBoardTrace(kTrace);
  ASSERT_TRUE(trace.ok()) << trace.status();
  EXPECT_EQ(trace->samples, 2);
  EXPECT_EQ(trace->inputs, "abcdef");
  EXPECT_EQ(trace->crc32[1], 0xFFFFFFFFu);
  EXPECT_EQ(trace->sample_indices[1], 5);
  EXPECT_EQ(trace->differing.at({1, 4, 0}), "xyz");
}

TEST(BoardTraceTest, RefusesAnythingElse) {
  for (size_t bytes = 0; bytes < kTrace.size(); ++bytes) {
    EXPECT_EQ(ErrorCodeOf(ParseBoardTrace(kTrace.substr(0, bytes)).status()), "BAD_BOARD_TRACE");
  }
  for (const auto& [from, to] : {std::pair("\"samples\": 2", "\"samples\": \"2\""),
                                 std::pair("\"samples\": 2", "\"samples\": 0"),
                                 std::pair("YWJj", "!!!!"), std::pair("eHl6", "????")}) {
    std::string text = kTrace;
    text.replace(text.find(from), std::string(from).size(), to);
    EXPECT_FALSE(ParseBoardTrace(text).ok()) << to;
  }
}

}  // namespace
}  // namespace edgerack::compiler
