// Operators on quantized int16, their results as numbers. tests/e2e/tflite_int16_cases.py holds
// them against TensorFlow Lite.
#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/lower/evaluated_case.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

TEST(Int16Test, Sums) {
  ExpectAll({
      // (1 * 0.5 + 3 * 0.25) / 0.25 and with the largest numbers
      {{{"int16[3] q(0.5, 0)", {1, -7, 32767}}, {"int16[3] q(0.25, 0)", {3, 1, 32767}}},
       "int16[3] q(0.25, 0) = binary(%a, %b) {fn = \"add\"}",
       {{5, -13, 32767}}},
      // 0.5 away from 0 before the difference: 1 - 1 and -1 - 1
      {{{"int16[2] q(0.25, 0)", {1, -1}}, {"int16[2] q(0.5, 0)", {1, 1}}},
       "int16[2] q(0.5, 0) = binary(%a, %b) {fn = \"sub\", power_of_two = 1}",
       {{0, -2}}},
      // and after it: -0.5 and -1.5
      {{{"int16[2] q(0.25, 0)", {1, -1}}, {"int16[2] q(0.5, 0)", {1, 1}}},
       "int16[2] q(0.5, 0) = binary(%a, %b) {fn = \"sub\"}",
       {{-1, -2}}},
      {{{"int16[2] q(0.5, 0)", {300, -300}}, {"int16[1] q(0.5, 0)", {200}}},
       "int16[2] q(1.0, 0) = binary(%a, %b) {fn = \"mul\", act = \"relu\"}",
       {{15000, 0}}},
  });
}

TEST(Int16Test, ProductsOfLargeSums) {
  const ConstantOperand x = {"int16[1,600] q(0.5, 0)", Numbers(600, 32767)};
  const ConstantOperand w = {"int8[1,600] q(0.5, 0)", Numbers(600, 127)};
  const std::string call = "int16[1,1] q(65536.0, 0) = fully_connected(%a, %b, %c)";
  // 2496845400 of 2^-18 is beyond 31 bits: it wraps around, or it does not.
  ExpectAll(
      {{{x, w, {"int32[1]", {0}}}, call, {{-6859}}}, {{x, w, {"int64[1]", {0}}}, call, {{9525}}}});
}

// TensorFlow Lite's results, one beside the mathematics where its tables are.
TEST(Int16Test, Functions) {
  ExpectAll({
      {{{"int16[3] q(0.000244140625, 0)", {0, 4096, -32768}}},
       "int16[3] q(0.000030517578125, 0) = unary(%a) {fn = \"sigmoid\"}",
       {{16384, 23956, 11}}},
      {{{"int16[3] q(0.000244140625, 0)", {0, 4096, -32768}}},
       "int16[3] q(0.000030517578125, 0) = unary(%a) {fn = \"tanh\"}",
       {{0, 24956, -32767}}},
      {{{"int16[2] q(0.5, 0)", {-32768, 5}}},
       "int16[2] q(0.5, 0) = unary(%a) {fn = \"abs\"}",
       {{32767, 5}}},
      {{{"int16[2] q(0.5, 0)", {-30, 40}}},
       "int16[2] q(0.25, 0) = unary(%a) {fn = \"leaky_relu\", alpha = 0.25}",
       {{-15, 80}}},
      {{{"int16[1,3] q(0.001, 0)", {1000, 1000, -32768}}},
       "int16[1,3] q(0.000030517578125, 0) = softmax(%a)",
       {{16384, 16384, 1}}},
      {{{"int16[2,2] q(0.5, 0)", {5, 6, -5, -6}}},
       "int16[2] q(0.5, 0) = reduce(%a) {fn = \"mean\", axes = [1], keepdims = 0}",
       {{6, -5}}},
  });
}

std::string Refusal(const std::string& body) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "output %y\n}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  return std::string(VerifyGraph(*graph).message());
}

TEST(Int16Test, RefusesWhatHasNoKernel) {
  const std::string x = "input %x: int16[2,4] q(0.5, 0)\n";
  const struct {
    std::string body;
    const char* says;
  } cases[] = {
      {"input %x: int16[2] q(0.5, 3)\n%y: int16[2] q(0.5, 0) = relu(%x) {act = \"relu\"} \"n\"\n",
       "zero point 0"},
      {x + "%y: int16[2,4] q(0.5, 0) = unary(%x) {fn = \"gelu\"} \"n\"\n",
       "abs, exp, leaky_relu, sigmoid, tanh"},
      {x + "%y: int16[2,4] q(0.5, 0) = unary(%x) {fn = \"tanh\"} \"n\"\n", "1/32768"},
      {x + "%y: int16[2,4] q(0.5, 0) = softmax(%x) \"n\"\n", "1/32768"},
      {x + "%y: int16[2,4] q(0.000030517578125, 0) = softmax(%x) {axis = 0} \"n\"\n",
       "in int16 is the last"},
      {x + "%y: int16[2,4] q(0.5, 0) = binary(%x, %x) {fn = \"div\"} \"n\"\n", "quantized int8"},
      {x + "%y: int16[2,4] q(0.25, 0) = binary(%x, %x) {fn = \"add\", power_of_two = 1} \"n\"\n",
       "powers of two"},
      {x + "%y: int16[2,4] q(0.5, 0) = log_softmax(%x) \"n\"\n", "float32 and int8"},
  };
  for (const auto& c : cases) {
    const std::string message = Refusal(c.body);
    EXPECT_NE(message.find(c.says), std::string::npos) << c.body << message;
  }
}

}  // namespace
}  // namespace edgerack::compiler
