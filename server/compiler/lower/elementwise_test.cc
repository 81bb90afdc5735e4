// Operators on single elements against the mathematics they stand for.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/lower/evaluated_case.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double Clip(double x, double low, double high) { return std::min(std::max(x, low), high); }

struct RealFunction {
  const char* attributes;
  double (*function)(double);
};

const RealFunction kRealFunctions[] = {
    {"fn = \"abs\"", std::fabs},
    {"fn = \"neg\"", [](double x) { return -x; }},
    {"fn = \"reciprocal\"", [](double x) { return 1 / x; }},
    {"fn = \"sqrt\"", std::sqrt},
    {"fn = \"rsqrt\"", [](double x) { return 1 / std::sqrt(x); }},
    {"fn = \"square\"", [](double x) { return x * x; }},
    {"fn = \"exp\"", std::exp},
    {"fn = \"log\"", std::log},
    {"fn = \"sin\"", std::sin},
    {"fn = \"cos\"", std::cos},
    {"fn = \"tan\"", std::tan},
    {"fn = \"asin\"", std::asin},
    {"fn = \"acos\"", std::acos},
    {"fn = \"atan\"", std::atan},
    {"fn = \"sinh\"", std::sinh},
    {"fn = \"cosh\"", std::cosh},
    {"fn = \"tanh\"", std::tanh},
    {"fn = \"asinh\"", std::asinh},
    {"fn = \"acosh\"", std::acosh},
    {"fn = \"atanh\"", std::atanh},
    {"fn = \"sigmoid\"", Sigmoid},
    {"fn = \"erf\"", std::erf},
    {"fn = \"floor\"", std::floor},
    {"fn = \"ceil\"", std::ceil},
    {"fn = \"round\"", std::nearbyint},
    {"fn = \"sign\"", [](double x) { return x > 0   ? 1.0
                                            : x < 0 ? -1.0
                                                    : 0.0; }},
    {"fn = \"softplus\"", [](double x) { return std::log1p(std::exp(x)); }},
    {"fn = \"softsign\"", [](double x) { return x / (1 + std::fabs(x)); }},
    {"fn = \"mish\"", [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
    {"fn = \"hard_swish\"", [](double x) { return x * Clip(x / 6 + 0.5, 0, 1); }},
    {"fn = \"gelu\"", [](double x) { return x * (1 + std::erf(x / std::sqrt(2.0))) / 2; }},
    {"fn = \"gelu\", approximate = \"tanh\"",
     [](double x) {
       return x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))) / 2;
     }},
    {"fn = \"leaky_relu\", alpha = 0.25", [](double x) { return x < 0 ? x / 4 : x; }},
    {"fn = \"leaky_relu\"", [](double x) { return x < 0 ? 0.01 * x : x; }},
    {"fn = \"elu\", alpha = 2.0", [](double x) { return x < 0 ? 2 * std::expm1(x) : x; }},
    {"fn = \"selu\"",
     [](double x) { return 1.0507009873 * (x < 0 ? 1.6732632423 * std::expm1(x) : x); }},
    {"fn = \"celu\", alpha = 2.0", [](double x) { return x < 0 ? 2 * std::expm1(x / 2) : x; }},
    {"fn = \"hard_sigmoid\"", [](double x) { return Clip(0.2 * x + 0.5, 0, 1); }},
    {"fn = \"thresholded_relu\", alpha = 0.5", [](double x) { return x > 0.5 ? x : 0; }},
    {"fn = \"shrink\", alpha = 0.5, beta = 0.25",
     [](double x) { return x < -0.5  ? x + 0.25
                           : x > 0.5 ? x - 0.25
                                     : 0; }},
    {"fn = \"swish\"", [](double x) { return x * Sigmoid(x); }},
    {"fn = \"clip\", min = -1.0, max = 0.5", [](double x) { return Clip(x, -1, 0.5); }},
};

TEST(ElementwiseTest, UnaryFloat) {
  const Numbers x = {-30, -5.5, -2.5, -1, -0.5, -0.125, 0, 0.125, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 7};
  for (const RealFunction& f : kRealFunctions) {
    Numbers expected;
    for (double v : x) expected.push_back(f.function(v));
    ExpectAll({{{{"float32[3,5]", x}},
                std::string("float32[3,5] = unary(%a) {") + f.attributes + "}",
                {expected}}},
              2e-6);
  }
}

