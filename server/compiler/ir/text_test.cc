#include "server/compiler/ir/text.h"

#include "base/sha256.h"
#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

constexpr char kGraph[] = R"(graph "small" {
  input %x: int8[1,2,2,1] q(0.5, -128)
  input %"odd name:0": float32[4]
  const %w: int8[2,4] q(axis 0, [0.1, 0.2], [0, 0]) = [1, -2, 3, 4, 5, 6, 7, -128]
  const %b: int32[2] = [100000, -7]
  %y: int8[1,2] q(0.25, 3) = fully_connected(%x, %w, %b) {act = "relu", beta = 1.0, n = 3, pads = [1, 2]} "layer \"one\""
  %z: int8[1,2] q(0.25, 3) = fully_connected(%x, %w, none) "two"
  output %y
  output %z
}
)";

TEST(TextTest, RoundTrip) {
  auto graph = ParseGraph(kGraph);
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(PrintGraph(*graph), kGraph);
  EXPECT_EQ(graph->tensors[2].quantization.scales.size(), 2u);
  EXPECT_EQ(graph->nodes[0].Text("act"), "relu");
  EXPECT_EQ(graph->nodes[0].Real("beta"), 1.0);
  EXPECT_EQ(graph->nodes[0].Int("n"), 3);
  EXPECT_EQ(graph->nodes[0].Ints("pads"), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(graph->nodes[1].inputs[2], kNoTensor);
}

TEST(TextTest, SeveralOutputsAndAbsentOnes) {
  const std::string text =
      "graph \"g\" {\n"
      "  input %x: float32[2,4]\n"
      "  %v: float32[2,1], %i: int64[2,1] = topk(%x) {k = 1} \"t\"\n"
      "  %y: float32[2,4], none, %d: float32[2,1] = layer_norm(%x, none, none) \"n\"\n"
      "  output %v\n"
      "  output %i\n"
      "  output %y\n"
      "  output %d\n"
      "}\n";
  auto graph = ParseGraph(text);
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(PrintGraph(*graph), text);
  EXPECT_EQ(graph->nodes[0].outputs.size(), 2u);
  ASSERT_EQ(graph->nodes[1].outputs.size(), 3u);
  EXPECT_EQ(graph->nodes[1].outputs[1], kNoTensor);
  EXPECT_EQ(graph->Producer(graph->Find("d")), 1);
}

TEST(TextTest, States) {
  const std::string text =
      "graph \"g\" {\n"
      "  input %x: float32[4]\n"
      "  state %s: float32[4]\n"
      "  %y: float32[4] = add(%s, %x) \"y\"\n"
      "  output %y\n"
      "  next %s = %y\n"
      "}\n";
  auto graph = ParseGraph(text);
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(PrintGraph(*graph), text);
  ASSERT_EQ(graph->states.size(), 1u);
  EXPECT_EQ(graph->states[0].next, graph->Find("y"));
  EXPECT_TRUE(graph->IsOutput(graph->Find("y")));
  EXPECT_EQ(graph->StateOf(graph->Find("x")), nullptr);
  EXPECT_EQ(ErrorCodeOf(ParseGraph("graph \"g\" {input %x: float32[1]\nnext %x = %x\n}").status()),
            "BAD_GRAPH_TEXT");
}

TEST(TextTest, LargeConstantsByHash) {
  auto graph = ParseGraph(kGraph);
  ASSERT_TRUE(graph.ok());
  std::string text = PrintGraph(*graph, 4);
  EXPECT_NE(text.find("sha256"), std::string::npos);
  EXPECT_EQ(ErrorCodeOf(ParseGraph(text).status()), "BAD_GRAPH_TEXT");
  auto data = graph->tensors[2].data;
  auto again = ParseGraph(
      text, [&](const std::string& hash) { return hash == Sha256Hex(*data) ? data : nullptr; });
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(PrintGraph(*again), kGraph);
}

TEST(TextTest, EveryTruncationIsAnErrorNotACrash) {
  std::string text = kGraph;
  for (size_t n = 0; n + 2 < text.size(); ++n) {
    EXPECT_FALSE(ParseGraph(text.substr(0, n)).ok()) << n;
  }
}

TEST(TextTest, NamesLineAndExpectation) {
  auto bad = ParseGraph("graph \"g\" {\n  input %x: int7[1]\n}\n");
  EXPECT_NE(ErrorMessageOf(bad.status()).find("line 2"), std::string::npos);
  EXPECT_NE(ErrorMessageOf(bad.status()).find("int7"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::compiler
