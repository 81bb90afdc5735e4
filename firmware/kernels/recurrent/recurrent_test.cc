// The float kernels against the formulas in double precision, written down plainly.
#include "firmware/kernels/recurrent/recurrent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "firmware/kernels/common/fixed_math_s16.h"
#include "firmware/kernels/registry.h"
#include "firmware/kernels/unary/unary.h"

namespace edgerack::firmware {
namespace {

using Floats = std::vector<float>;
using Function = std::function<double(double)>;

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double Tanh(double x) { return std::tanh(x); }

// A layer with every optional operand; `gates` 4, 3 or 1 tells the cell.
struct Layer {
  er_recurrent_f32_params_t p = {};
  int gates = 0;
  Floats x, w, r, b, h, c, peepholes;
  std::vector<int32_t> lengths;

  size_t StateSize() const { return static_cast<size_t>(p.directions * p.batch * p.hidden); }
};

Layer MakeLayer(int gates, int directions, bool batch_major, unsigned seed) {
  Layer layer;
  layer.gates = gates;
  layer.p = {5, 3, 4, 6, directions, 0, batch_major, ER_COUPLING_NONE, 0, 0, 0, 0, {}};
  const er_recurrent_activation_t sigmoid = {ER_UNARY_sigmoid, 0, 0}, tanh = {ER_UNARY_tanh, 0, 0};
  for (auto& direction : layer.p.activations) {
    direction[0] = gates == 1 ? tanh : sigmoid;
    direction[1] = direction[2] = tanh;
  }
  std::mt19937 random(seed);
  auto fill = [&](Floats& v, int count) {
    std::uniform_real_distribution<float> values(-0.8f, 0.8f);
    v.resize(static_cast<size_t>(count));
    for (float& value : v) value = values(random);
  };
  const auto& p = layer.p;
  const int rows = directions * gates * p.hidden;
  fill(layer.x, p.steps * p.batch * p.inputs);
  fill(layer.w, rows * p.inputs);
  fill(layer.r, rows * p.hidden);
  fill(layer.b, 2 * rows);
  fill(layer.h, directions * p.batch * p.hidden);
  fill(layer.c, directions * p.batch * p.hidden);
  fill(layer.peepholes, directions * 3 * p.hidden);
  layer.lengths = {5, 0, 3};
  return layer;
}

struct Result {
  Floats y, h, c;
};

Result RunKernel(const Layer& layer) {
  const char* name = layer.gates == 4   ? "lstm_f32_ref"
                     : layer.gates == 3 ? "gru_f32_ref"
                                        : "rnn_f32_ref";
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  const er_kernel_t* kernel = nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    if (std::string(table[i].name) == name) kernel = &table[i];
  }
  Result result;
  result.y.assign(layer.StateSize() * static_cast<size_t>(layer.p.steps), 99.0f);
  // The states lie where they are updated, as states of a model do.
  result.h = layer.h;
  result.c = layer.c;
  std::vector<std::max_align_t> scratch(
      er_kernel_scratch_bytes(kernel, &layer.p) / sizeof(std::max_align_t) + 1);
  er_kernel_call_t call = {};
  call.params = &layer.p;
  call.in[0] = layer.x.data();
  call.in[1] = layer.w.data();
  call.in[2] = layer.r.data();
  call.in[3] = layer.b.data();
  call.in[4] = layer.lengths.data();
  call.in[5] = result.h.data();
  call.out[0] = result.y.data();
  call.out[1] = result.h.data();
  if (layer.gates == 4) {
    call.in[6] = result.c.data();
    call.in[7] = layer.peepholes.data();
    call.out[2] = result.c.data();
  }
  call.scratch = scratch.data();
  kernel->run(&call);
  return result;
}

// One direction of one sample; indices are worked out anew at every use.
class Expected {
 public:
  Expected(const Layer& layer, Function f, Function g) : l_(layer), f_(f), g_(g) {
    result.y.assign(layer.StateSize() * static_cast<size_t>(layer.p.steps), 0.0f);
    result.h = layer.h;
    result.c = layer.c;
    for (int d = 0; d < l_.p.directions; ++d) {
      for (int b = 0; b < l_.p.batch; ++b) Sequence(d, b);
    }
  }

  Result result;

