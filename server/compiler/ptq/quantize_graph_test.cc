// Float graphs become int8 ones: text in, text out.
#include "server/compiler/ptq/quantize_graph.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/passes/pass_text.h"
#include "server/compiler/ptq/moved_between.h"

namespace edgerack::compiler {
namespace {

// Ranges by tensor name; every float32 activation has -1 … 1.55 otherwise: scale 0.01, zero -28.
ConversionPlan PlanFor(const Graph& graph, std::map<std::string, ValueRange> ranges = {}) {
  GraphStatistics statistics(graph.tensors.size());
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const Tensor& t = graph.tensors[i];
    if (t.constant() || t.dtype != DType::kF32) continue;
    const auto given = ranges.find(t.name);
    const ValueRange range = given == ranges.end() ? ValueRange{-1, 1.55} : given->second;
    const float ends[] = {static_cast<float>(range.low), static_cast<float>(range.high)};
    statistics[i].emplace(1).Add(std::string_view(reinterpret_cast<const char*>(ends), 8));
  }
  ConversionPlan plan;
  plan.schemes = ChooseGrids(graph, statistics, *FindRangeMethod("minmax"), {});
  plan.weights = QuantizeWeights(graph, plan.schemes, statistics,
                                 {.per_channel = true, .correct_bias = false});
  return plan;
}

QuantizedGraph Quantized(const Graph& graph, const ConversionPlan& plan) {
  FakeClock clock;
  auto quantized = QuantizeGraph(graph, plan, {PassOptions(), clock});
  EXPECT_TRUE(quantized.ok()) << quantized.status();
  return quantized.ok() ? *quantized : QuantizedGraph();
}

std::string QuantizedText(const std::string& body, std::map<std::string, ValueRange> ranges = {}) {
  const Graph graph = ParsedGraph(body);
  return PrintGraph(Quantized(graph, PlanFor(graph, std::move(ranges))).graph);
}

constexpr char kDense[] =
    "  input %x: float32[1,2]\n"
    "  const %w: float32[2,2] = [1.27, -0.5, 0.0127, 0]\n"
    "  const %b: float32[2] = [0.001, -0.001]\n"
    "  %y: float32[1,2] = fully_connected(%x, %w, %b) {act = \"relu\"} \"dense\"\n"
    "  %p: float32[1,2] = softmax(%y) \"classes\"\n"
    "  output %p\n";

TEST(QuantizeGraphTest, LayersBecomeInt8BetweenFloatBorders) {
  const std::string text = QuantizedText(kDense, {{"y", {0, 2.55}}});
  EXPECT_NE(text.find("%x.int8: int8[1,2] q(0.01, -28) = quantize(%x)"), std::string::npos) << text;
  EXPECT_NE(text.find("[127, -50, 127, 0]"), std::string::npos) << text;
  EXPECT_NE(text.find("int32[2] = [10, -1000]"), std::string::npos) << text;
  EXPECT_NE(text.find("%y: int8[1,2] q(0.01, -128) = fully_connected("), std::string::npos) << text;
  EXPECT_NE(text.find("%p.int8: int8[1,2] q(0.00390625, -128) = softmax(%y)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("%p: float32[1,2] = dequantize(%p.int8)"), std::string::npos) << text;
}

TEST(QuantizeGraphTest, Int8BordersTakeTheDeclaredNames) {
  const Graph graph = ParsedGraph(kDense);
  const Graph moved = WithInt8Borders(Quantized(graph, PlanFor(graph)).graph);
  EXPECT_TRUE(VerifyGraph(moved).ok()) << VerifyGraph(moved);
  EXPECT_EQ(moved.tensor(moved.inputs[0]).name, "x");
  EXPECT_EQ(moved.tensor(moved.inputs[0]).dtype, DType::kS8);
  EXPECT_EQ(moved.tensor(moved.outputs[0]).name, "p");
  EXPECT_EQ(moved.tensor(moved.outputs[0]).dtype, DType::kS8);
  EXPECT_EQ(moved.nodes.size(), 2u);
}

TEST(QuantizeGraphTest, WhatOnlyMovesElementsSharesAScale) {
  const std::string text = QuantizedText(
      "  input %x: float32[1,4,4,1]\n"
      "  %m: float32[1,2,2,1] = max_pool2d(%x) {kernel_h = 2, kernel_w = 2, stride_h = 2, stride_w "
      "= 2} \"m\"\n"
      "  %r: float32[1,4] = reshape(%m) {shape = [1, 4]} \"r\"\n"
      "  output %r\n",
      {{"x", {0, 2.55}}, {"m", {0, 1}}});
  EXPECT_NE(text.find("%x.int8: int8[1,4,4,1] q(0.013921568, -56)"), std::string::npos) << text;
  EXPECT_NE(text.find("%m: int8[1,2,2,1] q(0.013921568, -56)"), std::string::npos) << text;
}

TEST(QuantizeGraphTest, OperatorsWithoutInt8KernelsStayFloatAndAreNamed) {
  const Graph graph = ParsedGraph(
      "  input %x: float32[1,4]\n"
      "  const %w: float32[4,4] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]\n"
      "  %a: float32[1,4] = fully_connected(%x, %w, none) \"a\"\n"
      "  const %g: float32[4] = [1, 1, 1, 1]\n"
      "  %n: float32[1,4] = hardmax(%a) {axis = 1} \"n\"\n"
      "  %z: float32[1,4] = fully_connected(%n, %w, none) \"z\"\n"
      "  output %z\n");
  const QuantizedGraph quantized = Quantized(graph, PlanFor(graph));
  EXPECT_EQ(quantized.no_int8_kernel, std::set<std::string>{"n"});
  std::string ops;
  for (const Node& node : quantized.graph.nodes) ops += node.op + " ";
  EXPECT_EQ(ops,
            "quantize fully_connected dequantize hardmax quantize fully_connected dequantize ");
}

TEST(QuantizeGraphTest, ChosenLayersStayFloatWithoutConversionsBetweenThem) {
  const Graph graph = ParsedGraph(
      "  input %x: float32[1,2]\n"
      "  const %w: float32[2,2] = [1, 0, 0, 1]\n"
      "  %a: float32[1,2] = fully_connected(%x, %w, none) \"a\"\n"
      "  %b: float32[1,2] = fully_connected(%a, %w, none) \"b\"\n"
      "  %c: float32[1,2] = fully_connected(%b, %w, none) \"c\"\n"
      "  output %c\n");
  ConversionPlan plan = PlanFor(graph);
  plan.float_layers = {"a", "b"};
  std::string ops;
  for (const Node& node : Quantized(graph, plan).graph.nodes) ops += node.op + " ";
  EXPECT_EQ(ops, "fully_connected fully_connected quantize fully_connected dequantize ");
}

TEST(QuantizeGraphTest, PartsOfAConcatShareTheWidestRange) {
  const std::string text = QuantizedText(
      "  input %x: float32[1,2]\n"
      "  input %z: float32[1,2]\n"
      "  %c: float32[1,4] = concat(%x, %z) {axis = 1} \"c\"\n"
      "  output %c\n",
      {{"x", {0, 2.55}}, {"z", {-2.55, 0}}, {"c", {-2.55, 2.55}}});
  EXPECT_NE(text.find("%x.int8: int8[1,2] q(0.02, 0)"), std::string::npos) << text;
  EXPECT_NE(text.find("%z.int8: int8[1,2] q(0.02, 0)"), std::string::npos) << text;
  EXPECT_EQ(text.find("requantize"), std::string::npos) << text;
}

constexpr char kChain[] =
    "  input %x: float32[1,2]\n"
    "  const %w: float32[2,2] = [1, 0, 0, 1]\n"
    "  %a: float32[1,2] = fully_connected(%x, %w, none) \"a\"\n"
    "  %r: float32[2,1] = reshape(%a) {shape = [2, 1]} \"r\"\n"
    "  %s: float32[1,2] = reshape(%r) {shape = [1, 2]} \"s\"\n"
    "  %b: float32[1,2] = fully_connected(%s, %w, none) \"b\"\n"
    "  %c: float32[1,2] = fully_connected(%b, %w, none) \"c\"\n"
    "  output %c\n";

TEST(QuantizeGraphTest, Int16LayersStandBetweenInt8OnesWithOneConversionOnEachSide) {
  const Graph graph = ParsedGraph(kChain);
  ConversionPlan plan = PlanFor(graph);
  plan.int16_layers = {"b"};
  const QuantizedGraph quantized = Quantized(graph, plan);
  EXPECT_TRUE(quantized.no_int16_kernel.empty());
  const std::string text = PrintGraph(quantized.graph);
  std::string ops;
  for (const Node& node : quantized.graph.nodes) ops += node.op + " ";
  EXPECT_EQ(ops,
            "quantize fully_connected requantize fully_connected requantize "
            "fully_connected dequantize ")
      << text;
  // 1.55 / 32767 for what reads it; the bias counts in 64 bits.
  EXPECT_NE(text.find("%b: int16[1,2] q(4.730369e-05, 0) = fully_connected("), std::string::npos)
      << text;
  EXPECT_NE(text.find("int64[2] = [0, 0]"), std::string::npos) << text;
}

TEST(QuantizeGraphTest, ALayerWithoutAnInt16KernelBecomesInt8AndIsNamed) {
  const Graph graph = ParsedGraph(
      "  input %x: float32[1,2]\n"
      "  %a: float32[1,2] = unary(%x) {fn = \"erf\"} \"a\"\n"
      "  output %a\n");
  ConversionPlan plan = PlanFor(graph);
  plan.int16_layers = {"a"};
  const QuantizedGraph quantized = Quantized(graph, plan);
  EXPECT_EQ(quantized.no_int16_kernel, std::set<std::string>{"a"});
  EXPECT_TRUE(quantized.no_int8_kernel.empty());
  EXPECT_NE(PrintGraph(quantized.graph).find("%a.int8: int8[1,2]"), std::string::npos);
}

TEST(MovedBetweenTest, WhatMovesElementsGoesWithTheLayersOnBothSides) {
  using Names = std::set<std::string>;
  const Graph graph = ParsedGraph(kChain);
  EXPECT_EQ(WithMovedBetween(graph, {"a", "b"}), (Names{"a", "b", "r", "s"}));
  EXPECT_EQ(WithMovedBetween(graph, {"a", "c"}), (Names{"a", "c"}));
  EXPECT_EQ(WithMovedBetween(graph, {}), Names());
  // The border is float32: between it and a layer that is, too, int8 would only round.
  const Graph border = ParsedGraph(
      "  input %x: float32[2,1]\n"
      "  const %w: float32[2,2] = [1, 0, 0, 1]\n"
      "  %r: float32[1,2] = reshape(%x) {shape = [1, 2]} \"r\"\n"
      "  %a: float32[1,2] = fully_connected(%r, %w, none) \"a\"\n"
      "  output %a\n");
  EXPECT_EQ(WithMovedBetween(border, {"a"}), (Names{"a", "r"}));
}

TEST(QuantizeGraphTest, HybridWeightsBecomeFloatAndRememberTheirSteps) {
  const Graph real = WithFloatWeights(ParsedGraph(
      "  input %x: float32[1,2]\n"
      "  const %w: int8[1,2] q(0.5, 0) = [4, -2]\n"
      "  %y: float32[1,1] = fully_connected(%x, %w, none) {asymmetric_inputs = 1} \"y\"\n"
      "  output %y\n"));
  const Tensor& w = real.tensor(real.nodes[0].inputs[1]);
  EXPECT_EQ(w.dtype, DType::kF32);
  EXPECT_EQ(w.quantization.scales[0], 0.5f);
  EXPECT_EQ(*w.data, BytesOf<float>({2, -1}));
  EXPECT_TRUE(VerifyGraph(real).ok());
}

}  // namespace
}  // namespace edgerack::compiler
