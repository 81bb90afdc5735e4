#include "server/analysis/trace.h"

#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

// Three layers with 1, 2 and 1 outputs, two samples.
HostTrace Host() { return {{1, 2, 1}, {10, 20, 21, 30, 11, 22, 23, 31}}; }

core::BoardTrace Board() {
  core::BoardTrace board;
  board.samples = 2;
  board.crc32 = Host().crc32;
  return board;
}

core::Result ThreeLayers() {
  core::Result result;
  result.verdict = core::Verdict::kValid;
  for (const char* name : {"a", "b", "c"}) {
    core::Layer layer;
    layer.name = name;
    layer.op = "conv2d";
    layer.kernel = "conv2d_s8_armv7em";
    result.layers.push_back(layer);
  }
  return result;
}

TEST(TraceTest, EqualTracesLeaveTheResultAsItIs) {
  const core::BoardTrace board = Board();
  const TraceComparison same = CompareTraces(Host(), board);
  EXPECT_EQ(same.samples, 2);
  EXPECT_EQ(same.first, (std::vector<int64_t>{-1, -1}));
  core::Result result = ThreeLayers();
  AddTrace(same, board, true, result);
  EXPECT_EQ(result.agreement->traced_samples, 2);
  EXPECT_FALSE(result.agreement->first_divergent_layer.has_value());
  EXPECT_TRUE(result.issues.empty());
  EXPECT_EQ(result.verdict, core::Verdict::kValid);
}

TEST(TraceTest, TheFirstLayerOfAnySampleIsNamed) {
  core::BoardTrace board = Board();
  board.crc32[3] = 0;  // sample 0, layer 2
  board.crc32[6] = 0;  // sample 1, second output of layer 1
  board.crc32[7] = 0;  // and what follows from it
  const TraceComparison comparison = CompareTraces(Host(), board);
  EXPECT_EQ(comparison.first, (std::vector<int64_t>{2, 1}));
  core::Result result = ThreeLayers();
  AddTrace(comparison, board, false, result);
  EXPECT_EQ(result.agreement->first_divergent_layer, 1);
  EXPECT_TRUE(result.layers[0].findings.empty());
  EXPECT_EQ(result.layers[1].findings, std::vector<std::string>{"BOARD_HOST_MISMATCH"});
  EXPECT_EQ(result.layers[2].findings, std::vector<std::string>{"BOARD_HOST_MISMATCH"});
  ASSERT_EQ(result.issues.size(), 1u);
  EXPECT_NE(result.issues[0].message.find("layer 1 'b'"), std::string::npos);
  EXPECT_NE(result.issues[0].message.find("1 of 2"), std::string::npos);
  EXPECT_EQ(result.verdict, core::Verdict::kDegraded);
}

TEST(TraceTest, AnIssueThatIsThereNamesTheLayer) {
  core::BoardTrace board = Board();
  board.crc32[0] = 1;
  core::Result result = ThreeLayers();
  result.verdict = core::Verdict::kInvalid;
  result.issues = {{"BOARD_HOST_MISMATCH", "1 of 9 samples differ"}};
  AddTrace(CompareTraces(Host(), board), board, true, result);
  ASSERT_EQ(result.issues.size(), 1u);
  EXPECT_EQ(result.issues[0].message.find("1 of 9 samples differ; the first that differs is"), 0u);
  EXPECT_EQ(result.verdict, core::Verdict::kInvalid);
}

TEST(TraceTest, OnlyWhatIsThereIsCompared) {
  core::BoardTrace board = Board();
  board.crc32.resize(6);  // half of sample 1 is missing
  board.crc32[4] = 0;
  board.samples = 1;
  board.note = "the board fell asleep";
  const TraceComparison comparison = CompareTraces(Host(), board);
  EXPECT_EQ(comparison.samples, 1);
  core::Result result = ThreeLayers();
  AddTrace(comparison, board, true, result);
  ASSERT_EQ(result.issues.size(), 1u);
  EXPECT_EQ(result.issues[0].code, "TRACE_INCOMPLETE");
  EXPECT_EQ(CompareTraces({}, board).samples, 0);
}

}  // namespace
}  // namespace edgerack::analysis
