#include "server/compiler/validate/match.h"

#include "server/compiler/passes/pass_text.h"

namespace edgerack::compiler {
namespace {

// Graphs of passes' tests: before and after one pass.
struct BeforeAndAfter {
  Graph before, after;
};

BeforeAndAfter Passed(const std::string& pass, const std::string& body) {
  BeforeAndAfter graphs;
  graphs.before = *ParseGraph(GraphText(body));
  graphs.after = graphs.before;
  PassOptions options;
  for (const Pass& other : AllPasses()) {
    if (other.name != pass) options.switched_off.insert(other.name);
  }
  std::vector<Finding> findings;
  EXPECT_TRUE(RunPasses(graphs.after, options, findings, SystemClock()).ok());
  return graphs;
}

const Tensor& Named(const Graph& graph, const std::string& name) {
  return graph.tensor(graph.Find(name));
}

TEST(MatchTest, ByNameWhereTheShapeIsTheSame) {
  const Graph graph = *ParseGraph(
      GraphText("  input %x: float32[2,3]\n  %y: float32[2,3] = softmax(%x) \"y\"\n  output %y\n"));
  EXPECT_TRUE(MatchTensor(graph, Named(graph, "y")).found());
  Tensor other = Named(graph, "y");
  other.shape = {3, 2};
  EXPECT_FALSE(MatchTensor(graph, other).found());
  EXPECT_NE(MatchTensor(graph, other).why_not.find("2x3"), std::string::npos);
  other.name = "z";
  EXPECT_NE(MatchTensor(graph, other).why_not.find("no tensor 'z'"), std::string::npos);
}

// 1x1x2x3 as NCHW is 1x2x3x1 as NHWC: with equal sizes everywhere only the origin tells the order.
TEST(MatchTest, MovedTransposesTellWhereElementsCameFrom) {
  const BeforeAndAfter graphs =
      Passed("move-transposes",
             "  input %x: float32[1,2,2,2]\n"
             "  %a: float32[1,2,2,2] = transpose(%x) {perm = [0, 3, 1, 2]} \"a\"\n"
             "  %b: float32[1,2,2,2] = unary(%a) {fn = \"exp\"} \"b\"\n"
             "  %y: float32[1,2,2,2] = transpose(%b) {perm = [0, 2, 3, 1]} \"y\"\n"
             "  %z: float32[1,2,2,2] = softmax(%y) \"z\"\n"
             "  output %z\n");
  const Match match = MatchTensor(graphs.before, Named(graphs.after, "b.moved"));
  ASSERT_TRUE(match.found()) << match.why_not;
  EXPECT_EQ(graphs.before.tensor(match.original).name, "b");
  EXPECT_EQ(match.perm, (std::vector<int64_t>{0, 2, 3, 1}));
  // Channels first 0..7 as channels last.
  EXPECT_EQ(InOrderOf(match, {0, 1, 2, 3, 4, 5, 6, 7}),
            (std::vector<double>{0, 4, 1, 5, 2, 6, 3, 7}));
}

TEST(MatchTest, ReshapesKeepTheOrder) {
  const BeforeAndAfter graphs = Passed("move-transposes",
                                       "  input %x: float32[1,2,3]\n"
                                       "  %a: float32[1,2,3] = unary(%x) {fn = \"exp\"} \"a\"\n"
                                       "  %r: float32[1,6] = reshape(%a) {shape = [1, 6]} \"r\"\n"
                                       "  %b: float32[1,6] = unary(%r) {fn = \"tanh\"} \"b\"\n"
                                       "  %y: float32[1,6] = softmax(%b) \"y\"\n"
                                       "  output %y\n");
  const Match match = MatchTensor(graphs.before, Named(graphs.after, "b.moved"));
  ASSERT_TRUE(match.found()) << match.why_not;
  EXPECT_EQ(InOrderOf(match, {0, 1, 2, 3, 4, 5}), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

TEST(MatchTest, RescaledTensorsStandForTheirOriginal) {
  const BeforeAndAfter graphs = Passed("fuse-qdq",
                                       "  input %x: float32[1,2]\n"
                                       "  %q: int8[1,2] q(0.5, 3) = quantize(%x) \"q\"\n"
                                       "  %r: float32[1,2] = dequantize(%q) \"r\"\n"
                                       "  %t: float32[2,1] = transpose(%r) {perm = [1, 0]} \"t\"\n"
                                       "  %y: int8[2,1] q(0.25, 0) = quantize(%t) \"y\"\n"
                                       "  output %y\n");
  const Match match = MatchTensor(graphs.before, Named(graphs.after, "y.rescaled"));
  ASSERT_TRUE(match.found()) << match.why_not;
  EXPECT_EQ(graphs.before.tensor(match.original).name, "y");
}

}  // namespace
}  // namespace edgerack::compiler
