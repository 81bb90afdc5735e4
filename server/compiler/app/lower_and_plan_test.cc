#include "server/compiler/app/lower_and_plan.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

// A convolution of `channels` whose fast kernels want scratch larger than its input.
Graph Layer(int channels) {
  std::string zeros = "0";
  for (int i = 1; i < channels; ++i) zeros += ", 0";
  const std::string c = std::to_string(channels);
  auto graph = ParseGraph("graph \"g\" {\n  input %x: int8[1,1,1," + c + "] q(0.5, 0)\n" +
                          ("  const %w: int8[1,1,1," + c + "] q(0.5, 0) = [" + zeros + "]\n") +
                          "  %y: int8[1,1,1,1] q(0.5, 0) = conv2d(%x, %w, none) {stride_h = 1, "
                          "stride_w = 1} \"y\"\n  output %y\n}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  return *graph;
}

TEST(LowerAndPlanTest, ObjectiveDecidesAboutScratch) {
  const Graph graph = Layer(8000);
  auto time = LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kTime);
  auto balanced =
      LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kBalanced);
  auto ram = LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kRam);
  ASSERT_TRUE(time.ok() && balanced.ok() && ram.ok());
  EXPECT_EQ(time->program.calls[0].kernel->isa, ER_ISA_ARMV7EM);
  EXPECT_GT(time->program.calls[0].scratch_bytes, 4096u);
  EXPECT_EQ(balanced->program.calls[0].kernel->isa, ER_ISA_SCALAR);
  EXPECT_NE(balanced->program.calls[0].kernel_reason.find("scratch"), std::string::npos);
  EXPECT_LE(ram->plan.arena_bytes, balanced->plan.arena_bytes);
  EXPECT_LE(balanced->plan.arena_bytes, time->plan.arena_bytes);
  EXPECT_EQ(ram->plan.arena_bytes, 8000 + 16);
}

// A fast kernel may cost arena within the budget, a still faster one no more than that.
TEST(LowerAndPlanTest, TheBudgetIsForTheLeanestFastKernels) {
  const Graph graph = Layer(800);
  auto time = LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kTime);
  auto balanced =
      LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kBalanced);
  ASSERT_TRUE(time.ok() && balanced.ok());
  EXPECT_STREQ(time->program.calls[0].kernel->name, "conv2d_s8_armv7em_pairs_wide");
  EXPECT_STREQ(balanced->program.calls[0].kernel->name, "conv2d_s8_armv7em_pairs");
  EXPECT_LT(balanced->plan.arena_bytes, time->plan.arena_bytes);
}

// Where another layer needs the memory anyway, the fastest kernel costs nothing.
TEST(LowerAndPlanTest, ScratchThatCostsNoArenaIsTaken) {
  auto graph = ParseGraph(R"(graph "g" {
  input %x: int8[1,20,20,4] q(0.5, 0)
  const %w: int8[2,1,1,4] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8]
  %s: int8[1,20,20,4] q(0.25, 0) = requantize(%x) "s"
  %m: int8[1,1,1,4] q(0.25, 0) = max_pool2d(%s) {kernel_h = 20, kernel_w = 20, stride_h = 1, stride_w = 1} "m"
  %y: int8[1,1,1,2] q(0.5, 0) = conv2d(%m, %w, none) {stride_h = 1, stride_w = 1} "y"
  output %y
})");
  ASSERT_TRUE(graph.ok()) << graph.status();
  auto ram = LowerAndPlan(*graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kRam);
  ASSERT_TRUE(ram.ok());
  EXPECT_STREQ(ram->program.calls.back().kernel->name, "conv2d_s8_armv7em_pairs_wide");
}

// 24 x 24 x 8 bytes of the convolution are never there as a whole.
TEST(LowerAndPlanTest, AConvolutionIsMadeRowByRowWhereThatMakesTheArenaSmaller) {
  std::string weights = "5";
  for (int i = 1; i < 72; ++i) weights += ", 5";
  auto graph = ParseGraph(
      "graph \"g\" {\n  input %x: int8[1,26,26,1] q(0.5, 0)\n  const %w: int8[8,3,3,1] q(0.5, 0) = "
      "[" +
      weights +
      "]\n  %c: int8[1,24,24,8] q(0.5, 0) = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} "
      "\"c\"\n"
      "  %y: int8[1,12,12,8] q(0.5, 0) = max_pool2d(%c) {kernel_h = 2, kernel_w = 2, stride_h = 2, "
      "stride_w = 2} \"y\"\n  output %y\n}\n");
  ASSERT_TRUE(graph.ok()) << graph.status();
  auto time = LowerAndPlan(*graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kTime);
  ASSERT_TRUE(time.ok()) << time.status();
  EXPECT_EQ(time->program.calls.size(), 2u);
  EXPECT_GE(time->plan.arena_bytes, 24 * 24 * 8);
  for (Objective objective : {Objective::kBalanced, Objective::kRam}) {
    auto planned = LowerAndPlan(*graph, ER_ISA_ARMV7EM, KernelPreference::kFast, objective);
    ASSERT_TRUE(planned.ok()) << planned.status();
    ASSERT_EQ(planned->program.calls.size(), 1u);
    EXPECT_STREQ(planned->program.calls[0].kernel->op, "conv_pool");
    // The output, over whose end the input lies, and two rows of the convolution.
    EXPECT_LE(planned->plan.arena_bytes, 12 * 12 * 8 + 2 * 24 * 8 + 256);
  }
}

}  // namespace
}  // namespace edgerack::compiler