// int8: the float function between dequantizing and quantizing.
TEST(ElementwiseTest, UnaryInt8) {
  Numbers q;
  for (int v = -128; v < 128; ++v) q.push_back(v);
  for (const RealFunction& f : kRealFunctions) {
    Numbers expected;
    for (double v : q) {
      const double real = f.function(static_cast<double>(0.05f * static_cast<float>(v + 3)));
      const double rounded = std::isnan(real) ? 5 : std::round(real * (1 / 0.04f)) + 5;
      expected.push_back(Clip(rounded, -128, 127));
    }
    const auto found =
        Results({{"int8[256] q(0.05, -3)", q}},
                std::string("int8[256] q(0.04, 5) = unary(%a) {") + f.attributes + "}");
    ASSERT_EQ(found.size(), 1u);
    int different = 0;
    for (size_t i = 0; i < 256; ++i) {
      EXPECT_NEAR(found[0][i], expected[i], 1) << f.attributes << " of " << q[i];
      different += found[0][i] != expected[i];
    }
    // Where TFLite computes in fixed point, ties go the other way.
    EXPECT_LE(different, 40) << f.attributes;
  }
}

TEST(ElementwiseTest, SpecialValuesOfFloats) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Numbers x = {-inf, inf, nan, 0};
  ExpectAll({
      {{{"float32[4]", x}}, "bool[4] = unary(%a) {fn = \"is_nan\"}", {{0, 0, 1, 0}}},
      {{{"float32[4]", x}}, "bool[4] = unary(%a) {fn = \"is_inf\"}", {{1, 1, 0, 0}}},
      {{{"float32[4]", x}}, "bool[4] = unary(%a) {fn = \"is_inf\", neg = 0}", {{0, 1, 0, 0}}},
      {{{"float32[4]", x}},
       "float32[4] = unary(%a) {fn = \"clip\", min = 0.0}",
       {{0, inf, nan, 0}}},
      {{{"float32[4]", x}}, "float32[4] = relu(%a) {act = \"relu\"}", {{0, inf, nan, 0}}},
      {{{"float32[4]", x}}, "float32[4] = unary(%a) {fn = \"exp\"}", {{0, inf, nan, 1}}},
      {{{"float32[4]", x}}, "float32[4] = unary(%a) {fn = \"tanh\"}", {{-1, 1, nan, 0}}},
      {{{"float32[4]", x}}, "float32[4] = unary(%a) {fn = \"sin\"}", {{nan, nan, nan, 0}}},
      {{{"float32[4]", x}, {"float32[]", {1}}},
       "float32[4] = binary(%a, %b) {fn = \"max\"}",
       {{1, inf, nan, 1}}},
      {{{"float32[4]", x}}, "float32[1] = reduce(%a) {fn = \"max\"}", {{nan}}},
      {{{"float32[4]", x}},
       "int32[4] = cast(%a) {to = \"int32\"}",
       {{-2147483648.0, 2147483647, 0, 0}}},
      {{{"float32[4]", x}}, "bool[4] = cast(%a) {to = \"bool\"}", {{1, 1, 1, 0}}},
  });
}

TEST(ElementwiseTest, UnaryIntegers) {
  for (const char* type : {"int32", "int64", "int16", "int8"}) {
    const std::string t = std::string(type) + "[5]";
    const Numbers x = {-100, -1, 0, 1, 100};
    auto call = [&](const char* fn) { return t + " = unary(%a) {fn = \"" + fn + "\"}"; };
    ExpectAll({{{{t, x}}, call("abs"), {{100, 1, 0, 1, 100}}},
               {{{t, x}}, call("neg"), {{100, 1, 0, -1, -100}}},
               {{{t, x}}, call("sign"), {{-1, -1, 0, 1, 1}}},
               {{{t, x}}, call("bit_not"), {{99, 0, -1, -2, -101}}},
               {{{t, x}},
                t + " = unary(%a) {fn = \"clip\", min = -5.5, max = 7.0}",
                {{-5, -1, 0, 1, 7}}}});
  }
  ExpectAll(
      {{{{"bool[2]", {0, 1}}}, "bool[2] = unary(%a) {fn = \"not\"}", {{1, 0}}},
       {{{"uint8[3]", {0, 5, 255}}}, "uint8[3] = unary(%a) {fn = \"bit_not\"}", {{255, 250, 0}}},
       {{{"int32[2]", {-7, 9}}}, "int32[2] = unary(%a) {fn = \"square\"}", {{49, 81}}}});
}

