// unary(x) {fn, ...}: one function applied to each element
#include "firmware/kernels/unary/unary.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "firmware/kernels/lut/lut.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/int16_functions.h"
#include "server/compiler/ops/int8_table_lowering.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Which attributes a function has and what they are where they are absent.
struct Function {
  int32_t number;
  const char* alpha_name = nullptr;
  double alpha = 0;
  const char* beta_name = nullptr;
  double beta = 0;
};

const std::map<std::string, Function>& Functions() {
  static const auto* functions = [] {
    auto* all = new std::map<std::string, Function>{
#define ER_UNARY(number, name) {#name, {number}},
#include "firmware/kernels/unary/functions.inc"
#undef ER_UNARY
    };
    all->erase("gelu_tanh");  // gelu with approximate = "tanh"
    auto with = [&](const char* name, const char* a, double alpha, const char* b, double beta) {
      all->at(name) = {all->at(name).number, a, alpha, b, beta};
    };
    with("clip", "min", -kInfinity, "max", kInfinity);
    with("leaky_relu", "alpha", 0.01, nullptr, 0);
    with("elu", "alpha", 1, nullptr, 0);
    with("selu", "alpha", 1.67326319217681884765625, "beta", 1.05070102214813232421875);
    with("celu", "alpha", 1, nullptr, 0);
    with("hard_sigmoid", "alpha", 0.2, "beta", 0.5);
    with("thresholded_relu", "alpha", 1, nullptr, 0);
    with("shrink", "alpha", 0.5, "beta", 0);
    with("swish", "alpha", 1, nullptr, 0);
    with("is_inf", "neg", 1, "pos", 1);
    return all;
  }();
  return *functions;
}

// neg and pos of is_inf are integers, all others real.
double Number(const Node& node, const char* name, double fallback) {
  if (name == nullptr || node.attributes.count(name) == 0) return fallback;
  return node.Real(name, static_cast<double>(node.Int(name)));
}

absl::StatusOr<Function> FunctionOf(const Node& node) {
  const std::string name = node.Text("fn");
  auto found = Functions().find(name);
  if (found == Functions().end()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "fn is " + name +
                      "; supported are the functions of firmware/kernels/unary/functions.inc. Use "
                      "one of these");
  }
  Function f = found->second;
  f.alpha = Number(node, f.alpha_name, f.alpha);
  f.beta = Number(node, f.beta_name, f.beta);
  for (const auto& [key, value] : node.attributes) {
    const bool known = key == "fn" || (f.alpha_name != nullptr && key == f.alpha_name) ||
                       (f.beta_name != nullptr && key == f.beta_name) ||
                       (name == "gelu" && key == "approximate");
    if (!known) return Refuse("BAD_GRAPH", "function '" + name + "' has no attribute " + key);
  }
  if (name == "gelu") {
    const std::string approximate = node.Text("approximate", "none");
    if (approximate == "tanh") f.number = ER_UNARY_gelu_tanh;
    if (approximate != "tanh" && approximate != "none") {
      return Refuse("UNSUPPORTED_ATTRIBUTE",
                    "approximate is " + approximate +
                        "; supported are none and tanh. Export the layer with one of these");
    }
  }
  return f;
}

bool GivesBool(int32_t function) {
  return function == ER_UNARY_is_nan || function == ER_UNARY_is_inf;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Function f, FunctionOf(node));
  const Tensor& x = In(graph, node, 0);
  return OneOutput(GivesBool(f.number) ? DType::kBool : x.dtype, x.shape);
}

bool TakesInteger(int32_t function, DType dtype) {
  if (dtype == DType::kBool) return function == ER_UNARY_not;
  return (function >= ER_UNARY_abs && function <= ER_UNARY_clip) || function == ER_UNARY_bit_not;
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Function f, FunctionOf(node));
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(Elements elements, ElementsOf(x));
  const std::string what = "function '" + node.Text("fn") + "'";
  const bool logic = f.number == ER_UNARY_not || f.number == ER_UNARY_bit_not;
  switch (elements) {
    case Elements::kFloat:
      return logic ? RefuseType(what, x, "integers or bool") : absl::OkStatus();
    case Elements::kInteger:
      return TakesInteger(f.number, x.dtype)
                 ? absl::OkStatus()
                 : RefuseType(what, x, logic ? "integers (bit_not) or bool (not)" : "float32");
    case Elements::kQuantized:
      if (logic || GivesBool(f.number)) return RefuseType(what, x, "unquantized tensors");
      return RequireInt8PerTensor(Out(graph, node));
    case Elements::kQuantized16:
      return VerifyInt16Function(graph, node, f.number);
  }
  return absl::OkStatus();
}