 private:
  void Sequence(int d, int b) {
    const int hidden = l_.p.hidden;
    std::vector<double> h(static_cast<size_t>(hidden)), c(h);
    for (int j = 0; j < hidden; ++j) {
      h[static_cast<size_t>(j)] = l_.h[State(d, b, j)];
      c[static_cast<size_t>(j)] = l_.c[State(d, b, j)];
    }
    const int length = l_.lengths[static_cast<size_t>(b)];
    for (int step = 0; step < length; ++step) {
      const int t = d == 1 || l_.p.backward ? length - 1 - step : step;
      Step(d, b, t, h, c);
      for (int j = 0; j < hidden; ++j) {
        const size_t at =
            l_.p.batch_major
                ? static_cast<size_t>(((b * l_.p.steps + t) * l_.p.directions + d) * hidden + j)
                : static_cast<size_t>(((t * l_.p.directions + d) * l_.p.batch + b) * hidden + j);
        result.y[at] = static_cast<float>(h[static_cast<size_t>(j)]);
      }
    }
    for (int j = 0; j < hidden; ++j) {
      result.h[State(d, b, j)] = static_cast<float>(h[static_cast<size_t>(j)]);
      result.c[State(d, b, j)] = static_cast<float>(c[static_cast<size_t>(j)]);
    }
  }

  size_t State(int d, int b, int j) const {
    return static_cast<size_t>(l_.p.batch_major ? (b * l_.p.directions + d) * l_.p.hidden + j
                                                : (d * l_.p.batch + b) * l_.p.hidden + j);
  }

  double W(int d, int gate, int j, int b, int t) const {
    const int row = (d * l_.gates + gate) * l_.p.hidden + j;
    double sum = l_.b[static_cast<size_t>(d * 2 * l_.gates * l_.p.hidden + gate * l_.p.hidden + j)];
    for (int i = 0; i < l_.p.inputs; ++i) {
      const int at = l_.p.batch_major ? (b * l_.p.steps + t) * l_.p.inputs + i
                                      : (t * l_.p.batch + b) * l_.p.inputs + i;
      sum += double{l_.w[static_cast<size_t>(row * l_.p.inputs + i)]} *
             double{l_.x[static_cast<size_t>(at)]};
    }
    return sum;
  }

  double R(int d, int gate, int j, const std::vector<double>& h) const {
    const int row = (d * l_.gates + gate) * l_.p.hidden + j;
    double sum =
        l_.b[static_cast<size_t>((d * 2 + 1) * l_.gates * l_.p.hidden + gate * l_.p.hidden + j)];
    for (int i = 0; i < l_.p.hidden; ++i) {
      sum += double{l_.r[static_cast<size_t>(row * l_.p.hidden + i)]} * h[static_cast<size_t>(i)];
    }
    return sum;
  }

  double Peephole(int d, int gate, int j) const {
    return l_.peepholes[static_cast<size_t>((d * 3 + gate) * l_.p.hidden + j)];
  }

  double Bound(double x) const {
    const double clip = l_.p.clip;
    return clip == 0 ? x : std::max(-clip, std::min(clip, x));
  }

  void Step(int d, int b, int t, std::vector<double>& h, std::vector<double>& c) const {
    const std::vector<double> before = h;
    std::vector<double> reset(h);
    if (l_.gates == 3) {
      for (size_t j = 0; j < h.size(); ++j) {
        const int unit = static_cast<int>(j);
        reset[j] = f_(Bound(W(d, 1, unit, b, t) + R(d, 1, unit, before)));
      }
    }
    for (size_t j = 0; j < h.size(); ++j) {
      const int unit = static_cast<int>(j);
      auto pre = [&](int gate) { return W(d, gate, unit, b, t) + R(d, gate, unit, before); };
      if (l_.gates == 1) {
        h[j] = f_(Bound(pre(0)));
      } else if (l_.gates == 3) {
        const double z = f_(Bound(pre(0)));
        std::vector<double> scaled = before;
        for (size_t i = 0; i < scaled.size(); ++i) scaled[i] *= reset[i];
        const double inner =
            l_.p.reset_after ? reset[j] * R(d, 2, unit, before) : R(d, 2, unit, scaled);
        h[j] = (1 - z) * g_(Bound(W(d, 2, unit, b, t) + inner)) + z * before[j];
      } else {
        double i = f_(Bound(pre(0) + Peephole(d, 0, unit) * c[j]));
        double f = f_(Bound(pre(2) + Peephole(d, 2, unit) * c[j]));
        if (l_.p.coupling == ER_COUPLING_FORGET) f = 1 - i;
        if (l_.p.coupling == ER_COUPLING_INPUT) i = 1 - f;
        c[j] = f * c[j] + i * g_(Bound(pre(3)));
        if (l_.p.cell_clip != 0) {
          c[j] = std::max(-double{l_.p.cell_clip}, std::min(double{l_.p.cell_clip}, c[j]));
        }
        h[j] = f_(Bound(pre(1) + Peephole(d, 1, unit) * c[j])) * g_(c[j]);
      }
    }
  }