TEST(ElementwiseTest, BinaryBroadcasts) {
  ExpectAll({
      {{{"float32[2,3]", {1, 2, 3, 4, 5, 6}}, {"float32[3]", {10, 20, 30}}},
       "float32[2,3] = binary(%a, %b) {fn = \"add\"}",
       {{11, 22, 33, 14, 25, 36}}},
      {{{"float32[2,1]", {1, 2}}, {"float32[1,3]", {10, 20, 30}}},
       "float32[2,3] = binary(%a, %b) {fn = \"mul\"}",
       {{10, 20, 30, 20, 40, 60}}},
      {{{"float32[2,1,2]", {1, 2, 3, 4}}, {"float32[3,1]", {10, 20, 30}}},
       "float32[2,3,2] = binary(%a, %b) {fn = \"sub\"}",
       {{-9, -8, -19, -18, -29, -28, -7, -6, -17, -16, -27, -26}}},
      {{{"float32[]", {12}}, {"float32[2]", {5, -5}}},
       "float32[2] = binary(%a, %b) {fn = \"div\"}",
       {{2.4, -2.4}}},
      {{{"int32[]", {7}}, {"int32[2,1,1,1,1,2]", {1, 2, 3, 4}}},
       "bool[2,1,1,1,1,2] = binary(%a, %b) {fn = \"less\"}",
       {{0, 0, 0, 0}}},
      {{{"float32[2,2]", {-1, 5, -3, 2}}, {"float32[2]", {1, 3}}},
       "float32[2,2] = binary(%a, %b) {fn = \"add\", act = \"relu6\"}",
       {{0, 6, 0, 5}}},
  });
}

TEST(ElementwiseTest, BinaryFloat) {
  const Numbers a = {7, -7, 7, -7, 0.5, 3}, b = {3, 3, -3, -3, 2, 3};
  const ConstantOperand x = {"float32[6]", a}, y = {"float32[6]", b};
  auto number = [&](const char* attributes, Numbers expected) {
    return EvaluatedCase{
        {x, y}, std::string("float32[6] = binary(%a, %b) {") + attributes + "}", {expected}};
  };
  auto truth = [&](const char* fn, Numbers expected) {
    return EvaluatedCase{
        {x, y}, std::string("bool[6] = binary(%a, %b) {fn = \"") + fn + "\"}", {expected}};
  };
  ExpectAll({
      number("fn = \"div\"", {7 / 3.0, -7 / 3.0, -7 / 3.0, 7 / 3.0, 0.25, 1}),
      number("fn = \"floor_div\"", {2, -3, -3, 2, 0, 1}),
      number("fn = \"mod\"", {1, 2, -2, -1, 0.5, 0}),
      number("fn = \"mod\", fmod = 1", {1, -1, 1, -1, 0.5, 0}),
      number("fn = \"pow\"", {343, -343, 1 / 343.0, -1 / 343.0, 0.25, 27}),
      number("fn = \"max\"", {7, 3, 7, -3, 2, 3}),
      number("fn = \"min\"", {3, -7, -3, -7, 0.5, 3}),
      number("fn = \"squared_difference\"", {16, 100, 100, 16, 2.25, 0}),
      number("fn = \"atan2\"", {std::atan2(7, 3), std::atan2(-7, 3), std::atan2(7, -3),
                                std::atan2(-7, -3), std::atan2(0.5, 2), std::atan2(3, 3)}),
      number("fn = \"prelu\"", {7, -21, 7, 21, 0.5, 3}),
      truth("equal", {0, 0, 0, 0, 0, 1}),
      truth("not_equal", {1, 1, 1, 1, 1, 0}),
      truth("less", {0, 1, 0, 1, 1, 0}),
      truth("less_equal", {0, 1, 0, 1, 1, 1}),
      truth("greater", {1, 0, 1, 0, 0, 0}),
      truth("greater_equal", {1, 0, 1, 0, 0, 1}),
  });
}

