// Matrix products.
#include <algorithm>
#include <map>

#include "server/compiler/importers/onnx/linear.h"
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

bool IsWeights(OnnxNodeContext& c, TensorId id) {
  return c.ok() && !c.builder().DependsOnInput(id);
}

TensorId AsWeights(OnnxNodeContext& c, TensorId id) {
  if (!c.ok()) return kNoTensor;
  auto constant = c.builder().AsConstant(id);
  if (!constant.ok()) c.Fail(constant.status());
  return constant.ok() ? *constant : kNoTensor;
}

// rows [.., k] times constant weights [k, n] (or [n, k] where they are transposed already).
TensorId FullyConnected(OnnxNodeContext& c, TensorId x, TensorId weights, bool transposed,
                        TensorId bias) {
  if (!c.ok()) return kNoTensor;
  TensorId w = AsWeights(c, weights);
  if (!transposed) w = c.PermuteWeights(w, {1, 0});
  Attributes attributes;
  if (c.Rank(x) != 2) attributes["keep_dims"] = int64_t{1};
  return c.Emit("fully_connected", {x, w, bias}, std::move(attributes));
}

// The constant times a number.
TensorId Scaled(OnnxNodeContext& c, TensorId x, double factor) {
  return factor == 1 ? x : c.Binary("mul", x, c.Scalar(DType::kF32, factor));
}

// A bias of `n` elements as a vector: a scalar is repeated. kNoTensor where it is none.
TensorId BiasVector(OnnxNodeContext& c, TensorId bias, int32_t n) {
  if (!c.ok() || c.builder().DependsOnInput(bias)) return kNoTensor;
  const int64_t elements = c.T(bias).elements();
  const Shape shape = c.ShapeOf(bias);
  if (elements == n && (shape.size() == 1 || (shape.size() == 2 && shape[0] == 1))) {
    return c.Reshape(bias, {n});
  }
  if (elements != 1) return kNoTensor;
  return c.Emit("expand", {c.Reshape(bias, {1})}, {{"shape", std::vector<int64_t>{n}}});
}

// True where input i is absent (0) or one constant number.
bool KnownZeroPoint(OnnxNodeContext& c, size_t i, int64_t& value) {
  if (!c.Has(i)) return true;
  if (!c.IsConst(i) || c.T(c.In(i)).elements() != 1) return false;
  const std::vector<int64_t> values = c.ConstInts(i, "zero point");
  if (c.ok()) value = values[0];
  return c.ok();
}

// -- Einsum of one or two operands.

struct EinsumTerm {
  std::string letters;
  TensorId x = kNoTensor;
};

// Sums over the letters that `keep` does not have.
void SumOut(OnnxNodeContext& c, EinsumTerm& term, const std::string& keep) {
  std::vector<int64_t> axes;
  std::string rest;
  for (size_t d = 0; d < term.letters.size(); ++d) {
    if (keep.find(term.letters[d]) == std::string::npos) {
      axes.push_back(static_cast<int64_t>(d));
    } else {
      rest += term.letters[d];
    }
  }
  if (!axes.empty()) term.x = c.Reduce("sum", term.x, axes, false);
  term.letters = rest;
}

// The dimensions in the order of `letters`.
TensorId Arranged(OnnxNodeContext& c, const EinsumTerm& term, const std::string& letters) {
  std::vector<int64_t> perm;
  for (char letter : letters) perm.push_back(static_cast<int64_t>(term.letters.find(letter)));
  return c.Transpose(term.x, perm);
}

TensorId EinsumProduct(OnnxNodeContext& c, EinsumTerm a, EinsumTerm b, const std::string& out) {
  SumOut(c, a, b.letters + out);
  SumOut(c, b, a.letters + out);
  if (!c.ok()) return kNoTensor;
  std::map<char, int32_t> extent;
  for (const EinsumTerm* term : {&a, &b}) {
    for (size_t d = 0; d < term->letters.size(); ++d) {
      extent[term->letters[d]] = c.ShapeOf(term->x)[d];
    }
  }
  std::string batch, rows, columns, inner;
  for (char letter : a.letters) {
    const bool in_b = b.letters.find(letter) != std::string::npos;
    const bool in_out = out.find(letter) != std::string::npos;
    (in_b ? in_out ? batch : inner : rows) += letter;
  }
  for (char letter : b.letters) {
    if (a.letters.find(letter) == std::string::npos) columns += letter;
  }
  auto product = [&extent](const std::string& letters) {
    int32_t elements = 1;
    for (char letter : letters) elements *= extent[letter];
    return elements;
  };
  const int32_t n = product(batch), m = product(rows), k = product(inner), l = product(columns);
  const TensorId left = c.Reshape(Arranged(c, a, batch + rows + inner), {n, m, k});
  const TensorId right = c.Reshape(Arranged(c, b, batch + inner + columns), {n, k, l});
  const TensorId y = c.Emit("matmul", {left, right});
  Shape shape;
  for (char letter : batch + rows + columns) shape.push_back(extent[letter]);
  return Arranged(c, {batch + rows + columns, c.Reshape(y, shape)}, out);
}

