// Blocks of pixels and other sizes of images: SPACE_TO_DEPTH and its kin, RESIZE_*
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

using List = std::vector<int64_t>;

absl::Status ImportSpaceToDepth(NodeContext& c) {
  const auto* o = c.op.raw->options_as_SpaceToDepthOptions();
  if (o == nullptr) return NoOptions("SpaceToDepthOptions");
  c.Append("space_to_depth", c.inputs, c.outputs[0], {{"block", int64_t{o->block_size()}}});
  return absl::OkStatus();
}

absl::Status ImportDepthToSpace(NodeContext& c) {
  const auto* o = c.op.raw->options_as_DepthToSpaceOptions();
  if (o == nullptr) return NoOptions("DepthToSpaceOptions");
  c.Append("depth_to_space", c.inputs, c.outputs[0], {{"block", int64_t{o->block_size()}}});
  return absl::OkStatus();
}

// Block sizes and the two paddings (or crops) of each blocked dimension.
struct Blocks {
  List sizes;
  List edges;
};

absl::StatusOr<Blocks> BlocksOf(const NodeContext& c, const char* edges) {
  Blocks b;
  ER_ASSIGN_OR_RETURN(b.sizes, c.Integers(1, "block_shape"));
  ER_ASSIGN_OR_RETURN(b.edges, c.Integers(2, edges));
  // The blocked dimensions become two each, of six at most.
  if (b.sizes.size() > 2 || b.edges.size() != 2 * b.sizes.size() ||
      c.in(0).shape.size() + b.sizes.size() > 6 || c.in(0).shape.size() <= b.sizes.size()) {
    return Refuse("UNSUPPORTED_SHAPE", std::to_string(b.sizes.size()) + " blocked dimensions of " +
                                           ShapeText(c.in(0).shape) +
                                           "; supported are one or two of tensors of up to four "
                                           "dimensions. Reshape it in the model");
  }
  for (int64_t size : b.sizes) {
    if (size >= 1 && size <= 65535) continue;
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "block_shape holds " + std::to_string(size) +
                      "; supported are 1 to 65535. Convert the model again");
  }
  for (int64_t edge : b.edges) {
    if (edge >= 0 && edge <= 65535) continue;
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  std::string(edges) + " holds " + std::to_string(edge) +
                      "; supported are 0 to 65535. Convert the model again");
  }
  return b;
}

absl::Status ImportSpaceToBatch(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(const Blocks b, BlocksOf(c, "paddings"));
  const size_t blocked = b.sizes.size();
  List pads(2 * c.in(0).shape.size(), 0);
  std::copy(b.edges.begin(), b.edges.end(), pads.begin() + 2);
  ER_ASSIGN_OR_RETURN(TensorId padded, c.Step("pad", {c.inputs[0]}, "padded", {{"pads", pads}}));
  const Shape shape = c.graph.tensor(padded).shape;
  List split = {shape[0]};
  List perm;
  for (size_t i = 0; i < blocked; ++i) {
    if (shape[i + 1] % b.sizes[i] != 0) {
      return Refuse("UNSUPPORTED_SHAPE",
                    "shape " + ShapeText(shape) + " does not divide into blocks of " +
                        std::to_string(b.sizes[i]) +
                        "; supported are shapes that do. Pad the image in the model");
    }
    split.push_back(shape[i + 1] / b.sizes[i]);
    split.push_back(b.sizes[i]);
    perm.push_back(static_cast<int64_t>(2 + 2 * i));
  }
  perm.push_back(0);
  for (size_t i = 0; i < blocked; ++i) perm.push_back(static_cast<int64_t>(1 + 2 * i));
  for (size_t d = blocked + 1; d < shape.size(); ++d) {
    perm.push_back(static_cast<int64_t>(d + blocked));
    split.push_back(shape[d]);
  }
  ER_ASSIGN_OR_RETURN(TensorId x, c.Step("reshape", {padded}, "blocks", {{"shape", split}}));
  ER_ASSIGN_OR_RETURN(x, c.Step("transpose", {x}, "sorted", {{"perm", perm}}));
  c.ReshapeTo(x);
  return absl::OkStatus();
}