TEST(ElementwiseTest, BinaryIntegers) {
  for (const std::string type : {"int32[6]", "int64[6]", "int16[6]", "int8[6]"}) {
    const ConstantOperand x = {type, {7, -7, 7, -7, 5, 3}}, y = {type, {3, 3, -3, -3, 0, 2}};
    auto number = [&](const char* attributes, Numbers expected) {
      return EvaluatedCase{{x, y}, type + " = binary(%a, %b) {" + attributes + "}", {expected}};
    };
    ExpectAll({
        number("fn = \"add\"", {10, -4, 4, -10, 5, 5}),
        number("fn = \"sub\"", {4, -10, 10, -4, 5, 1}),
        number("fn = \"mul\"", {21, -21, -21, 21, 0, 6}),
        number("fn = \"div\"", {2, -2, -2, 2, 0, 1}),
        number("fn = \"floor_div\"", {2, -3, -3, 2, 0, 1}),
        number("fn = \"mod\"", {1, 2, -2, -1, 0, 1}),
        number("fn = \"mod\", fmod = 1", {1, -1, 1, -1, 0, 1}),
        number("fn = \"max\"", {7, 3, 7, -3, 5, 3}),
        number("fn = \"min\"", {3, -7, -3, -7, 0, 2}),
        number("fn = \"squared_difference\"", {16, 100, 100, 16, 25, 1}),
        number("fn = \"bit_and\"", {3, 1, 5, -7, 0, 2}),
        number("fn = \"bit_or\"", {7, -5, -1, -3, 5, 3}),
        number("fn = \"bit_xor\"", {4, -6, -6, 4, 5, 1}),
        {{x, y}, "bool[6] = binary(%a, %b) {fn = \"greater\"}", {{1, 0, 1, 0, 1, 1}}},
        {{x, y}, "bool[6] = binary(%a, %b) {fn = \"equal\"}", {{0, 0, 0, 0, 0, 0}}},
    });
  }
  ExpectAll({
      {{{"int32[5]", {2, -3, 5, -1, 7}}, {"int32[5]", {10, 3, 0, -3, -1}}},
       "int32[5] = binary(%a, %b) {fn = \"pow\"}",
       {{1024, -27, 1, -1, 0}}},
      {{{"uint8[4]", {1, 200, 255, 16}}, {"uint8[4]", {7, 1, 4, 2}}},
       "uint8[4] = binary(%a, %b) {fn = \"shift_left\"}",
       {{128, 144, 240, 64}}},
      {{{"uint8[4]", {1, 200, 255, 16}}, {"uint8[4]", {7, 1, 4, 2}}},
       "uint8[4] = binary(%a, %b) {fn = \"shift_right\"}",
       {{0, 100, 15, 4}}},
      {{{"bool[4]", {0, 0, 1, 1}}, {"bool[4]", {0, 1, 0, 1}}},
       "bool[4] = binary(%a, %b) {fn = \"xor\"}",
       {{0, 1, 1, 0}}},
      {{{"bool[4]", {0, 0, 1, 1}}, {"bool[4]", {0, 1, 0, 1}}},
       "bool[4] = binary(%a, %b) {fn = \"and\"}",
       {{0, 0, 0, 1}}},
      {{{"bool[4]", {0, 0, 1, 1}}, {"bool[4]", {0, 1, 0, 1}}},
       "bool[4] = binary(%a, %b) {fn = \"or\"}",
       {{0, 1, 1, 1}}},
      {{{"bool[4]", {0, 0, 1, 1}}, {"bool[4]", {0, 1, 0, 1}}},
       "bool[4] = binary(%a, %b) {fn = \"equal\"}",
       {{1, 0, 0, 1}}},
  });
}