// "ij,jk->ik" as terms and result; letters of "..." become 'A', 'B', ….
bool ParseEinsum(OnnxNodeContext& c, const std::string& equation, std::vector<EinsumTerm>& terms,
                 std::string& out) {
  std::string text;
  for (char letter : equation) {
    if (letter != ' ') text += letter;
  }
  const size_t arrow = text.find("->");
  std::string left = text.substr(0, arrow);
  size_t widest = 0;
  for (size_t i = 0; i <= left.size() && terms.size() <= c.input_count();) {
    const size_t comma = std::min(left.find(',', i), left.size());
    EinsumTerm term;
    term.letters = left.substr(i, comma - i);
    if (terms.size() < c.input_count()) term.x = c.In(terms.size());
    const size_t dots = term.letters.find("...");
    if (dots != std::string::npos && c.ok()) {
      const size_t hidden = static_cast<size_t>(c.Rank(term.x)) + 3 - term.letters.size();
      if (hidden > 6) return false;
      widest = std::max(widest, hidden);
      std::string names;
      for (size_t n = 0; n < hidden; ++n) names += static_cast<char>('A' + 6 - hidden + n);
      term.letters.replace(dots, 3, names);
    }
    terms.push_back(term);
    i = comma + 1;
  }
  std::map<char, int> uses;
  for (const EinsumTerm& term : terms) {
    for (char letter : term.letters) ++uses[letter];
  }
  std::string hidden;
  for (size_t n = 0; n < widest; ++n) hidden += static_cast<char>('A' + 6 - widest + n);
  if (arrow == std::string::npos) {
    out = hidden;
    for (auto [letter, count] : uses) {
      if (count == 1 && letter >= 'a') out += letter;
    }
    return true;
  }
  out = text.substr(arrow + 2);
  const size_t dots = out.find("...");
  if (dots != std::string::npos) out.replace(dots, 3, hidden);
  return true;
}

void FailProduct(OnnxNodeContext& c, const Shape& a, const Shape& b) {
  c.Fail("SHAPE_MISMATCH", "it multiplies " + ShapeText(a) + " by " + ShapeText(b) +
                               "; supported are matrices whose inner dimensions agree. Check the "
                               "shapes the model was exported with");
}

