// Element by element: functions of one tensor, of two with broadcasting, choices and casts.
#include <cmath>
#include <limits>
#include <map>

#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

bool IsInteger(DType dtype) { return dtype != DType::kF32 && dtype != DType::kBool; }

// Operators that are a function `fn` of one tensor and have no attributes.
const std::map<std::string, const char*>& PlainUnary() {
  static const std::map<std::string, const char*> names = {
      {"Abs", "abs"},
      {"Neg", "neg"},
      {"Reciprocal", "reciprocal"},
      {"Sqrt", "sqrt"},
      {"Exp", "exp"},
      {"Log", "log"},
      {"Sin", "sin"},
      {"Cos", "cos"},
      {"Tan", "tan"},
      {"Asin", "asin"},
      {"Acos", "acos"},
      {"Atan", "atan"},
      {"Sinh", "sinh"},
      {"Cosh", "cosh"},
      {"Tanh", "tanh"},
      {"Asinh", "asinh"},
      {"Acosh", "acosh"},
      {"Atanh", "atanh"},
      {"Sigmoid", "sigmoid"},
      {"Erf", "erf"},
      {"Floor", "floor"},
      {"Ceil", "ceil"},
      {"Round", "round"},
      {"Sign", "sign"},
      {"Not", "not"},
      {"Softplus", "softplus"},
      {"Softsign", "softsign"},
      {"Mish", "mish"},
      {"HardSwish", "hard_swish"},
      {"IsNaN", "is_nan"},
      {"BitwiseNot", "bit_not"},
  };
  return names;
}

const std::map<std::string, const char*>& PlainBinary() {
  static const std::map<std::string, const char*> names = {
      {"Sub", "sub"},
      {"Mul", "mul"},
      {"Div", "div"},
      {"And", "and"},
      {"Or", "or"},
      {"Xor", "xor"},
      {"Equal", "equal"},
      {"Less", "less"},
      {"LessOrEqual", "less_equal"},
      {"Greater", "greater"},
      {"GreaterOrEqual", "greater_equal"},
      {"PRelu", "prelu"},
      {"BitwiseAnd", "bit_and"},
      {"BitwiseOr", "bit_or"},
      {"BitwiseXor", "bit_xor"},
  };
  return names;
}

// Rounding, signs of infinity and the like mean nothing for integers.
bool IsIdentityOnIntegers(const std::string& op) {
  return op == "Floor" || op == "Ceil" || op == "Round";
}

// Before opset 7 the second operand was aligned at attribute `axis` instead of at the end.
TensorId SecondOperand(OnnxNodeContext& c, TensorId a) {
  const TensorId b = c.In(1);
  if (c.opset() >= 7 || !c.ok()) return b;
  const bool slope = c.op() == "PRelu" && c.Rank(b) == 1;
  const bool broadcast = c.Int("broadcast", 0) != 0 || slope;
  const int64_t axis = c.Int("axis", slope ? 1 : -1);
  Shape shape = c.ShapeOf(b);
  if (!broadcast || axis < 0) return b;
  for (int64_t d = axis + c.Rank(b); d < c.Rank(a); ++d) shape.push_back(1);
  return c.Reshape(b, shape);
}

TensorId Sum(OnnxNodeContext& c, TensorId a, TensorId b) {
  if (!c.ok()) return kNoTensor;
  const Tensor& ta = c.T(a);
  const Tensor& tb = c.T(b);
  const bool plain = ta.dtype == DType::kF32 && tb.dtype == DType::kF32 && ta.shape == tb.shape &&
                     !ta.constant() && !tb.constant();
  return plain ? c.Emit("add", {a, b}) : c.Binary("add", a, b);
}

void ImportVariadic(OnnxNodeContext& c, TensorId (*combine)(OnnxNodeContext&, TensorId, TensorId)) {
  TensorId y = c.In(0);
  for (size_t i = 1; i < c.input_count(); ++i) y = combine(c, y, c.In(i));
  c.Output(0, y);
}

TensorId Activation(OnnxNodeContext& c, TensorId x, const char* act) {
  return c.Emit("relu", {x}, {{"act", std::string(act)}});
}

