// Resize and Upsample: up to two dimensions get another size.
#include <algorithm>
#include <cmath>

#include "server/compiler/importers/onnx/layout.h"
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

// What becomes of one dimension.
struct Extent {
  int64_t out = 1;
  double scale = 0;  // 0: that of the sizes
  double roi_begin = 0, roi_end = 1;
};

class Resizer {
 public:
  explicit Resizer(OnnxNodeContext& c) : c_(c), x_(c.In(0)), shape_(c.ShapeOf(x_)) {}

  void Run() {
    ReadMode();
    ReadExtents();
    if (!c_.ok()) return;
    std::vector<size_t> changed;
    const bool crops = attributes_.at("coordinate") == AttributeValue("tf_crop_and_resize");
    for (size_t d = 0; d < shape_.size(); ++d) {
      const bool cut = crops && (extents_[d].roi_begin != 0 || extents_[d].roi_end != 1);
      const bool scaled = extents_[d].scale != 0 && extents_[d].scale != 1;
      if (extents_[d].out != shape_[d] || scaled || cut) changed.push_back(d);
    }
    if (changed.empty()) return c_.Output(0, x_);
    if (changed.size() > 2) {
      return c_.Fail("UNSUPPORTED_ATTRIBUTE", "its scales or sizes change " +
                                                  std::to_string(changed.size()) +
                                                  " dimensions of " + ShapeText(shape_) +
                                                  "; supported are at most 2. Resize in two nodes");
    }
    const bool image = shape_.size() == 4 && changed[0] >= 2;
    c_.Output(0, image ? ResizeImage() : ResizeAny(changed));
  }

 private:
  void ReadMode() {
    std::string mode = c_.Text("mode", "nearest");
    if (mode == "bilinear") mode = "linear";
    const bool plain = c_.opset() < 11;  // Upsample, and Resize of opset 10
    const std::string coordinate =
        c_.Text("coordinate_transformation_mode", plain ? "asymmetric" : "half_pixel");
    const std::string nearest = c_.Text("nearest_mode", plain ? "floor" : "round_prefer_floor");
    attributes_ = {{"mode", mode},
                   {"coordinate", coordinate},
                   {"nearest", nearest},
                   {"cubic_a", c_.Real("cubic_coeff_a", -0.75)},
                   {"exclude_outside", c_.Int("exclude_outside", 0)},
                   {"antialias", c_.Int("antialias", 0)},
                   {"extrapolation", c_.Real("extrapolation_value", 0)}};
  }

  void ReadExtents() {
    const size_t rank = shape_.size();
    extents_.resize(rank);
    for (size_t d = 0; d < rank; ++d) extents_[d].out = shape_[d];
    std::vector<int64_t> axes = c_.Ints("axes");
    const std::string policy = c_.Text("keep_aspect_ratio_policy", "stretch");
    if (axes.empty()) {
      for (size_t d = 0; d < rank; ++d) axes.push_back(static_cast<int64_t>(d));
    }
    for (int64_t& axis : axes) axis = c_.Axis(axis, static_cast<int64_t>(rank));
    if (!c_.ok()) return;
    const bool old = c_.opset() < 11;
    const size_t scale_input = old ? 1 : 2;
    std::vector<double> scales, roi;
    std::vector<int64_t> sizes;
    if (c_.Has(scale_input)) scales = c_.ConstReals(scale_input, "scales");
    if (scales.empty()) scales = c_.Reals("scales");
    if (!old && c_.Has(3)) sizes = c_.ConstInts(3, "sizes");
    const bool crops = attributes_.at("coordinate") == AttributeValue("tf_crop_and_resize");
    if (crops && c_.Has(1)) roi = c_.ConstReals(1, "roi");
    if (!c_.ok()) return;
    if (sizes.size() != axes.size() && scales.size() != axes.size()) {
      return c_.Fail("UNSUPPORTED_ATTRIBUTE",
                     "it has " + std::to_string(scales.size()) + " scales and " +
                         std::to_string(sizes.size()) + " sizes for " +
                         std::to_string(axes.size()) +
                         " dimensions; supported is one list that fits. Export "
                         "the model again");
    }
    if (crops && roi.size() != 2 * axes.size()) {
      return c_.Fail("BAD_MODEL_FILE", "its roi has " + std::to_string(roi.size()) +
                                           " numbers; expected two per dimension");
    }
    for (size_t i = 0; i < axes.size(); ++i) {
      Extent& extent = extents_[static_cast<size_t>(axes[i])];
      if (crops) {
        extent.roi_begin = roi[i];
        extent.roi_end = roi[i + axes.size()];
      }
      const double in = static_cast<double>(shape_[static_cast<size_t>(axes[i])]);
      if (sizes.size() == axes.size()) {
        extent.out = sizes[i];
        continue;
      }
      if (!(scales[i] > 0) || !(scales[i] < 65536)) {
        return c_.FailAttribute("scales", std::to_string(scales[i]), "are above 0 and below 65536",
                                "Export the model again with fixed sizes");
      }
      extent.scale = scales[i];
      const double length = crops ? in * (extent.roi_end - extent.roi_begin) : in;
      extent.out = static_cast<int64_t>(std::floor(length * scales[i]));
    }
    if (policy != "stretch" && sizes.size() == axes.size()) KeepAspect(axes, policy);
  }

