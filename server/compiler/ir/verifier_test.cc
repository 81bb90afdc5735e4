#include "server/compiler/ir/verifier.h"

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

std::string Verdict(const std::string& body) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "}\n");
  if (!graph.ok()) return ErrorMessageOf(graph.status());
  return ErrorMessageOf(VerifyStructure(*graph));
}

TEST(VerifierTest, AcceptsAChain) {
  EXPECT_EQ(Verdict("input %x: float32[2]\n%y: float32[2] = relu(%x)\noutput %y\n"), "");
}

TEST(VerifierTest, RefusesWhatBreaksARule) {
  EXPECT_NE(Verdict("input %x: float32[2]\n").find("no output"), std::string::npos);
  EXPECT_NE(Verdict("input %x: float32[0]\noutput %x\n").find("at least 1"), std::string::npos);
  EXPECT_NE(Verdict("input %x: float32[70000,70000]\noutput %x\n").find("2 GiB"),
            std::string::npos);
  EXPECT_NE(Verdict("input %x: int8[1] q(0.0, 0)\noutput %x\n").find("positive"),
            std::string::npos);
  EXPECT_NE(Verdict("input %x: int8[1] q(0.5, 200)\noutput %x\n").find("zero point"),
            std::string::npos);
  EXPECT_NE(Verdict("const %x: int8[3] = [1]\noutput %x\n").find("instead of 3"),
            std::string::npos);
  EXPECT_NE(Verdict("input %x: int8[2] q(axis 0, [1.0, 1.0, 1.0], [0, 0, 0])\noutput %x\n")
                .find("scales along"),
            std::string::npos);
}

TEST(VerifierTest, StatesNeedANextValueOfTheirOwnType) {
  const std::string use = "%y: float32[2] = relu(%s)\noutput %y\n";
  EXPECT_EQ(Verdict("state %s: float32[2]\n" + use + "next %s = %y\n"), "");
  EXPECT_NE(Verdict("state %s: float32[2]\n" + use).find("next value of state 's'"),
            std::string::npos);
  EXPECT_NE(Verdict("state %s: float32[2]\ninput %x: float32[3]\n" + use + "next %s = %x\n")
                .find("must agree"),
            std::string::npos);
  EXPECT_NE(Verdict("state %s: int16[2] q(0.5, 7)\noutput %s\nnext %s = %s\n")
                .find("only 0 is supported"),
            std::string::npos);
}

TEST(VerifierTest, RefusesReadBeforeWriteAndDoubleWrite) {
  auto graph = ParseGraph(
      "graph \"g\" {\ninput %x: float32[2]\n%y: float32[2] = relu(%x) \"a\"\n"
      "%z: float32[2] = relu(%y) \"b\"\noutput %z\n}\n");
  ASSERT_TRUE(graph.ok());
  Graph swapped = *graph;
  std::swap(swapped.nodes[0], swapped.nodes[1]);
  EXPECT_NE(ErrorMessageOf(VerifyStructure(swapped)).find("before anything wrote"),
            std::string::npos);
  Graph twice = *graph;
  twice.nodes[1].outputs[0] = twice.nodes[0].outputs[0];
  EXPECT_NE(ErrorMessageOf(VerifyStructure(twice)).find("second time"), std::string::npos);
  Graph wild = *graph;
  wild.nodes[1].inputs[0] = static_cast<TensorId>(99);
  EXPECT_FALSE(VerifyStructure(wild).ok());
}

}  // namespace
}  // namespace edgerack::compiler