bool Repeats(const std::string& letters) {
  for (size_t i = 0; i < letters.size(); ++i) {
    if (letters.find(letters[i], i + 1) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

// numpy's matmul: a vector is a row on the left and a column on the right.
TensorId MatrixProduct(OnnxNodeContext& c, TensorId a, TensorId b) {
  if (!c.ok()) return kNoTensor;
  const Shape sa = c.ShapeOf(a), sb = c.ShapeOf(b);
  if (sa.empty() || sb.empty()) {
    c.Fail("UNSUPPORTED_SHAPE",
           "it multiplies a scalar; supported are at least 1 dimension. Use Mul");
    return kNoTensor;
  }
  if (sa.size() == 1) a = c.Reshape(a, {1, sa[0]});
  if (sb.size() == 1) b = c.Reshape(b, {sb[0], 1});
  if (!c.ok()) return kNoTensor;
  if (c.ShapeOf(a).back() != c.ShapeOf(b)[c.ShapeOf(b).size() - 2]) {
    FailProduct(c, sa, sb);
    return kNoTensor;
  }
  const bool weights = c.Rank(b) == 2 && c.T(b).dtype == DType::kF32 && IsWeights(c, b) &&
                       c.builder().DependsOnInput(a);
  TensorId y = weights ? FullyConnected(c, a, b, false, kNoTensor) : c.Emit("matmul", {a, b});
  if (!c.ok()) return kNoTensor;
  Shape shape = c.ShapeOf(y);
  if (sb.size() == 1) shape.pop_back();
  if (sa.size() == 1) shape.erase(shape.end() - (sb.size() == 1 ? 1 : 2));
  return c.Reshape(y, shape);
}

void ImportMatMul(OnnxNodeContext& c) { c.Output(0, MatrixProduct(c, c.In(0), c.In(1))); }

// alpha A B + beta C.
void ImportGemm(OnnxNodeContext& c) {
  const double alpha = c.Real("alpha", 1.0), beta = c.Real("beta", 1.0);
  c.Ignore("broadcast");  // of opset 6; C was broadcast as it is since
  const bool trans_a = c.Int("transA", 0) != 0, trans_b = c.Int("transB", 0) != 0;
  TensorId a = c.In(0);
  const TensorId b = c.In(1);
  if (!c.ok()) return;
  if (c.Rank(a) != 2 || c.Rank(b) != 2) {
    return c.Fail("UNSUPPORTED_SHAPE", "its matrices have shapes " + ShapeText(c.ShapeOf(a)) +
                                           " and " + ShapeText(c.ShapeOf(b)) +
                                           "; supported are 2 dimensions each. Use MatMul, or "
                                           "Flatten in front of it");
  }
  if (c.ShapeOf(a)[trans_a ? 0 : 1] != c.ShapeOf(b)[trans_b ? 1 : 0]) {
    return FailProduct(c, c.ShapeOf(a), c.ShapeOf(b));
  }
  const int32_t n = c.ShapeOf(b)[trans_b ? 0 : 1];
  const bool weights =
      c.T(b).dtype == DType::kF32 && IsWeights(c, b) && c.builder().DependsOnInput(a);
  TensorId bias = c.Has(2) && beta != 0 ? c.In(2) : kNoTensor;
  TensorId y = kNoTensor;
  if (weights) {
    if (trans_a) a = c.Transpose(a, {1, 0});
    TensorId vector = bias == kNoTensor ? kNoTensor : BiasVector(c, bias, n);
    if (vector != kNoTensor) {
      vector = Scaled(c, vector, beta);
      bias = kNoTensor;
    }
    y = FullyConnected(c, a, alpha == 1 ? b : Scaled(c, AsWeights(c, b), alpha), trans_b, vector);
  } else {
    y = Scaled(c,
               c.Emit("matmul", {a, b},
                      {{"transpose_a", int64_t{trans_a}}, {"transpose_b", int64_t{trans_b}}}),
               alpha);
  }
  if (bias != kNoTensor) y = c.Binary("add", y, Scaled(c, bias, beta));
  c.Output(0, y);
}

// With zero points that the model computes it is done in float32, exact as long as every sum stays
// below 2^24.
void ImportMatMulInteger(OnnxNodeContext& c) {
  const TensorId a = c.In(0), b = c.In(1);
  if (!c.ok()) return;
  int64_t zero_a = 0, zero_b = 0;
  if (KnownZeroPoint(c, 2, zero_a) && KnownZeroPoint(c, 3, zero_b)) {
    return c.Output(
        0, c.Emit("matmul_integer", {a, b}, {{"a_zero_point", zero_a}, {"b_zero_point", zero_b}}));
  }
  const int64_t terms = c.Rank(a) == 0 ? 1 : c.ShapeOf(a).back();
  if (terms * 255 * 255 >= 1 << 24) {
    return c.Fail("UNSUPPORTED_SHAPE",
                  "it sums " + std::to_string(terms) +
                      " products; supported are at most 257, which are exact. Use "
                      "QLinearMatMul or QuantizeLinear/DequantizeLinear");
  }
  auto centered = [&c](TensorId value, size_t zero_point, bool rows) {
    const TensorId real = c.Cast(value, DType::kF32);
    if (!c.Has(zero_point)) return real;
    TensorId zero = c.Cast(c.In(zero_point), DType::kF32);
    if (!c.ok()) return kNoTensor;
    // One zero point per row of A stands in a column.
    if (rows && c.Rank(zero) == 1 && c.ShapeOf(zero)[0] > 1) {
      zero = c.Reshape(zero, {c.ShapeOf(zero)[0], 1});
    }
    return c.Binary("sub", real, zero);
  };
  c.Output(0, c.Cast(MatrixProduct(c, centered(a, 2, true), centered(b, 3, false)), DType::kS32));
}

void ImportEinsum(OnnxNodeContext& c) {
  const std::string equation = c.Text("equation", "");
  std::vector<EinsumTerm> terms;
  std::string out;
  const std::string supported =
      "are sums and products of one or two operands without repeated letters in one of them, e.g. "
      "bij,bjk->bik";
  const std::string change = "Write it as MatMul, Mul, ReduceSum and Transpose";
  if (!ParseEinsum(c, equation, terms, out) || !c.ok() || terms.size() != c.input_count() ||
      terms.size() > 2 || Repeats(out)) {
    return c.FailAttribute("equation", equation, supported, change);
  }
  std::string all;
  for (const EinsumTerm& term : terms) {
    if (Repeats(term.letters) || term.letters.size() != static_cast<size_t>(c.Rank(term.x))) {
      return c.FailAttribute("equation", equation, supported, change);
    }
    all += term.letters;
  }
  for (char letter : out) {
    if (all.find(letter) == std::string::npos)
      return c.FailAttribute("equation", equation, supported, change);
  }
  if (terms.size() == 2) return c.Output(0, EinsumProduct(c, terms[0], terms[1], out));
  SumOut(c, terms[0], out);
  c.Output(0, Arranged(c, terms[0], out));
}

}  // namespace edgerack::compiler