  void KeepAspect(const std::vector<int64_t>& axes, const std::string& policy) {
    if (policy != "not_larger" && policy != "not_smaller") {
      return c_.FailAttribute("keep_aspect_ratio_policy", policy,
                              "are stretch, not_larger and not_smaller",
                              "Export the model with the output's sizes");
    }
    double scale = 0;
    for (size_t i = 0; i < axes.size(); ++i) {
      const size_t d = static_cast<size_t>(axes[i]);
      const double ratio = static_cast<double>(extents_[d].out) / static_cast<double>(shape_[d]);
      if (i == 0) scale = ratio;
      scale = policy == "not_larger" ? std::min(scale, ratio) : std::max(scale, ratio);
    }
    for (int64_t axis : axes) {
      const size_t d = static_cast<size_t>(axis);
      extents_[d].out =
          static_cast<int64_t>(std::floor(scale * static_cast<double>(shape_[d]) + 0.5));
      extents_[d].scale = scale;
    }
  }

  TensorId Emit(TensorId nhwc, const Extent& h, const Extent& w) {
    Attributes attributes = attributes_;
    auto set = [&](const std::string& suffix, const Extent& extent, const char* begin,
                   const char* end) {
      attributes["out_" + suffix] = extent.out;
      if (extent.scale != 0) attributes["scale_" + suffix] = extent.scale;
      if (extent.roi_begin != 0) attributes[begin] = extent.roi_begin;
      if (extent.roi_end != 1) attributes[end] = extent.roi_end;
    };
    set("h", h, "roi_top", "roi_bottom");
    set("w", w, "roi_left", "roi_right");
    return c_.Emit("resize", {nhwc}, std::move(attributes));
  }

  TensorId ResizeImage() { return FromNhwc(c_, Emit(ToNhwc(c_, x_), extents_[2], extents_[3]), 2); }

  // The dimensions that change last, the others joined in front.
  TensorId ResizeAny(const std::vector<size_t>& changed) {
    std::vector<int64_t> perm, back(shape_.size());
    int32_t others = 1;
    for (size_t d = 0; d < shape_.size(); ++d) {
      if (std::count(changed.begin(), changed.end(), d) != 0) continue;
      perm.push_back(static_cast<int64_t>(d));
      others *= shape_[d];
    }
    for (size_t d : changed) perm.push_back(static_cast<int64_t>(d));
    for (size_t i = 0; i < perm.size(); ++i)
      back[static_cast<size_t>(perm[i])] = static_cast<int64_t>(i);
    const bool two = changed.size() == 2;
    const Extent h = two ? extents_[changed[0]] : Extent{};
    const Extent w = extents_[changed.back()];
    const TensorId in = c_.Reshape(
        c_.Transpose(x_, perm), {others, two ? shape_[changed[0]] : 1, shape_[changed.back()], 1});
    const TensorId y = Emit(in, h, w);
    Shape moved;
    for (int64_t d : perm) {
      moved.push_back(static_cast<int32_t>(extents_[static_cast<size_t>(d)].out));
    }
    return c_.Transpose(c_.Reshape(y, moved), back);
  }

  OnnxNodeContext& c_;
  TensorId x_;
  Shape shape_;
  Attributes attributes_;
  std::vector<Extent> extents_;
};

}  // namespace

void ImportResize(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  if (c.ok() && c.Rank(x) > 0) Resizer(c).Run();
}

}  // namespace edgerack::compiler
