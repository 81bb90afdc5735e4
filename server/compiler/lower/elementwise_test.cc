// Operators on constants, computed by the kernels a board runs, against the mathematics they stand
// for: each case is a graph in text form and its result as numbers.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

using Numbers = std::vector<double>;

std::string Join(const Numbers& values) {
  std::string text;
  for (double v : values) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.9g", v);
    text += (text.empty() ? "" : ", ") + std::string(buffer);
  }
  return text;
}

// A constant "%name: type = [values]".
struct Operand {
  const char* type;  // "float32[2,3]"
  Numbers values;
};

// Values of every output of `call`, "float32[3] = unary(%a) {fn = "abs"}"; operands are %a, %b, ...
std::vector<Numbers> Results(const std::vector<Operand>& operands, const std::string& call) {
  std::string text = "graph \"g\" {\n";
  for (size_t i = 0; i < operands.size(); ++i) {
    text += std::string("const %") + static_cast<char>('a' + i) + ": " + operands[i].type + " = [" +
            Join(operands[i].values) + "]\n";
  }
  // Outputs are separated by ';' in `call`.
  std::string left = call.substr(0, call.find(" = "));
  std::string outputs;
  std::string names;
  for (int n = 0; !left.empty(); ++n) {
    const size_t end = left.find("; ");
    const std::string name = "%y" + std::to_string(n);
    outputs += (n ? ", " : "") + name + ": " + left.substr(0, end);
    names += "output " + name + "\n";
    left = end == std::string::npos ? "" : left.substr(end + 2);
  }
  text += outputs + call.substr(call.find(" = ")) + " \"n\"\n" + names + "}\n";
  auto graph = ParseGraph(text);
  EXPECT_TRUE(graph.ok()) << graph.status() << "\n" << text;
  if (!graph.ok()) return {};
  const absl::Status verdict = VerifyGraph(*graph);
  EXPECT_TRUE(verdict.ok()) << verdict << "\n" << text;
  if (!verdict.ok()) return {};
  auto bytes = Evaluate(*graph, 0);
  EXPECT_TRUE(bytes.ok()) << bytes.status() << "\n" << text;
  if (!bytes.ok()) return {};
  std::vector<Numbers> results;
  for (size_t i = 0; i < bytes->size(); ++i) {
    const Tensor& y = graph->tensor(graph->nodes[0].outputs[i]);
    Numbers values;
    for (int64_t e = 0; e < y.elements(); ++e) {
      values.push_back(ElementAsDouble(y.dtype, (*bytes)[i], static_cast<size_t>(e)));
    }
    results.push_back(values);
  }
  return results;
}

void Expect(const Numbers& found, const Numbers& expected, double tolerance,
            const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(found[i])) << what << " at " << i << ": " << found[i];
    } else if (std::isinf(expected[i])) {
      EXPECT_EQ(found[i], expected[i]) << what << " at " << i;
    } else {
      EXPECT_NEAR(found[i], expected[i], tolerance * std::max(0.1, std::fabs(expected[i])))
          << what << " at " << i;
    }
  }
}

struct Case {
  std::vector<Operand> operands;
  std::string call;
  std::vector<Numbers> expected;
};

