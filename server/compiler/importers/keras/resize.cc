// Layers that change an image's size.
#include "server/compiler/importers/keras/layers.h"
#include "server/compiler/importers/keras/window.h"

namespace edgerack::compiler::keras {
namespace {

// TensorFlow resizes by pixel centers; nearest takes the pixel that the center falls into.
TensorId Resize(LayerContext& c, TensorId x, const std::string& interpolation, int64_t height,
                int64_t width) {
  Attributes attributes = {{"out_h", height}, {"out_w", width}};
  if (interpolation == "nearest") {
    attributes["mode"] = std::string("nearest");
    attributes["coordinate"] = std::string("half_pixel");
    attributes["nearest"] = std::string("round_prefer_ceil");
  } else if (interpolation == "bilinear") {
    attributes["mode"] = std::string("linear");
    attributes["coordinate"] = std::string("half_pixel");
  } else {
    c.FailConfig("interpolation", "'" + interpolation.substr(0, 80) + "'", "are nearest, bilinear",
                 "Build the layer with one of these");
  }
  return c.Emit("resize", {x}, std::move(attributes));
}

}  // namespace

void ImportUpSampling(LayerContext& c) {
  const size_t spatial = SpatialDims(c);
  const TensorId x = AsImage(c, c.In());
  const std::vector<int64_t> factors = c.Ints("size", spatial);
  if (!c.ok()) return;
  const Shape in = c.ShapeOf(x);
  const int64_t height = in[1] * (spatial == 2 ? factors[0] : 1);
  const TensorId y =
      Resize(c, x, c.Text("interpolation", "nearest"), height, in[2] * factors.back());
  c.Output(FromImage(c, y, spatial));
}

void ImportResizing(LayerContext& c) {
  const TensorId x = c.In();
  c.RequireRank(x, 4);
  c.RequireChannelsLast();
  for (const char* key : {"crop_to_aspect_ratio", "pad_to_aspect_ratio"}) {
    if (c.Bool(key, false)) {
      c.FailConfig(key, "true", "is false", "Crop or pad the image before the model");
    }
  }
  c.Output(
      Resize(c, x, c.Text("interpolation", "bilinear"), c.Int("height", 0), c.Int("width", 0)));
}

}  // namespace edgerack::compiler::keras
