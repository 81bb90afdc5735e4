#include "server/compiler/lower/program.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

constexpr char kGraph[] = R"(graph "g" {
  input %x: int8[1,4,4,1] q(0.5, -3)
  const %w: int8[1,3,3,1] q(0.25, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  %c: int8[1,2,2,1] q(1.0, -128) = conv2d(%x, %w, none) {act = "relu", stride_h = 1, stride_w = 1} "c"
  %f: int8[1,4] q(1.0, -128) = reshape(%c) {shape = [1, 4]} "f"
  %y: int8[1,4] q(0.00390625, -128) = softmax(%f) "y"
  output %y
})";

Graph Parsed(const char* text) {
  auto graph = ParseGraph(text);
  EXPECT_TRUE(graph.ok() && VerifyGraph(*graph).ok());
  return *graph;
}

TEST(ProgramTest, PicksKernelsForTheInstructionSet) {
  auto fast = LowerGraph(Parsed(kGraph), ER_ISA_ARMV7EM, KernelPreference::kFast);
  ASSERT_TRUE(fast.ok()) << fast.status();
  ASSERT_EQ(fast->calls.size(), 2u);  // the reshape costs nothing
  EXPECT_STREQ(fast->calls[0].kernel->name, "conv2d_s8_armv7em_pairs_wide");
  EXPECT_EQ(fast->calls[0].kernel_reason, "best for armv7em");
  EXPECT_GT(fast->calls[0].scratch_bytes, 0u);
  EXPECT_EQ(fast->isa, ER_ISA_ARMV7EM);
  EXPECT_EQ(fast->calls[0].macs, 36);
  EXPECT_EQ(fast->calls[0].macc_st, 36 + 4);

  auto reference = LowerGraph(Parsed(kGraph), ER_ISA_ARMV7EM, KernelPreference::kReference);
  ASSERT_TRUE(reference.ok());
  EXPECT_STREQ(reference->calls[0].kernel->name, "conv2d_s8_ref");
  EXPECT_EQ(reference->isa, ER_ISA_SCALAR);

  auto scalar = LowerGraph(Parsed(kGraph), ER_ISA_SCALAR, KernelPreference::kFast);
  ASSERT_TRUE(scalar.ok());
  EXPECT_EQ(scalar->isa, ER_ISA_SCALAR);
}

constexpr char kShared[] = R"(graph "g" {
  input %x: int8[1,1,1,4] q(0.5, -3)
  const %w: int8[2,1,1,4] q(0.25, 0) = [1, 2, 3, 4, 5, 6, 7, 8]
  const %v: int8[2,4] q(0.25, 0) = [1, 2, 3, 4, 5, 6, 7, 8]
  %a: int8[1,1,1,2] q(0.5, 1) = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} "a"
  %b: int8[1,1,1,2] q(0.5, 1) = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} "b"
  %f: int8[1,4] q(0.5, -3) = reshape(%x) {shape = [1, 4]} "f"
  %c: int8[1,2] q(0.5, 1) = fully_connected(%f, %v, none) "c"
  output %a
  output %b
  output %c
})";

TEST(ProgramTest, PacksConstantsAsTheKernelsTakeThem) {
  auto program = LowerGraph(Parsed(kShared), ER_ISA_ARMV7EM, KernelPreference::kFast);
  ASSERT_TRUE(program.ok()) << program.status();
  ASSERT_EQ(program->calls.size(), 3u);
  const TensorId a = program->calls[0].inputs[1], c = program->calls[2].inputs[1];
  EXPECT_EQ(program->calls[1].inputs[1], a);  // packed once for both
  EXPECT_EQ(program->PackingOf(a), ER_PACKING_ROW_PAIRS);
  EXPECT_EQ(program->PackingOf(c), ER_PACKING_ROW_QUADS);
  EXPECT_EQ(*program->graph.tensor(a).data, std::string("\1\2\3\4\5\6\7\x8", 8));
  EXPECT_EQ(*program->graph.tensor(c).data, std::string("\1\2\3\4\5\6\7\x8\0\0\0\0\0\0\0\0", 16));
  EXPECT_EQ(program->graph.tensor(c).shape, (Shape{2, 4}));
  // The canonical weights are still there, and nobody's.
  const TensorId w = program->graph.Find("w");
  EXPECT_EQ(program->PackingOf(w), ER_PACKING_CANONICAL);
  EXPECT_NE(w, a);

  auto reference = LowerGraph(Parsed(kShared), ER_ISA_ARMV7EM, KernelPreference::kReference);
  ASSERT_TRUE(reference.ok());
  EXPECT_TRUE(reference->packings.empty());
  EXPECT_EQ(reference->calls[0].inputs[1], reference->graph.Find("w"));
}

