// What changes layers before they are rounded, and which ones are kept: equalization, bias
// correction, the sensitivity scan.
#include "server/compiler/ir/elements.h"
#include "server/compiler/passes/pass_text.h"
#include "server/compiler/ptq/bias_correction.h"
#include "server/compiler/ptq/equalize.h"
#include "server/compiler/ptq/mac_cycles.h"
#include "server/compiler/ptq/sensitivity.h"

namespace edgerack::compiler {
namespace {

GraphStatistics StatisticsOf(const Graph& graph,
                             const std::map<std::string, std::vector<float>>& samples) {
  GraphStatistics statistics(graph.tensors.size());
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const Tensor& t = graph.tensors[i];
    if (t.constant()) continue;
    statistics[i].emplace(t.shape.back()).Add(BytesOf(samples.at(t.name)));
  }
  return statistics;
}

float Element(const Graph& graph, TensorId id, size_t i) {
  return LoadElement<float>(*graph.tensor(id).data, i);
}

constexpr char kTwoLayers[] =
    "  input %x: float32[1,1]\n"
    "  const %w: float32[2,1] = [8, 0.5]\n"
    "  const %b: float32[2] = [4, 0.25]\n"
    "  const %v: float32[1,2] = [1, 1]\n"
    "  %a: float32[1,2] = fully_connected(%x, %w, %b) {act = \"relu\"} \"a\"\n"
    "  %y: float32[1,1] = fully_connected(%a, %v, none) \"y\"\n"
    "  output %y\n";

// Factors are sqrt(range / weight) about their mean: 16 and 1 become 2 and 1/2.
TEST(EqualizeTest, AFactorPerChannelMovesToTheNextLayer) {
  Graph graph = ParsedGraph(kTwoLayers);
  const GraphStatistics statistics = StatisticsOf(graph, {{"x", {1}}, {"a", {16, 1}}, {"y", {17}}});
  const auto pairs = Equalize(graph, statistics);
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].first, "a");
  EXPECT_EQ(pairs[0].second, "y");
  EXPECT_EQ(graph.tensor(graph.nodes[0].outputs[0]).name, "a.equalized");
  const Node& a = graph.nodes[0];
  EXPECT_FLOAT_EQ(Element(graph, a.inputs[1], 0), 4);
  EXPECT_FLOAT_EQ(Element(graph, a.inputs[1], 1), 1);
  EXPECT_FLOAT_EQ(Element(graph, a.inputs[2], 0), 2);
  EXPECT_FLOAT_EQ(Element(graph, graph.nodes[1].inputs[1], 0), 2);
  EXPECT_FLOAT_EQ(Element(graph, graph.nodes[1].inputs[1], 1), 0.5);
}

TEST(EqualizeTest, NothingMovesThroughAClampOrToTwoReaders) {
  for (const char* change : {"act = \"relu6\"", "act = \"relu\""}) {
    std::string text = kTwoLayers;
    text.replace(text.find("act = \"relu\""), 12, change);
    if (std::string(change) == "act = \"relu\"") text += "  output %a\n";
    Graph graph = ParsedGraph(text);
    EXPECT_TRUE(
        Equalize(graph, StatisticsOf(graph, {{"x", {1}}, {"a", {16, 1}}, {"y", {17}}})).empty())
        << change;
  }
}

TEST(BiasCorrectionTest, TheShiftIsWhatTheMeanInputLoses) {
  const Graph graph = ParsedGraph(kTwoLayers);
  Tensor rounded = graph.tensor(graph.nodes[1].inputs[1]);
  rounded.data = std::make_shared<const std::string>(BytesOf<float>({0.75f, 1.5f}));
  const std::vector<double> shift = MeanShift(graph, graph.nodes[1], rounded, {4, 2});
  ASSERT_EQ(shift.size(), 1u);
  EXPECT_DOUBLE_EQ(shift[0], 4 * 0.25 - 2 * 0.5);
}