  const Layer& l_;
  Function f_, g_;
};

double Worst(const Floats& a, const Floats& b) {
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::fabs(double{a[i]} - b[i]));
  return worst;
}

void Compare(const Layer& layer, const Function& f, const Function& g) {
  const Result got = RunKernel(layer);
  const Expected expected(layer, f, g);
  EXPECT_LT(Worst(got.y, expected.result.y), 2e-6);
  EXPECT_LT(Worst(got.h, expected.result.h), 2e-6);
  if (layer.gates == 4) EXPECT_LT(Worst(got.c, expected.result.c), 2e-6);
}

TEST(RecurrentTest, EqualsTheFormulasInDoublePrecision) {
  unsigned seed = 1;
  for (int gates : {1, 3, 4}) {
    for (int directions : {1, 2}) {
      for (bool batch_major : {false, true}) {
        SCOPED_TRACE(testing::Message() << gates << " gates, " << directions << " directions, "
                                        << (batch_major ? "batch" : "time") << " major");
        Layer layer = MakeLayer(gates, directions, batch_major, seed++);
        layer.p.backward = directions == 1 && batch_major;
        Compare(layer, gates == 1 ? Tanh : Sigmoid, Tanh);
      }
    }
  }
}

TEST(RecurrentTest, BoundsCouplingAndResetAfterTheProduct) {
  for (int coupling : {ER_COUPLING_NONE, ER_COUPLING_FORGET, ER_COUPLING_INPUT}) {
    Layer lstm = MakeLayer(4, 2, false, 20);
    lstm.p.coupling = coupling;
    lstm.p.clip = 0.4f;
    lstm.p.cell_clip = 0.3f;
    Compare(lstm, Sigmoid, Tanh);
  }
  Layer gru = MakeLayer(3, 2, false, 21);
  gru.p.reset_after = 1;
  gru.p.clip = 0.4f;
  Compare(gru, Sigmoid, Tanh);
}

TEST(RecurrentTest, OtherActivations) {
  Layer layer = MakeLayer(4, 1, false, 22);
  layer.p.activations[0][0] = {ER_RECURRENT_AFFINE, 0.3f, 0.1f};
  layer.p.activations[0][1] = layer.p.activations[0][2] = {ER_RECURRENT_SCALED_TANH, 0.7f, 0.5f};
  Compare(
      layer, [](double x) { return double{0.3f} * x + double{0.1f}; },
      [](double x) { return double{0.7f} * std::tanh(0.5 * x); });
}

// Q0.15 results of Q(n).(15-n) inputs: TFLite's polynomials are within a few steps of the truth.
TEST(RecurrentTest, FixedPointSigmoidAndTanhAreNearTheTruth) {
  for (int bits = 0; bits <= 5; ++bits) {
    double worst_sigmoid = 0, worst_tanh = 0;
    for (int x = INT16_MIN; x <= INT16_MAX; ++x) {
      const double real = std::ldexp(x, bits - 15);
      const double s = er_sigmoid_s16(static_cast<int16_t>(x), bits) / 32768.0;
      const double t = er_tanh_s16(static_cast<int16_t>(x), bits) / 32768.0;
      worst_sigmoid = std::max(worst_sigmoid, std::fabs(s - Sigmoid(real)));
      worst_tanh = std::max(worst_tanh, std::fabs(t - Tanh(real)));
    }
    EXPECT_LT(worst_sigmoid, 12 / 32768.0) << bits << " integer bits";
    EXPECT_LT(worst_tanh, 13 / 32768.0) << bits << " integer bits";
  }
}

}  // namespace
}  // namespace edgerack::firmware
