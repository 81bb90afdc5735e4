// Operators on many elements at once (reductions, ranking, normalizations) and conversions, against
// the mathematics they stand for.
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

double Clip(double x, double low, double high) { return std::min(std::max(x, low), high); }

TEST(StatisticsTest, Reduce) {
  const ConstantOperand x = {"float32[2,3,2]", {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6}};
  auto all = [&](const char* fn, double expected) {
    return EvaluatedCase{{x},
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
    const ConstantOperand n = {in, {1, -2, 3, 4, 5, -6}};
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

TEST(StatisticsTest, ReduceInt8) {
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
  const ConstantOperand x = {"int8[2,7,7,2] q(0.1, -4)", q};
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
TEST(StatisticsTest, LongSums) {
  Numbers x(20000, 0.1);
  ExpectAll({{{{"float32[20000]", x}}, "float32[1] = reduce(%a) {fn = \"sum\"}", {{2000}}}}, 2e-6);
}

TEST(StatisticsTest, ArgReduce) {
  const Numbers v = {3, 9, 9, -1, -7, -7};
  for (const std::string type : {"float32", "int8", "int32", "int64", "int16"}) {
    const std::string in = type + "[2,3]";
    const ConstantOperand x = {in, v};
    ExpectAll({
        {{x}, "int64[2,1] = arg_reduce(%a) {fn = \"max\", axis = 1}", {{1, 0}}},
        {{x}, "int64[2,1] = arg_reduce(%a) {fn = \"max\", axis = 1, select_last = 1}", {{2, 0}}},
        {{x},
         "int32[2] = arg_reduce(%a) {fn = \"min\", axis = -1, keepdims = 0, to = \"int32\"}",
         {{0, 1}}},
        {{x}, "int64[1,3] = arg_reduce(%a) {fn = \"max\", axis = 0}", {{0, 0, 0}}},
    });
  }
  ExpectAll(
      {{{{"float32[4]", {-0.0, 0, -1, -2}}}, "int64[1] = arg_reduce(%a) {fn = \"max\"}", {{0}}},
       {{{"uint8[3]", {5, 200, 7}}}, "int64[1] = arg_reduce(%a) {fn = \"max\"}", {{1}}}});
}

TEST(StatisticsTest, Topk) {
  for (const std::string type : {"float32", "int8", "int32", "int64", "int16"}) {
    const std::string in = type + "[2,4]", line = type + "[8]";
    const Numbers v = {1, 7, 7, -3, 9, 0, 2, 9};
    ExpectAll({
        {{{in, v}}, type + "[2,2]; int64[2,2] = topk(%a) {k = 2}", {{7, 7, 9, 9}, {1, 2, 0, 3}}},
        {{{in, v}},
         type + "[2,3]; int32[2,3] = topk(%a) {k = 3, largest = 0, to = \"int32\"}",
         {{-3, 1, 7, 0, 2, 9}, {3, 0, 1, 1, 2, 0}}},
        {{{in, v}},
         type + "[1,4]; int64[1,4] = topk(%a) {k = 1, axis = 0}",
         {{9, 7, 7, 9}, {1, 0, 0, 1}}},
        {{{line, v}},
         type + "[8]; int64[8] = topk(%a) {k = 8}",
         {{9, 9, 7, 7, 2, 1, 0, -3}, {4, 7, 1, 2, 6, 0, 5, 3}}},
    });
  }
}

TEST(StatisticsTest, Cumsum) {
  for (const std::string type : {"float32", "int32", "int64", "int16", "int8"}) {
    const std::string in = type + "[2,3]";
    const ConstantOperand x = {in, {1, 2, 3, 4, 5, 6}};
    ExpectAll({
        {{x}, in + " = cumsum(%a) {axis = 1}", {{1, 3, 6, 4, 9, 15}}},
        {{x}, in + " = cumsum(%a) {axis = 0}", {{1, 2, 3, 5, 7, 9}}},
        {{x}, in + " = cumsum(%a) {axis = 1, exclusive = 1}", {{0, 1, 3, 0, 4, 9}}},
        {{x}, in + " = cumsum(%a) {axis = 1, reverse = 1}", {{6, 5, 3, 15, 11, 6}}},
        {{x}, in + " = cumsum(%a) {axis = -1, reverse = 1, exclusive = 1}", {{5, 3, 0, 11, 6, 0}}},
    });
  }
}

TEST(StatisticsTest, SoftmaxAndItsKin) {
  const ConstantOperand x = {"float32[2,3]", {1, 2, 3, -1, 0, 5}};
  auto line = [](Numbers v) {
    double sum = 0;
    for (double e : v) sum += std::exp(e);
    for (double& e : v) e = std::exp(e) / sum;
    return v;
  };
  auto both = [](Numbers a, const Numbers& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  auto columns = [&](auto function) {
    Numbers out(6);
    for (size_t c = 0; c < 3; ++c) {
      const Numbers r = function({x.values[c], x.values[c + 3]});
      out[c] = r[0];
      out[c + 3] = r[1];
    }
    return out;
  };
  auto log_of = [](Numbers v) {
    for (double& e : v) e = std::log(e);
    return v;
  };
  ExpectAll({
      {{x}, "float32[2,3] = softmax(%a)", {both(line({1, 2, 3}), line({-1, 0, 5}))}},
      {{x}, "float32[2,3] = softmax(%a) {axis = 0}", {columns(line)}},
      {{x},
       "float32[2,3] = log_softmax(%a) {axis = 1}",
       {log_of(both(line({1, 2, 3}), line({-1, 0, 5})))}},
      {{x}, "float32[2,3] = log_softmax(%a) {axis = 0}", {log_of(columns(line))}},
      {{x}, "float32[2,3] = hardmax(%a) {axis = 1}", {{0, 0, 1, 0, 0, 1}}},
      {{x}, "float32[2,3] = hardmax(%a) {axis = 0}", {{1, 1, 0, 0, 0, 1}}},
  });
  // int8: along the first axis as along the last of the transposed tensor.
  const std::string out = " q(0.00390625, -128) = softmax(%a)";
  const Numbers rows =
      Results({{"int8[2,3] q(0.1, 3)", {10, -20, 100, 30, 0, -128}}}, "int8[2,3]" + out).at(0);
  const Numbers turned = Results({{"int8[3,2] q(0.1, 3)", {10, 30, -20, 0, 100, -128}}},
                                 "int8[3,2]" + out + " {axis = 0}")
                             .at(0);
  for (size_t r = 0; r < 2; ++r) {
    for (size_t c = 0; c < 3; ++c) EXPECT_EQ(rows[r * 3 + c], turned[c * 2 + r]);
  }
  // log(p) / (1/16) + 127
  const Numbers p = line({1.0, -2.0, 3.0});
  Numbers expected;
  for (double v : p) expected.push_back(std::nearbyint(std::log(v) * 16) + 127);
  ExpectAll({{{{"int8[1,3] q(0.1, 3)", {13, -17, 33}}},
              "int8[1,3] q(0.0625, 127) = log_softmax(%a)",
              {expected}}});
}

Numbers Normalized(const Numbers& v, double epsilon) {
  double mean = 0, variance = 0;
  for (double e : v) mean += e / static_cast<double>(v.size());
  for (double e : v) variance += (e - mean) * (e - mean) / static_cast<double>(v.size());
  Numbers out;
  for (double e : v) out.push_back((e - mean) / std::sqrt(variance + epsilon));
  return out;
}

TEST(StatisticsTest, Normalizations) {
  const Numbers v = {1, 2, 4, -1, 0, 5, 3, 3};
  const Numbers a = Normalized({1, 2, 4, -1}, 1e-5), b = Normalized({0, 5, 3, 3}, 1e-5);
  Numbers scaled, plain = a;
  const double scale[] = {1, 2, 3, 4}, bias[] = {10, 20, 30, 40};
  for (size_t i = 0; i < 8; ++i)
    scaled.push_back((i < 4 ? a[i] : b[i - 4]) * scale[i % 4] + bias[i % 4]);
  plain.insert(plain.end(), b.begin(), b.end());
  const ConstantOperand x = {"float32[2,4]", v};
  ExpectAll({
      {{x, {"float32[4]", {1, 2, 3, 4}}, {"float32[4]", {10, 20, 30, 40}}},
       "float32[2,4]; float32[2,1]; float32[2,1] = layer_norm(%a, %b, %c)",
       {scaled, {1.5, 2.75}, {1 / std::sqrt(3.25 + 1e-5), 1 / std::sqrt(3.1875 + 1e-5)}}},
      {{x}, "float32[2,4] = mvn(%a) {axes = [1], epsilon = 1e-5}", {plain}},
  });
  // [1, C = 4, 2] in two groups of two channels, and each channel on its own.
  Numbers groups;
  for (size_t i = 0; i < 8; ++i) groups.push_back(plain[i] * scale[i / 2] + bias[i / 2]);
  Numbers instances;
  for (size_t c = 0; c < 4; ++c) {
    for (double e : Normalized({v[2 * c], v[2 * c + 1]}, 1e-5)) {
      instances.push_back(e * scale[c] + bias[c]);
    }
  }
  const ConstantOperand y = {"float32[1,4,2]", v};
  const ConstantOperand s = {"float32[4]", {1, 2, 3, 4}}, t = {"float32[4]", {10, 20, 30, 40}};
  ExpectAll(
      {
          {{y, s, t}, "float32[1,4,2] = group_norm(%a, %b, %c) {groups = 2, axis = 1}", {groups}},
          {{y, s, t}, "float32[1,4,2] = instance_norm(%a, %b, %c) {axis = 1}", {instances}},
          {{{"float32[2,2]", {3, 4, -1, 1}}},
           "float32[2,2] = lp_norm(%a)",
           {{0.6, 0.8, -std::sqrt(0.5), std::sqrt(0.5)}}},
          {{{"float32[2,2]", {3, 4, -1, 1}}},
           "float32[2,2] = lp_norm(%a) {p = 1, axis = 0}",
           {{0.75, 0.8, -0.25, 0.2}}},
          {{{"float32[2]", {0, 0}}}, "float32[2] = lp_norm(%a)", {{0, 0}}},
          {{{"float32[2]", {3, 4}}, {"float32[2]", {1, 10}}},
           "float32[2] = rms_norm(%a, %b) {epsilon = 0.5}",
           {{3 / std::sqrt(13), 40 / std::sqrt(13)}}},
      },
      2e-6);
  // Channels last gives what channels first gives for the transposed image.
  const Numbers last = {1, 4, 0, 3, 2, -1, 5, 3};
  const Numbers found = Results({{"float32[1,2,4]", last}, s, t},
                                "float32[1,2,4] = group_norm(%a, %b, %c) {groups = 2, axis = 2}")
                            .at(0);
  for (size_t c = 0; c < 4; ++c) {
    EXPECT_NEAR(found[c], groups[2 * c], 1e-4);
    EXPECT_NEAR(found[c + 4], groups[2 * c + 1], 1e-4);
  }
}

TEST(StatisticsTest, BatchNormAndLrn) {
  Numbers expected;
  const Numbers x = {1, 2, 3, 4, 5, 6, 7, 8};
  for (size_t i = 0; i < 8; ++i) {
    const bool second = i / 2 % 2 != 0;
    expected.push_back((x[i] - (second ? 3 : 1)) * (second ? 0.5 : 2) /
                           std::sqrt((second ? 4 : 9) + 1e-5) +
                       (second ? -1 : 1));
  }
  ExpectAll({{{{"float32[2,2,2]", x},
               {"float32[2]", {2, 0.5}},
               {"float32[2]", {1, -1}},
               {"float32[2]", {1, 3}},
               {"float32[2]", {9, 4}}},
              "float32[2,2,2] = batch_norm(%a, %b, %c, %d, %e) {axis = 1}",
              {expected}}});
  Numbers lrn;
  const Numbers v = {1, -2, 3, 4, 5};
  for (int i = 0; i < 5; ++i) {
    double squares = 0;
    for (int k = std::max(0, i - 1); k <= std::min(4, i + 1); ++k) {
      squares += v[static_cast<size_t>(k)] * v[static_cast<size_t>(k)];
    }
    lrn.push_back(v[static_cast<size_t>(i)] / std::pow(2 + 0.3 / 3 * squares, 0.75));
  }
  ExpectAll({{{{"float32[1,5,1]", v}},
              "float32[1,5,1] = lrn(%a) {axis = 1, size = 3, alpha = 0.3, beta = 0.75, bias = 2.0}",
              {lrn}}});
}

TEST(StatisticsTest, Conversions) {
  const ConstantOperand x = {"float32[2,2]", {0.5, 1.5, -2.5, 300}};
  ExpectAll({
      {{x}, "int8[2,2] q(1.0, 3) = quantize(%a)", {{4, 5, 0, 127}}},
      {{x}, "int8[2,2] q(1.0, 3) = quantize(%a) {round = \"even\"}", {{3, 5, 1, 127}}},
      {{x}, "uint8[2,2] q(1.0, 128) = quantize(%a) {to = \"uint8\"}", {{129, 130, 125, 255}}},
      {{x}, "int16[2,2] q(0.5, 0) = quantize(%a) {to = \"int16\"}", {{1, 3, -5, 600}}},
      {{x},
       "int8[2,2] q(axis 0, [1.0, 0.5], [0, 1]) = quantize(%a) {round = \"even\"}",
       {{0, 2, -4, 127}}},
      {{{"int8[2,2] q(axis 1, [1.0, 0.5], [0, 1])", {1, 2, 3, 4}}},
       "float32[2,2] = dequantize(%a)",
       {{1, 0.5, 3, 1.5}}},
      {{{"uint8[2] q(0.5, 128)", {0, 255}}}, "float32[2] = dequantize(%a)", {{-64, 63.5}}},
      {{{"int16[2] q(0.5, 0)", {-300, 255}}}, "float32[2] = dequantize(%a)", {{-150, 127.5}}},
      {{{"int32[2] q(0.25, 0)", {-300, 100000}}}, "float32[2] = dequantize(%a)", {{-75, 25000}}},
      {{{"uint8[3] q(0.5, 128)", {0, 128, 255}}},
       "int8[3] q(0.5, 0) = requantize(%a)",
       {{-128, 0, 127}}},
      {{{"int8[3] q(0.5, 0)", {-128, 0, 127}}},
       "uint8[3] q(0.5, 128) = requantize(%a) {to = \"uint8\"}",
       {{0, 128, 255}}},
      {{{"int16[3] q(0.25, 0)", {-128, 0, 7}}},
       "int8[3] q(0.5, 1) = requantize(%a)",
       {{-63, 1, 5}}},
      {{{"int32[2] q(0.25, 0)", {-128, 70000}}},
       "int16[2] q(0.5, 0) = requantize(%a) {to = \"int16\"}",
       {{-64, 32767}}},
  });
}

}  // namespace
}  // namespace edgerack::compiler