// Four layers that add noise of their own; a layer in float32 adds none.
class SensitivityTest : public ::testing::Test {
 protected:
  SensitivityTest() {
    std::string text = "  input %x: float32[1,1]\n  const %w: float32[1,1] = [1]\n";
    std::string before = "x";
    for (const char* name : {"a", "b", "c", "d"}) {
      text += std::string("  %") + name + ": float32[1,1] = fully_connected(%" + before +
              ", %w, none) \"" + name + "\"\n";
      before = name;
    }
    graph_ = ParsedGraph(text + "  output %d\n");
    std::map<std::string, std::vector<float>> samples;
    for (const char* name : {"x", "a", "b", "c", "d"}) samples[name] = {1};
    plan_.schemes =
        ChooseGrids(graph_, StatisticsOf(graph_, samples), *FindRangeMethod("minmax"), {});
  }

  SensitivityScan Scan(const SensitivityBudget& budget) {
    auto scan =
        ScanSensitivity(graph_, plan_, budget,
                        [this](const std::set<std::string>& layers) -> absl::StatusOr<double> {
                          double noise = 0;
                          for (const auto& [name, own] : noise_)
                            noise += layers.count(name) != 0 ? 0 : own;
                          return -noise;
                        });
    EXPECT_TRUE(scan.ok());
    return *scan;
  }

  Graph graph_;
  ConversionPlan plan_;
  std::map<std::string, double> noise_ = {{"a", 1}, {"b", 5}, {"c", 2}, {"d", 9}};
};

TEST_F(SensitivityTest, TheNoisiestLayersComeFirstUntilItIsEnough) {
  const SensitivityScan scan = Scan({.wanted = -4});
  EXPECT_EQ(scan.layers[0].name, "d");
  EXPECT_EQ(scan.layers[1].name, "b");
  EXPECT_EQ(scan.Chosen(), (std::set<std::string>{"b", "d"}));
  EXPECT_EQ(scan.before, -17);
  EXPECT_EQ(scan.after, -3);
  EXPECT_TRUE(scan.reached);
}

TEST_F(SensitivityTest, BudgetsEndIt) {
  EXPECT_EQ(Scan({.wanted = 0, .most_layers = 1}).Chosen(), std::set<std::string>{"d"});
  EXPECT_FALSE(Scan({.wanted = 0, .most_layers = 1}).reached);
  EXPECT_EQ(Scan({.most_macs = 0.5}).Chosen(), (std::set<std::string>{"b", "d"}));
  EXPECT_TRUE(Scan({.wanted = -20}).Chosen().empty());
  // Layers are alike here: each of four that is kept adds a quarter of what it takes longer.
  const double one =
      (CyclesPerMac("fully_connected", DType::kF32) / CyclesPerMac("fully_connected", DType::kS8) -
       1) /
      4;
  const SensitivityScan slower = Scan({.most_time = 1.5 * one});
  EXPECT_EQ(slower.Chosen(), std::set<std::string>{"d"});
  EXPECT_NEAR(slower.slower, one, 1e-12);
}

TEST_F(SensitivityTest, LimitsAloneTakeNoLayerThatWinsNothing) {
  noise_["a"] = noise_["c"] = 0;
  EXPECT_EQ(Scan({.most_layers = 4}).Chosen(), (std::set<std::string>{"b", "d"}));
}

TEST_F(SensitivityTest, AnotherMeasureMaySayThatItIsEnough) {
  const auto enough = [](size_t count) {
    return [count](const std::set<std::string>& kept) -> absl::StatusOr<bool> {
      return kept.size() >= count;
    };
  };
  EXPECT_EQ(Scan({.enough = enough(1)}).Chosen(), std::set<std::string>{"d"});
  EXPECT_EQ(Scan({.wanted = -4, .enough = enough(3)}).Chosen(),
            (std::set<std::string>{"b", "c", "d"}));
  EXPECT_FALSE(Scan({.enough = enough(3), .most_layers = 2}).reached);
}

}  // namespace
}  // namespace edgerack::compiler
