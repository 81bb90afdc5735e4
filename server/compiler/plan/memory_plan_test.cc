#include "server/compiler/plan/memory_plan.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

Program Lowered(const std::string& body, er_isa_t isa = ER_ISA_SCALAR) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "}\n");
  EXPECT_TRUE(graph.ok() && VerifyGraph(*graph).ok()) << graph.status();
  auto program = LowerGraph(*graph, isa, KernelPreference::kFast);
  EXPECT_TRUE(program.ok()) << program.status();
  return *program;
}

int64_t OffsetOf(const Program& program, const MemoryPlan& plan, const char* name) {
  return plan.tensor_offsets[Index(program.graph.Find(name))];
}

constexpr char kResidual[] =
    "input %x: float32[64]\n"
    "%a: float32[64] = softmax(%x) \"a\"\n"
    "%b: float32[64] = softmax(%a) \"b\"\n"
    "%y: float32[64] = add(%a, %b) \"y\"\n"
    "output %y\n";

TEST(MemoryPlanTest, ElementwiseLayersWriteOverADyingInput) {
  Program program = Lowered(kResidual);
  MemoryPlan plan = PlanMemory(program);
  // x, a and one more of b: a is still needed when b is written.
  EXPECT_EQ(plan.arena_bytes, 2 * 256);
  EXPECT_EQ(plan.in_place_layers, 2);
  EXPECT_EQ(OffsetOf(program, plan, "x"), OffsetOf(program, plan, "a"));
  EXPECT_NE(OffsetOf(program, plan, "a"), OffsetOf(program, plan, "b"));
}

TEST(MemoryPlanTest, AStateKeepsAPlaceOfItsOwnAndItsNextValueIsMadeThere) {
  Program program = Lowered(
      "input %x: float32[8]\nstate %s: float32[8]\n"
      "%a: float32[8] = softmax(%x) \"a\"\n%n: float32[8] = add(%s, %a) \"n\"\n"
      "%y: float32[8] = softmax(%a) \"y\"\noutput %y\nnext %s = %n\n");
  MemoryPlan plan = PlanMemory(program);
  EXPECT_EQ(OffsetOf(program, plan, "n"), OffsetOf(program, plan, "s"));
  for (const char* name : {"x", "a", "y"}) {
    EXPECT_NE(OffsetOf(program, plan, name), OffsetOf(program, plan, "s")) << name;
  }
  EXPECT_EQ(plan.state_bytes, 32);
  EXPECT_EQ(plan.arena_bytes, 2 * 32);
  EXPECT_EQ(LowerBoundBytes(program.graph), 3 * 32);
}

TEST(MemoryPlanTest, AValueIsNotMadeInAStateThatIsStillRead) {
  auto graph = ParseGraph(
      "graph \"g\" {input %x: float32[8]\nstate %s: float32[8]\n"
      "%n: float32[8] = add(%s, %x) \"n\"\n%y: float32[8] = softmax(%s) \"y\"\noutput %y\n"
      "next %s = %n\n}");
  ASSERT_TRUE(graph.ok()) << graph.status();
  auto program = LowerGraph(*graph, ER_ISA_SCALAR, KernelPreference::kFast);
  EXPECT_NE(std::string(program.status().message()).find("place-states"), std::string::npos)
      << program.status();
}

TEST(MemoryPlanTest, ALayerWritesOverTheRowsItHasRead) {
  // Pixel p is made of pixel p alone, whose first number is written before the second is read: one
  // number of lead, aligned.
  Program program = Lowered(
      "input %x: float32[1,4,4,2]\n"
      "const %w: float32[1,1,1,2] = [1, 2]\n"
      "%y: float32[1,4,4,1] = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} \"y\"\n"
      "output %y\n");
  MemoryPlan plan = PlanMemory(program);
  EXPECT_EQ(plan.overlapping_layers, 1);
  EXPECT_EQ(plan.arena_bytes, 128 + 16);
  EXPECT_EQ(plan.floor_bytes, 128 + 16);
  EXPECT_EQ(PlanMemoryApart(program).arena_bytes, 128 + 64);
}

TEST(MemoryPlanTest, AnInputThatIsReadLaterIsNotOverlapped) {
  Program program = Lowered(
      "input %x: float32[1,4,4,1]\nconst %w: float32[1,1,1,1] = [2]\n"
      "%c: float32[1,4,4,1] = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} \"c\"\n"
      "%y: float32[1,4,4,1] = add(%c, %x) \"y\"\noutput %y\n");
  MemoryPlan plan = PlanMemory(program);
  EXPECT_EQ(plan.overlapping_layers, 0);
  EXPECT_EQ(plan.arena_bytes, 2 * 64);
}

TEST(MemoryPlanTest, WithoutInPlaceThreeAreAlive) {
  Program program = Lowered(kResidual);
  EXPECT_EQ(PlanMemoryApart(program).arena_bytes, 3 * 256);
  EXPECT_EQ(LowerBoundBytes(program.graph), 3 * 256);
}

TEST(MemoryPlanTest, AnInputThatIsReadLaterIsNotOverwritten) {
  Program program = Lowered(
      "input %x: float32[4]\n%a: float32[4] = add(%x, %x) \"a\"\n"
      "%y: float32[4] = add(%a, %x) \"y\"\noutput %y\noutput %a\n");
  MemoryPlan plan = PlanMemory(program);
  EXPECT_NE(OffsetOf(program, plan, "x"), OffsetOf(program, plan, "a"));
  EXPECT_NE(OffsetOf(program, plan, "a"), OffsetOf(program, plan, "y"));
}

TEST(MemoryPlanTest, ReshapesShareTheirPlace) {
  Program program = Lowered(
      "input %x: float32[2,4]\n%r: float32[8] = reshape(%x) {shape = [8]} \"r\"\n"
      "%y: float32[8] = softmax(%r) \"y\"\noutput %y\n");
  MemoryPlan plan = PlanMemoryApart(program);
  EXPECT_EQ(OffsetOf(program, plan, "x"), OffsetOf(program, plan, "r"));
  EXPECT_EQ(plan.arena_bytes, 64);
}

TEST(MemoryPlanTest, ScratchIsApartFromWhatLivesInItsStep) {
  Program program = Lowered(
      "input %x: int8[1,8,8,4] q(0.5, 0)\n"
      "const %w: int8[1,2,2,4] q(0.5, 0) = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
      "%y: int8[1,7,7,1] q(0.5, 0) = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} \"y\"\n"
      "output %y\n",
      ER_ISA_ARMV7EM);
  ASSERT_GT(program.calls[0].scratch_bytes, 0u);
  MemoryPlan plan = PlanMemory(program);
  const int64_t begin = plan.scratch_offsets[0];
  const int64_t end = begin + program.calls[0].scratch_bytes;
  for (const char* name : {"x", "y"}) {
    const int64_t at = OffsetOf(program, plan, name);
    const int64_t bytes = program.graph.tensor(program.graph.Find(name)).bytes();
    EXPECT_TRUE(at + bytes <= begin || end <= at) << name;
  }
  EXPECT_LE(end, plan.arena_bytes);
}

}  // namespace
}  // namespace edgerack::compiler
