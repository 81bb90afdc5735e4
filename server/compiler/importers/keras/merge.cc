// Layers of several inputs.
#include "server/compiler/importers/keras/layers.h"

namespace edgerack::compiler::keras {
namespace {

TensorId Fold(LayerContext& c, const char* fn) {
  TensorId y = c.In(0);
  for (size_t i = 1; i < c.input_count(); ++i) y = c.Binary(fn, y, c.In(i));
  return y;
}

}  // namespace

void ImportAdd(LayerContext& c) {
  TensorId y = c.In(0);
  for (size_t i = 1; i < c.input_count() && c.ok(); ++i) {
    const bool same = c.ShapeOf(y) == c.ShapeOf(c.In(i));
    y = same ? c.Emit("add", {y, c.In(i)}) : c.Binary("add", y, c.In(i));
  }
  c.Output(y);
}

void ImportSubtract(LayerContext& c) { c.Output(Fold(c, "sub")); }
void ImportMultiply(LayerContext& c) { c.Output(Fold(c, "mul")); }
void ImportMaximum(LayerContext& c) { c.Output(Fold(c, "max")); }
void ImportMinimum(LayerContext& c) { c.Output(Fold(c, "min")); }

void ImportAverage(LayerContext& c) {
  c.Output(c.Binary("mul", Fold(c, "add"), c.Scalar(1.0 / static_cast<double>(c.input_count()))));
}

void ImportConcatenate(LayerContext& c) {
  constexpr size_t kOperands = 16;
  const TensorId first = c.In(0);
  if (!c.ok()) return;
  int64_t axis = c.Int("axis", -1);
  if (axis < 0) axis += static_cast<int64_t>(c.ShapeOf(first).size());
  TensorId y = first;
  for (size_t i = 1; i < c.input_count();) {
    std::vector<TensorId> parts = {y};
    while (i < c.input_count() && parts.size() < kOperands) parts.push_back(c.In(i++));
    y = c.Emit("concat", parts, {{"axis", axis}});
  }
  c.Output(y);
}

// The product over one axis of each input.
void ImportDot(LayerContext& c) {
  TensorId a = c.In(0);
  TensorId b = c.In(1);
  if (!c.ok()) return;
  std::vector<int64_t> axes = c.Ints("axes", 2, -8);
  if (c.ShapeOf(a).size() > 3 || c.ShapeOf(b).size() > 3) {
    return c.Fail("UNSUPPORTED_SHAPE",
                  "its inputs have shapes " + ShapeText(c.ShapeOf(a)) + " and " +
                      ShapeText(c.ShapeOf(b)) +
                      "; supported are at most 3 dimensions. Put Reshape layers in front of it");
  }
  if (c.Bool("normalize", false)) {
    return c.FailConfig("normalize", "true", "is false",
                        "Put UnitNormalization layers in front of it");
  }
  const bool flat = c.ShapeOf(a).size() == 2 && c.ShapeOf(b).size() == 2;
  auto batched = [&](TensorId x, int64_t& axis) {
    const Shape shape = c.ShapeOf(x);
    if (axis < 0) axis += static_cast<int64_t>(shape.size());
    return shape.size() == 2 ? c.Reshape(x, {shape[0], 1, shape[1]}) : x;
  };
  const bool a_flat = c.ShapeOf(a).size() == 2;
  const bool b_flat = c.ShapeOf(b).size() == 2;
  a = batched(a, axes[0]);
  b = batched(b, axes[1]);
  const int64_t a_axis = a_flat ? 2 : axes[0];
  const int64_t b_axis = b_flat ? 2 : axes[1];
  const TensorId y =
      c.Emit("matmul", {a, b},
             {{"transpose_a", int64_t{a_axis == 1}}, {"transpose_b", int64_t{b_axis == 2}}});
  if (!c.ok()) return;
  const Shape shape = c.ShapeOf(y);
  if (flat) return c.Output(c.Reshape(y, {shape[0], 1}));
  if (a_flat) return c.Output(c.Reshape(y, {shape[0], shape[2]}));
  if (b_flat) return c.Output(c.Reshape(y, {shape[0], shape[1]}));
  c.Output(y);
}

}  // namespace edgerack::compiler::keras