absl::Status ImportBatchToSpace(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(const Blocks b, BlocksOf(c, "crops"));
  const Shape shape = c.in(0).shape;
  const size_t blocked = b.sizes.size();
  int64_t factor = 1;
  for (int64_t size : b.sizes) factor *= size;
  if (shape[0] % factor != 0) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "a batch of " + std::to_string(shape[0]) + " does not divide into blocks of " +
                      std::to_string(factor) +
                      "; supported are batches that do. Convert the model again");
  }
  List split = b.sizes;
  split.push_back(shape[0] / factor);
  split.insert(split.end(), shape.begin() + 1, shape.end());
  List perm = {static_cast<int64_t>(blocked)};
  List joined = {shape[0] / factor};
  List begin, end, axes;
  for (size_t i = 0; i < blocked; ++i) {
    perm.push_back(static_cast<int64_t>(blocked + 1 + i));
    perm.push_back(static_cast<int64_t>(i));
    joined.push_back(shape[i + 1] * b.sizes[i]);
    axes.push_back(static_cast<int64_t>(i + 1));
    begin.push_back(b.edges[2 * i]);
    end.push_back(joined.back() - b.edges[2 * i + 1]);
    if (end.back() <= begin.back())
      return Refuse("UNSUPPORTED_SHAPE",
                    "its crops leave nothing of dimension " + std::to_string(i + 1) +
                        "; supported are smaller ones. Convert the model again");
  }
  for (size_t d = blocked + 1; d < shape.size(); ++d) {
    perm.push_back(static_cast<int64_t>(d + blocked));
    joined.push_back(shape[d]);
  }
  ER_ASSIGN_OR_RETURN(TensorId x, c.Step("reshape", {c.inputs[0]}, "blocks", {{"shape", split}}));
  ER_ASSIGN_OR_RETURN(x, c.Step("transpose", {x}, "sorted", {{"perm", perm}}));
  ER_ASSIGN_OR_RETURN(x, c.Step("reshape", {x}, "whole", {{"shape", joined}}));
  c.Append("slice", {x}, c.outputs[0], {{"begin", begin}, {"end", end}, {"axes", axes}});
  return absl::OkStatus();
}

absl::Status Resize(NodeContext& c, const char* mode, bool align_corners, bool half_pixel) {
  ER_ASSIGN_OR_RETURN(List size, c.Integers(1, "size"));
  if (size.size() != 2) return Refuse("BAD_MODEL_FILE", "its size is not two numbers");
  Node& node = c.Append("resize", {c.inputs[0]}, c.outputs[0],
                        {{"mode", std::string(mode)},
                         {"out_h", size[0]},
                         {"out_w", size[1]},
                         {"float_coordinates", int64_t{1}}});
  node.attributes["coordinate"] = std::string(align_corners ? "align_corners"
                                              : half_pixel  ? "half_pixel"
                                                            : "asymmetric");
  // TFLite takes floor((x + 0.5) * scale), which is x's centre rounded up.
  node.attributes["nearest"] =
      std::string(align_corners || half_pixel ? "round_prefer_ceil" : "floor");
  return absl::OkStatus();
}

absl::Status ImportResizeBilinear(NodeContext& c) {
  const auto* o = c.op.raw->options_as_ResizeBilinearOptions();
  return Resize(c, "linear", o != nullptr && o->align_corners(),
                o != nullptr && o->half_pixel_centers());
}

absl::Status ImportResizeNearest(NodeContext& c) {
  const auto* o = c.op.raw->options_as_ResizeNearestNeighborOptions();
  return Resize(c, "nearest", o != nullptr && o->align_corners(),
                o != nullptr && o->half_pixel_centers());
}

}  // namespace

std::vector<TfliteHandler> ImageHandlers() {
  return {{5, "depth_to_space", 1, 1, 0, ImportDepthToSpace},
          {23, "resize", 2, 2, 0, ImportResizeBilinear},
          {26, "space_to_depth", 1, 1, 0, ImportSpaceToDepth},
          {37, "transpose", 3, 3, 0, ImportBatchToSpace},
          {38, "transpose", 3, 3, 0, ImportSpaceToBatch},
          {97, "resize", 2, 2, 0, ImportResizeNearest}};
}

}  // namespace edgerack::compiler
