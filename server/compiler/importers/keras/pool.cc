// Pools over windows and over everything.
#include "server/compiler/importers/keras/layers.h"
#include "server/compiler/importers/keras/window.h"

namespace edgerack::compiler::keras {
namespace {

void ImportPooling(LayerContext& c, const char* op) {
  const TensorId x = AsImage(c, c.In());
  if (!c.ok()) return;
  const Window w = ReadWindow(c, c.ShapeOf(x), "pool_size");
  Attributes attributes = w.ToAttributes();
  attributes["kernel_h"] = w.kernel[0];
  attributes["kernel_w"] = w.kernel[1];
  c.Output(FromImage(c, c.Emit(op, {x}, std::move(attributes)), w.spatial));
}

void ImportGlobalPooling(LayerContext& c, const char* op) {
  const size_t spatial = SpatialDims(c);
  const TensorId x = AsImage(c, c.In());
  if (!c.ok()) return;
  const Shape in = c.ShapeOf(x);
  const TensorId y = c.Emit(op, {x},
                            {{"kernel_h", int64_t{in[1]}},
                             {"kernel_w", int64_t{in[2]}},
                             {"stride_h", int64_t{1}},
                             {"stride_w", int64_t{1}}});
  Shape out = {in[0], in[3]};
  if (c.Bool("keepdims", false)) out.insert(out.begin() + 1, spatial, 1);
  c.Output(c.Reshape(y, out));
}

}  // namespace

void ImportMaxPooling(LayerContext& c) { ImportPooling(c, "max_pool2d"); }
void ImportAveragePooling(LayerContext& c) { ImportPooling(c, "avg_pool2d"); }
void ImportGlobalMaxPooling(LayerContext& c) { ImportGlobalPooling(c, "max_pool2d"); }
void ImportGlobalAveragePooling(LayerContext& c) { ImportGlobalPooling(c, "avg_pool2d"); }

}  // namespace edgerack::compiler::keras