// Bounds of Clip that are absent are those of the type.
struct Bounds {
  bool constant = true;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

Bounds ClipBounds(OnnxNodeContext& c) {
  Bounds b;
  if (c.opset() < 11) {
    b.min = c.Real("min", b.min);
    b.max = c.Real("max", b.max);
    return b;
  }
  for (size_t i = 1; i <= 2; ++i) {
    if (!c.Has(i)) continue;
    if (!c.IsConst(i)) {
      b.constant = false;
      continue;
    }
    const std::vector<double> value = c.ConstReals(i, i == 1 ? "min" : "max");
    if (value.size() == 1) (i == 1 ? b.min : b.max) = value[0];
  }
  return b;
}

}  // namespace

void ImportUnary(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  if (!c.ok()) return;
  if (IsInteger(c.T(x).dtype) && IsIdentityOnIntegers(c.op())) return c.Output(0, x);
  c.Output(0, c.Unary(PlainUnary().at(c.op()), x));
}

void ImportBinary(OnnxNodeContext& c) {
  const TensorId a = c.In(0);
  c.Output(0, c.Binary(PlainBinary().at(c.op()), a, SecondOperand(c, a)));
}

void ImportAdd(OnnxNodeContext& c) {
  const TensorId a = c.In(0);
  c.Output(0, Sum(c, a, SecondOperand(c, a)));
}

void ImportSum(OnnxNodeContext& c) { ImportVariadic(c, Sum); }

void ImportMax(OnnxNodeContext& c) {
  ImportVariadic(c,
                 [](OnnxNodeContext& n, TensorId a, TensorId b) { return n.Binary("max", a, b); });
}

void ImportMin(OnnxNodeContext& c) {
  ImportVariadic(c,
                 [](OnnxNodeContext& n, TensorId a, TensorId b) { return n.Binary("min", a, b); });
}

void ImportMean(OnnxNodeContext& c) {
  TensorId y = c.In(0);
  for (size_t i = 1; i < c.input_count(); ++i) y = Sum(c, y, c.In(i));
  if (c.input_count() > 1) {
    y = c.Binary("div", y, c.Scalar(DType::kF32, static_cast<double>(c.input_count())));
  }
  c.Output(0, y);
}

void ImportRelu(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  if (!c.ok()) return;
  const DType dtype = c.T(x).dtype;
  if (dtype == DType::kF32) return c.Output(0, Activation(c, x, "relu"));
  c.Output(0, c.Binary("max", x, c.Scalar(dtype, 0)));
}

void ImportClip(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const Bounds b = ClipBounds(c);
  if (!c.ok()) return;
  const DType dtype = c.T(x).dtype;
  if (dtype != DType::kF32 || !b.constant) {
    TensorId y = x;
    if (c.Has(1)) y = c.Binary("max", y, c.In(1));
    if (c.Has(2)) y = c.Binary("min", y, c.In(2));
    return c.Output(0, y);
  }
  if (std::isinf(b.min) && std::isinf(b.max) && b.min < b.max) return c.Output(0, x);
  if (b.min == 0 && b.max == 6) return c.Output(0, Activation(c, x, "relu6"));
  if (b.min == 0 && std::isinf(b.max)) return c.Output(0, Activation(c, x, "relu"));
  if (b.min == -1 && b.max == 1) return c.Output(0, Activation(c, x, "relu_n1_to_1"));
  const double lowest = static_cast<double>(std::numeric_limits<float>::lowest());
  c.Output(
      0, c.Unary("clip", x, {{"min", std::max(b.min, lowest)}, {"max", std::min(b.max, -lowest)}}));
}

void ImportLeakyRelu(OnnxNodeContext& c) {
  c.Output(0, c.Unary("leaky_relu", c.In(0), {{"alpha", c.Real("alpha", 0.01)}}));
}

void ImportElu(OnnxNodeContext& c) {
  c.Output(0, c.Unary("elu", c.In(0), {{"alpha", c.Real("alpha", 1.0)}}));
}

void ImportSelu(OnnxNodeContext& c) {
  const double alpha = c.Real("alpha", 1.67326319217681884765625);
  const double gamma = c.Real("gamma", 1.05070102214813232421875);
  c.Output(0, c.Unary("selu", c.In(0), {{"alpha", alpha}, {"beta", gamma}}));
}

void ImportCelu(OnnxNodeContext& c) {
  c.Output(0, c.Unary("celu", c.In(0), {{"alpha", c.Real("alpha", 1.0)}}));
}

void ImportHardSigmoid(OnnxNodeContext& c) {
  const double alpha = c.Real("alpha", static_cast<double>(0.2f));
  const double beta = c.Real("beta", 0.5);
  c.Output(0, c.Unary("hard_sigmoid", c.In(0), {{"alpha", alpha}, {"beta", beta}}));
}