Int8Table TableFor(const Function& f, const Tensor& in, const Tensor& out) {
  const Int8Scale x = {in.quantization.scales[0], in.quantization.zero_points[0]};
  const Int8Scale y = {out.quantization.scales[0], out.quantization.zero_points[0]};
  switch (f.number) {
    case ER_UNARY_abs:
      return TableOfAbs(x, y);
    case ER_UNARY_leaky_relu:
      return TableOfLeakyRelu(x, y, static_cast<float>(f.alpha));
    case ER_UNARY_hard_swish:
      return TableOfHardSwish(x, y);
    default:
      return TableOf(x, y, [&](float value) {
        return er_unary_f32(f.number, value, static_cast<float>(f.alpha),
                            static_cast<float>(f.beta));
      });
  }
}

// A bound as the nearest integer inside of it.
int64_t Bound(double value, bool low) {
  const double whole = low ? std::ceil(value) : std::floor(value);
  if (!(whole > -9.2233720368547e18)) return std::numeric_limits<int64_t>::min();
  if (!(whole < 9.2233720368547e18)) return std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(whole);
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Function f, FunctionOf(node));
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(Elements elements, ElementsOf(x));
  const int32_t count = static_cast<int32_t>(x.elements());
  if (elements == Elements::kQuantized) {
    return LowerInt8Table(node, count, TableFor(f, x, Out(graph, node)));
  }
  if (elements == Elements::kQuantized16) {
    return LowerInt16Function(graph, node, f.number, static_cast<float>(f.alpha));
  }
  LoweredOp lowered;
  lowered.kernel_op = "unary";
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  if (elements == Elements::kFloat) {
    lowered.kernel_type = "f32";
    lowered.params = ParamsBytes(er_unary_f32_params_t{f.number, count, static_cast<float>(f.alpha),
                                                       static_cast<float>(f.beta)});
    return lowered;
  }
  er_unary_int_params_t p = {f.number, count, static_cast<int32_t>(x.dtype), 0, {}, {}};
  const int64_t low = Bound(f.alpha, true), high = Bound(f.beta, false);
  std::memcpy(p.alpha, &low, sizeof low);
  std::memcpy(p.beta, &high, sizeof high);
  lowered.kernel_type = "int";
  lowered.params = ParamsBytes(p);
  return lowered;
}

}  // namespace

LoweredOp LowerInt8Table(const Node& node, int32_t count, const Int8Table& table) {
  Tensor constant;
  constant.name = node.name + ".table";
  constant.dtype = DType::kS8;
  constant.shape = {256};
  constant.data = std::make_shared<const std::string>(reinterpret_cast<const char*>(table.data()),
                                                      table.size());
  LoweredOp lowered;
  lowered.kernel_op = "lut";
  lowered.kernel_type = "s8";
  lowered.params = ParamsBytes(er_lut_s8_params_t{count});
  lowered.inputs = {Operand(node.inputs[0]), Operand(std::move(constant))};
  lowered.outputs = node.outputs;
  return lowered;
}

const OpDef& UnaryOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "unary";
    d.summary = "a function of each element: abs, exp, tanh, gelu, clip, not, ... (attribute fn)";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.limits = {"quantized int8 is computed by a table of 256 values",
                "quantized int16: abs, exp, leaky_relu, sigmoid, tanh",
                "integers: abs, neg, sign, square, clip, bit_not; bool: not"};
    for (const char* name : {"alpha", "beta", "min", "max"}) {
      d.attributes.push_back({name, AttributeSpec::Kind::kReal, false});
    }
    d.attributes.push_back({"fn", AttributeSpec::Kind::kText, true});
    d.attributes.push_back({"approximate", AttributeSpec::Kind::kText, false});
    d.attributes.push_back({"neg", AttributeSpec::Kind::kInt, false});
    d.attributes.push_back({"pos", AttributeSpec::Kind::kInt, false});
    d.kernels = {"unary", "lut", "leaky_relu", "logistic"};
    d.elementwise = true;
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
