#include "server/compiler/lower/program.h"

#include "gtest/gtest.h"
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
  EXPECT_STREQ(fast->calls[0].kernel->name, "conv2d_s8_armv7em");
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