void ExpectAll(const std::vector<Case>& cases, double tolerance = 1e-6) {
  for (const Case& c : cases) {
    const std::vector<Numbers> found = Results(c.operands, c.call);
    ASSERT_EQ(found.size(), c.expected.size()) << c.call;
    for (size_t i = 0; i < found.size(); ++i) Expect(found[i], c.expected[i], tolerance, c.call);
  }
}

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
    ExpectAll({{{{t.c_str(), x}}, call("abs"), {{100, 1, 0, 1, 100}}},
               {{{t.c_str(), x}}, call("neg"), {{100, 1, 0, -1, -100}}},
               {{{t.c_str(), x}}, call("sign"), {{-1, -1, 0, 1, 1}}},
               {{{t.c_str(), x}}, call("bit_not"), {{99, 0, -1, -2, -101}}},
               {{{t.c_str(), x}},
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
  const Operand x = {"float32[6]", a}, y = {"float32[6]", b};
  auto number = [&](const char* attributes, Numbers expected) {
    return Case{
        {x, y}, std::string("float32[6] = binary(%a, %b) {") + attributes + "}", {expected}};
  };
  auto truth = [&](const char* fn, Numbers expected) {
    return Case{{x, y}, std::string("bool[6] = binary(%a, %b) {fn = \"") + fn + "\"}", {expected}};
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
    const Operand x = {type.c_str(), {7, -7, 7, -7, 5, 3}},
                  y = {type.c_str(), {3, 3, -3, -3, 0, 2}};
    auto number = [&](const char* attributes, Numbers expected) {
      return Case{{x, y}, type + " = binary(%a, %b) {" + attributes + "}", {expected}};
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

TEST(ElementwiseTest, Reduce) {
  const Operand x = {"float32[2,3,2]", {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6}};
  auto all = [&](const char* fn, double expected) {
    return Case{{x},
                std::string("float32[] = reduce(%a) {fn = \"") + fn + "\", keepdims = 0}",
                {{expected}}};
  };
  ExpectAll({
      {{x}, "float32[2,1,2] = reduce(%a) {fn = \"sum\", axes = [1]}", {{9, 12, -9, -12}}},
      {{x}, "float32[3] = reduce(%a) {fn = \"max\", axes = [0, -1], keepdims = 0}", {{2, 4, 6}}},
      {{x}, "float32[2] = reduce(%a) {fn = \"mean\", axes = [1, 2], keepdims = 0}", {{3.5, -3.5}}},
      {{x},
       "float32[3,2] = reduce(%a) {fn = \"min\", axes = [0], keepdims = 0}",
       {{-1, -2, -3, -4, -5, -6}}},
      {{x}, "float32[2,3,1] = reduce(%a) {fn = \"prod\", axes = [2]}", {{2, 12, 30, 2, 12, 30}}},
      all("l1", 42),
      all("l2", std::sqrt(182)),
      all("sum_square", 182),
      {{x},
       "float32[1,3,2] = reduce(%a) {fn = \"log_sum_exp\", axes = [0]}",
       {{std::log(std::exp(1) + std::exp(-1)), std::log(std::exp(2) + std::exp(-2)),
         std::log(std::exp(3) + std::exp(-3)), std::log(std::exp(4) + std::exp(-4)),
         std::log(std::exp(5) + std::exp(-5)), std::log(std::exp(6) + std::exp(-6))}}},
      {{{"float32[3]", {1, 2, 5}}}, "float32[1] = reduce(%a) {fn = \"log_sum\"}", {{std::log(8)}}},
      {{{"float32[]", {3}}}, "float32[] = reduce(%a) {fn = \"l2\"}", {{3}}},
      {{{"bool[2,2]", {1, 0, 1, 1}}},
       "bool[2,1] = reduce(%a) {fn = \"all\", axes = [1]}",
       {{0, 1}}},
      {{{"bool[2,2]", {1, 0, 0, 0}}},
       "bool[2,1] = reduce(%a) {fn = \"any\", axes = [1]}",
       {{1, 0}}},
  });
  for (const std::string type : {"int32", "int64", "int16"}) {
    const std::string in = type + "[2,3]";
    const Operand n = {in.c_str(), {1, -2, 3, 4, 5, -6}};
    ExpectAll({
        {{n}, type + "[2] = reduce(%a) {fn = \"sum\", axes = [1], keepdims = 0}", {{2, 3}}},
        {{n}, type + "[2] = reduce(%a) {fn = \"prod\", axes = [1], keepdims = 0}", {{-6, -120}}},
        {{n}, type + "[2] = reduce(%a) {fn = \"mean\", axes = [1], keepdims = 0}", {{0, 1}}},
        {{n}, type + "[1,3] = reduce(%a) {fn = \"max\", axes = [0]}", {{4, 5, 3}}},
        {{n}, type + "[1,3] = reduce(%a) {fn = \"min\", axes = [0]}", {{1, -2, -6}}},
        {{n}, type + "[1,3] = reduce(%a) {fn = \"l1\", axes = [0]}", {{5, 7, 9}}},
        {{n}, type + "[1,3] = reduce(%a) {fn = \"sum_square\", axes = [0]}", {{17, 29, 45}}},
    });
  }
}

TEST(ElementwiseTest, ReduceInt8) {
  Numbers q, sums(4, 0);
  for (int i = 0; i < 2 * 49 * 2; ++i) {
    q.push_back((i * 53) % 256 - 128);
    sums[static_cast<size_t>(i / 98 * 2 + i % 2)] += 0.1 * (q.back() + 4);
  }
  Numbers mean, sum;
  for (double s : sums) {
    mean.push_back(Clip(std::round(s / 49 / 0.05) + 9, -128, 127));
    sum.push_back(Clip(std::round(s / 2.0) - 9, -128, 127));
  }
  const Operand x = {"int8[2,7,7,2] q(0.1, -4)", q};
  const auto means =
      Results({x}, "int8[2,1,1,2] q(0.05, 9) = reduce(%a) {fn = \"mean\", axes = [1, 2]}");
  const auto totals =
      Results({x}, "int8[2,2] q(2.0, -9) = reduce(%a) {fn = \"sum\", axes = [1, 2], keepdims = 0}");
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(means.at(0).at(i), mean[i], 1);
    EXPECT_NEAR(totals.at(0).at(i), sum[i], 1);
  }
  ExpectAll({{{{"int8[2,2] q(0.1, -4)", {1, -5, 7, 9}}},
              "int8[2] q(0.1, -4) = reduce(%a) {fn = \"max\", axes = [1], keepdims = 0}",
              {{1, 9}}}});
}

// A long sum of floats keeps its precision.
TEST(ElementwiseTest, LongSums) {
  Numbers x(20000, 0.1);
  ExpectAll({{{{"float32[20000]", x}}, "float32[1] = reduce(%a) {fn = \"sum\"}", {{2000}}}}, 2e-6);
}

}  // namespace
}  // namespace edgerack::compiler