// Quantized: the rounded real result, at most one step beside it.
TEST(ElementwiseTest, BinaryInt8) {
  Numbers a, b;
  for (int i = 0; i < 400; ++i) {
    a.push_back((i * 37) % 256 - 128);
    b.push_back((i * 91 + 13) % 256 - 128);
  }
  struct Function {
    const char* fn;
    double (*real)(double, double);
  };
  const Function functions[] = {
      {"add", [](double x, double y) { return x + y; }},
      {"sub", [](double x, double y) { return x - y; }},
      {"mul", [](double x, double y) { return x * y; }},
      {"squared_difference", [](double x, double y) { return (x - y) * (x - y); }},
      {"prelu", [](double x, double y) { return x < 0 ? x * y : x; }},
  };
  for (const Function& f : functions) {
    Numbers expected;
    for (size_t i = 0; i < a.size(); ++i) {
      const double real = f.real(0.03 * (a[i] + 7), 0.02 * (b[i] - 11));
      expected.push_back(Clip(std::round(real / 0.05) - 20, -128, 127));
    }
    const auto found =
        Results({{"int8[20,20] q(0.03, -7)", a}, {"int8[20,20] q(0.02, 11)", b}},
                std::string("int8[20,20] q(0.05, -20) = binary(%a, %b) {fn = \"") + f.fn + "\"}");
    ASSERT_EQ(found.size(), 1u);
    for (size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(found[0][i], expected[i], 1) << f.fn << " " << a[i] << " " << b[i];
    }
  }
  ExpectAll({
      {{{"int8[4] q(0.5, 0)", {2, 4, 6, -8}}, {"int8[1] q(1.0, 0)", {2}}},
       "bool[4] = binary(%a, %b) {fn = \"less\"}",
       {{1, 0, 0, 1}}},
      {{{"int8[4] q(0.5, 0)", {2, 4, 6, -8}}, {"int8[1] q(1.0, 0)", {2}}},
       "bool[4] = binary(%a, %b) {fn = \"equal\"}",
       {{0, 1, 0, 0}}},
      {{{"int8[2] q(0.5, 3)", {2, 9}}, {"int8[2] q(0.5, 3)", {5, -9}}},
       "int8[2] q(0.5, 3) = binary(%a, %b) {fn = \"max\"}",
       {{5, 9}}},
      // sub with relu: below zero becomes the zero point.
      {{{"int8[2] q(0.5, 0)", {2, 9}}, {"int8[2] q(0.5, 0)", {5, -9}}},
       "int8[2] q(0.5, -3) = binary(%a, %b) {fn = \"sub\", act = \"relu\"}",
       {{-3, 15}}},
  });
}

TEST(ElementwiseTest, ReluInt8IsTflitesFixedPoint) {
  ExpectAll({{{{"int8[5] q(0.5, 0)", {-128, -1, 0, 3, 127}}},
              "int8[5] q(0.25, -8) = relu(%a) {act = \"relu\"}",
              {{-8, -8, -8, -2, 127}}},
             {{{"int8[5] q(0.5, 0)", {-128, -1, 0, 3, 127}}},
              "int8[5] q(0.5, 0) = relu(%a) {act = \"relu6\"}",
              {{0, 0, 0, 3, 12}}}});
}

TEST(ElementwiseTest, WhereAndCast) {
  ExpectAll({
      {{{"bool[2,1]", {1, 0}}, {"float32[3]", {1, 2, 3}}, {"float32[]", {9}}},
       "float32[2,3] = where(%a, %b, %c)",
       {{1, 2, 3, 9, 9, 9}}},
      {{{"bool[2]", {0, 1}}, {"int64[2]", {1, 2}}, {"int64[2]", {3, 4}}},
       "int64[2] = where(%a, %b, %c)",
       {{3, 2}}},
      {{{"bool[2]", {0, 1}}, {"int8[2]", {1, 2}}, {"int8[2]", {3, 4}}},
       "int8[2] = where(%a, %b, %c)",
       {{3, 2}}},
      {{{"float32[4]", {1.9, -1.9, 300, -300}}},
       "int8[4] = cast(%a) {to = \"int8\"}",
       {{1, -1, 127, -128}}},
      {{{"float32[3]", {1.9, -1.9, 300}}}, "uint8[3] = cast(%a) {to = \"uint8\"}", {{1, 0, 255}}},
      {{{"float32[2]", {1e10, -2.5}}}, "int64[2] = cast(%a) {to = \"int64\"}", {{1e10, -2}}},
      {{{"int64[2]", {-3, 16777219}}},
       "float32[2] = cast(%a) {to = \"float32\"}",
       {{-3, 16777220}}},
      {{{"int32[2]", {-3, 70000}}}, "int16[2] = cast(%a) {to = \"int16\"}", {{-3, 4464}}},
      {{{"int32[2]", {-3, 0}}}, "bool[2] = cast(%a) {to = \"bool\"}", {{1, 0}}},
      {{{"bool[2]", {1, 0}}}, "float32[2] = cast(%a) {to = \"float32\"}", {{1, 0}}},
      {{{"uint8[2]", {200, 0}}}, "int32[2] = cast(%a) {to = \"int32\"}", {{200, 0}}},
  });
}