void ImportThresholdedRelu(OnnxNodeContext& c) {
  c.Output(0, c.Unary("thresholded_relu", c.In(0), {{"alpha", c.Real("alpha", 1.0)}}));
}

// x < -lambd: x + bias; x > lambd: x - bias; else 0.
void ImportShrink(OnnxNodeContext& c) {
  const double lambd = c.Real("lambd", 0.5);
  const double bias = c.Real("bias", 0.0);
  c.Output(0, c.Unary("shrink", c.In(0), {{"alpha", lambd}, {"beta", bias}}));
}

void ImportGelu(OnnxNodeContext& c) {
  const std::string approximate = c.Text("approximate", "none");
  if (approximate != "none" && approximate != "tanh") {
    return c.FailAttribute("approximate", approximate, "are none and tanh",
                           "Export the layer with one of them");
  }
  c.Output(0, c.Unary("gelu", c.In(0), {{"approximate", approximate}}));
}

void ImportIsInf(OnnxNodeContext& c) {
  const int64_t negative = c.Int("detect_negative", 1);
  const int64_t positive = c.Int("detect_positive", 1);
  c.Output(0, c.Unary("is_inf", c.In(0), {{"neg", negative}, {"pos", positive}}));
}

// The exponent may have another type than the base, which is the result's.
void ImportPow(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const TensorId exponent = c.In(1);
  if (!c.ok()) return;
  const DType dtype = c.T(x).dtype;
  if (dtype == c.T(exponent).dtype) return c.Output(0, c.Binary("pow", x, exponent));
  if (dtype == DType::kF32) {
    return c.Output(0, c.Binary("pow", x, c.Cast(exponent, DType::kF32)));
  }
  const TensorId real = c.Binary("pow", c.Cast(x, DType::kF32), c.Cast(exponent, DType::kF32));
  c.Output(0, c.Cast(real, dtype));
}

void ImportMod(OnnxNodeContext& c) {
  const int64_t fmod = c.Int("fmod", 0);
  const TensorId a = c.In(0);
  if (!c.ok()) return;
  if (fmod == 0 && c.T(a).dtype == DType::kF32) {
    return c.FailAttribute("fmod", "0", "for floating-point inputs is 1",
                           "Use torch.fmod, or cast the inputs to integers");
  }
  c.Output(0, c.Emit("binary", {a, c.In(1)}, {{"fn", std::string("mod")}, {"fmod", fmod}}));
}

void ImportBitShift(OnnxNodeContext& c) {
  const std::string direction = c.Text("direction", "");
  if (direction != "LEFT" && direction != "RIGHT") {
    return c.FailAttribute("direction", direction, "are LEFT and RIGHT", "Export the model again");
  }
  c.Output(0, c.Binary(direction == "LEFT" ? "shift_left" : "shift_right", c.In(0), c.In(1)));
}

void ImportWhere(OnnxNodeContext& c) { c.Output(0, c.Emit("where", {c.In(0), c.In(1), c.In(2)})); }

namespace {

void CastTo(OnnxNodeContext& c, int32_t onnx_type) {
  const TensorId x = c.In(0);
  std::optional<DType> to = DTypeOfOnnx(onnx_type);
  // Half and double precision exist for constants only, which are float32 here.
  const bool real = OnnxTypeName(onnx_type) == "DOUBLE" || OnnxTypeName(onnx_type) == "FLOAT16" ||
                    OnnxTypeName(onnx_type) == "BFLOAT16";
  if (!to && real && c.IsConst(0)) to = DType::kF32;
  if (!to) {
    return c.FailAttribute(
        "to", OnnxTypeName(onnx_type), "are FLOAT, INT8, UINT8, INT16, INT32, INT64 and BOOL",
        real ? "Export the model in float32 (model.float())" : "Cast to one of these in the model");
  }
  c.Output(0, c.Cast(x, *to));
}

}  // namespace

void ImportCast(OnnxNodeContext& c) {
  c.Ignore("saturate");  // of float8 targets only
  const int64_t to = c.Int("to", 0);
  if (c.ok()) CastTo(c, static_cast<int32_t>(std::clamp<int64_t>(to, 0, 1000)));
}

void ImportCastLike(OnnxNodeContext& c) {
  c.Ignore("saturate");
  const TensorId like = c.In(1);
  if (c.ok()) CastTo(c, OnnxTypeOf(c.T(like).dtype));
}

}  // namespace edgerack::compiler