TEST(ProgramTest, AConstantIsThereInEachOrderThatLayersWant) {
  auto program = LowerGraph(Parsed(kShared), ER_ISA_ARMV7EM, KernelPreference::kFast,
                            {{0, KernelPreference::kReference}, {1, KernelPreference::kLean}});
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_EQ(program->calls[0].inputs[1], program->graph.Find("w"));
  EXPECT_EQ(program->PackingOf(program->calls[1].inputs[1]), ER_PACKING_ROW_PAIRS);
  EXPECT_STREQ(program->calls[1].kernel->name, "conv2d_s8_armv7em_pairs");
  EXPECT_NE(program->calls[1].kernel_reason.find("scratch memory"), std::string::npos);
}

TEST(ProgramTest, ZeroPointsOfFullyConnectedInputsArePartOfTheBias) {
  auto program = LowerGraph(Parsed(kShared), ER_ISA_ARMV7EM, KernelPreference::kFast);
  ASSERT_TRUE(program.ok());
  const TensorId bias = program->calls[2].inputs[2];
  ASSERT_NE(bias, kNoTensor);
  const std::string& bytes = *program->graph.tensor(bias).data;
  EXPECT_EQ(LoadElement<int32_t>(bytes, 0), 3 * (1 + 2 + 3 + 4));
  EXPECT_EQ(LoadElement<int32_t>(bytes, 1), 3 * (5 + 6 + 7 + 8));
}

TEST(ProgramTest, DepthwiseOfOneChannelIsAConvolution) {
  const Graph graph = Parsed(R"(graph "g" {
  input %x: int8[1,2,2,1] q(0.5, -3)
  const %w: int8[1,1,2,3] q(0.25, 0) = [1, 2, 3, 4, 5, 6]
  %y: int8[1,2,1,3] q(0.5, 1) = depthwise_conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} "y"
  output %y
})");
  auto program = LowerGraph(graph, ER_ISA_SCALAR, KernelPreference::kReference);
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_STREQ(program->calls[0].kernel->name, "conv2d_s8_ref");
  EXPECT_EQ(program->calls[0].op, "depthwise_conv2d");
  const Tensor& weights = program->graph.tensor(program->calls[0].inputs[1]);
  EXPECT_EQ(weights.shape, (Shape{3, 1, 2, 1}));
  EXPECT_EQ(*weights.data, "\1\4\2\5\3\6");
}

TEST(ProgramTest, RefusesAModelThatComputesNothing) {
  auto program = LowerGraph(
      Parsed("graph \"g\" {\ninput %x: float32[4]\n%y: float32[2,2] = reshape(%x) {shape = [2, 2]} "
             "\"y\"\noutput %y\n}"),
      ER_ISA_SCALAR, KernelPreference::kFast);
  EXPECT_EQ(ErrorCodeOf(program.status()), "EMPTY_MODEL");
}

TEST(ProgramTest, NamesTheLayerThatCannotBeLowered) {
  auto program = LowerGraph(Parsed("graph \"g\" {\ninput %x: int8[2] q(1e9, 0)\n"
                                   "%y: int8[2] q(1e-9, 0) = requantize(%x) \"y\"\noutput %y\n}"),
                            ER_ISA_SCALAR, KernelPreference::kFast);
  EXPECT_EQ(ErrorCodeOf(program.status()), "UNSUPPORTED_QUANTIZATION");
  EXPECT_NE(ErrorMessageOf(program.status()).find("layer 0 'y' (requantize)"), std::string::npos);
}

TEST(ProgramTest, NamesTheLayerThatItsKernelDoesNotTake) {
  auto program = LowerGraph(Parsed("graph \"g\" {\ninput %x: int8[1]\n"
                                   "%y: int8[268435456] = expand(%x) {shape = [268435456]} \"y\"\n"
                                   "output %y\n}"),
                            ER_ISA_SCALAR, KernelPreference::kFast);
  EXPECT_EQ(ErrorCodeOf(program.status()), "UNSUPPORTED_SHAPE");
  EXPECT_NE(ErrorMessageOf(program.status()).find("layer 0 'y' (expand)"), std::string::npos);
}

TEST(ProgramTest, UnknownInstructionSet) {
  EXPECT_FALSE(ParseIsa("riscv").ok());
  EXPECT_EQ(*ParseIsa("mve"), ER_ISA_MVE);
}

}  // namespace
}  // namespace edgerack::compiler