absl::Status Verdict(const std::string& body) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "}\n");
  return graph.ok() ? VerifyGraph(*graph) : graph.status();
}

TEST(ElementwiseTest, Bucketize) {
  ExpectAll({{{{"float32[6]", {-5, -1, 0.4, 0.5, 2, 3}}, {"float32[3]", {-1, 0.5, 2}}},
              "int32[6] = bucketize(%a, %b)",
              {{0, 1, 1, 2, 3, 3}}},
             {{{"int64[3]", {-2, 7, 8}}, {"float32[2]", {7, 7}}},
              "int32[3] = bucketize(%a, %b)",
              {{0, 2, 2}}}});
}

TEST(ElementwiseTest, RefusalsSayWhatIsSupported) {
  struct Refused {
    const char* body;
    const char* code;
    const char* says;
  };
  const Refused cases[] = {
      {"input %x: float32[2]\n%y: float32[2] = unary(%x) {fn = \"zap\"} \"u\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "fn is zap"},
      {"input %x: int32[2]\n%y: int32[2] = unary(%x) {fn = \"tan\"} \"u\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "float32"},
      {"input %x: float32[2]\n%y: float32[2] = unary(%x) {fn = \"exp\", alpha = 1.0} \"u\"\noutput "
       "%y\n",
       "BAD_GRAPH", "alpha"},
      {"input %x: uint8[2] q(0.5, 0)\n%y: uint8[2] q(0.5, 0) = unary(%x) {fn = \"exp\"} \"u\"\n"
       "output %y\n",
       "UNSUPPORTED_QUANTIZATION", "uint8"},
      {"input %x: float32[2]\ninput %z: float32[3]\n%y: float32[2] = binary(%x, %z) {fn = \"add\"} "
       "\"b\"\n"
       "output %y\n",
       "UNSUPPORTED_SHAPE", "2 and 3"},
      {"input %x: float32[2]\ninput %z: int32[2]\n%y: float32[2] = binary(%x, %z) {fn = \"add\"} "
       "\"b\"\n"
       "output %y\n",
       "UNSUPPORTED_TYPE", "int32"},
      {"input %x: int8[2] q(0.5, 0)\n%y: int8[2] q(0.5, 0) = binary(%x, %x) {fn = \"pow\"} \"b\"\n"
       "output %y\n",
       "UNSUPPORTED_TYPE", "quantized int8"},
      {"input %x: int8[2] q(0.5, 0)\n%y: int8[2] q(0.25, 0) = binary(%x, %x) {fn = \"max\"} \"b\"\n"
       "output %y\n",
       "UNSUPPORTED_QUANTIZATION", "different scales"},
      {"input %x: float32[2]\n%y: float32[1] = reduce(%x) {fn = \"sum\", axes = [1]} \"r\"\noutput "
       "%y\n",
       "UNSUPPORTED_ATTRIBUTE", "axis is 1; supported are -1 to 0"},
      {"input %x: int32[2]\n%y: int32[1] = reduce(%x) {fn = \"l2\"} \"r\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "float32"},
      {"input %x: float32[2]\n%y: float32[3], %i: int64[3] = topk(%x) {k = 3} \"t\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "3 of 2"},
      {"input %x: float32[2]\nconst %b: float32[2] = [2, 1]\n%y: int32[2] = bucketize(%x, %b) "
       "\"b\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "ascend"},
      {"input %x: float32[2]\n%y: float32[2] = cast(%x) {to = \"float64\"} \"c\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "float64"},
      {"input %x: float32[1,4,2]\n%y: float32[1,4,2] = group_norm(%x) {groups = 3} \"g\"\noutput "
       "%y\n",
       "UNSUPPORTED_ATTRIBUTE", "3 groups"},
      {"input %c: float32[2]\ninput %x: float32[2]\n%y: float32[2] = where(%c, %x, %x) "
       "\"w\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "bool"},
  };
  for (const Refused& c : cases) {
    const absl::Status status = Verdict(c.body);
    EXPECT_EQ(ErrorCodeOf(status), c.code) << c.body << status;
    EXPECT_NE(ErrorMessageOf(status).find(c.says), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace edgerack::compiler
