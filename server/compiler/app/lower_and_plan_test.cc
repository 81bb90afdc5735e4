#include "server/compiler/app/lower_and_plan.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

// A fully connected layer whose fast kernel wants scratch as large as its input and more.
Graph WideLayer() {
  std::string zeros = "0";
  for (int i = 1; i < 8000; ++i) zeros += ", 0";
  auto graph = ParseGraph("graph \"g\" {\n  input %x: int8[1,8000] q(0.5, 0)\n" +
                          ("  const %w: int8[1,8000] q(0.5, 0) = [" + zeros + "]\n") +
                          "  %y: int8[1,1] q(0.5, 0) = fully_connected(%x, %w, none) \"y\"\n"
                          "  output %y\n}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  return *graph;
}

TEST(LowerAndPlanTest, ObjectiveDecidesAboutScratch) {
  const Graph graph = WideLayer();
  auto time = LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kTime);
  auto balanced =
      LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kBalanced);
  auto ram = LowerAndPlan(graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kRam);
  ASSERT_TRUE(time.ok() && balanced.ok() && ram.ok());
  EXPECT_EQ(time->program.calls[0].kernel->isa, ER_ISA_ARMV7EM);
  const int64_t scratch = time->program.calls[0].scratch_bytes;
  if (scratch > 4096) {
    EXPECT_EQ(balanced->program.calls[0].kernel->isa, ER_ISA_SCALAR);
    EXPECT_NE(balanced->program.calls[0].kernel_reason.find("scratch"), std::string::npos);
  } else {
    EXPECT_EQ(balanced->program.calls[0].kernel->isa, ER_ISA_ARMV7EM);
  }
  EXPECT_LE(ram->plan.arena_bytes, balanced->plan.arena_bytes);
  EXPECT_LE(balanced->plan.arena_bytes, time->plan.arena_bytes);
  EXPECT_EQ(ram->plan.arena_bytes, 8000 + 16);
}

TEST(LowerAndPlanTest, SmallArenasKeepTheirFastKernels) {
  auto graph = ParseGraph(
      "graph \"g\" {\n  input %x: int8[1,4] q(0.5, 0)\n"
      "  const %w: int8[1,4] q(0.5, 0) = [1, 2, 3, 4]\n"
      "  %y: int8[1,1] q(0.5, 0) = fully_connected(%x, %w, none) \"y\"\n  output %y\n}\n");
  ASSERT_TRUE(graph.ok());
  auto balanced =
      LowerAndPlan(*graph, ER_ISA_ARMV7EM, KernelPreference::kFast, Objective::kBalanced);
  ASSERT_TRUE(balanced.ok());
  EXPECT_EQ(balanced->program.calls[0].kernel->isa, ER_ISA_ARMV7EM);
}

}  // namespace
}  // namespace edgerack::compiler
