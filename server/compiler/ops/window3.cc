#include "server/compiler/ops/window3.h"

#include <string>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxExtent = 65535;
constexpr const char* kSuffix[] = {"_d", "_h", "_w"};
constexpr const char* kBefore[] = {"pad_front", "pad_top", "pad_left"};
constexpr const char* kAfter[] = {"pad_back", "pad_bottom", "pad_right"};

absl::Status ReadField(const Node& node, const std::string& key, int64_t lowest, int64_t fallback,
                       int32_t& field) {
  const int64_t value = node.Int(key, fallback);
  if (value < lowest || value > kMaxExtent) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", key + " is " + std::to_string(value) +
                                               "; supported are " + std::to_string(lowest) +
                                               " to " + std::to_string(kMaxExtent) +
                                               ". Export the model again");
  }
  field = static_cast<int32_t>(value);
  return absl::OkStatus();
}

}  // namespace

std::vector<AttributeSpec> DepthAttributes(bool kernel_size) {
  using Kind = AttributeSpec::Kind;
  std::vector<AttributeSpec> specs = {{"stride_d", Kind::kInt, true},
                                      {"dilation_d", Kind::kInt, false},
                                      {"pad_front", Kind::kInt, false},
                                      {"pad_back", Kind::kInt, false}};
  if (kernel_size) specs.push_back({"kernel_d", Kind::kInt, true});
  return specs;
}

Directions SpatialDims(const Shape& shape) {
  if (shape.size() == 5) return {shape[1], shape[2], shape[3]};
  return {1, shape[1], shape[2]};
}

Shape WithSpatialDims(const Shape& shape, const Directions& dims, int32_t channels) {
  if (shape.size() == 5) return {shape[0], dims[0], dims[1], dims[2], channels};
  return {shape[0], dims[1], dims[2], channels};
}

absl::StatusOr<Window3> ReadWindow3(const Node& node, const Directions& kernel) {
  Window3 w;
  for (size_t d = 0; d < 3; ++d) {
    ER_RETURN_IF_ERROR(
        ReadField(node, std::string("kernel") + kSuffix[d], 1, kernel[d], w.kernel[d]));
    ER_RETURN_IF_ERROR(ReadField(node, std::string("stride") + kSuffix[d], 1, 1, w.stride[d]));
    ER_RETURN_IF_ERROR(ReadField(node, std::string("dilation") + kSuffix[d], 1, 1, w.dilation[d]));
    ER_RETURN_IF_ERROR(ReadField(node, kBefore[d], 0, 0, w.before[d]));
    ER_RETURN_IF_ERROR(ReadField(node, kAfter[d], 0, 0, w.after[d]));
  }
  return w;
}

absl::StatusOr<Directions> WindowOutput3(const Directions& in, const Window3& w, bool ceil) {
  Directions out;
  for (size_t d = 0; d < 3; ++d) {
    const int64_t pads = int64_t{w.before[d]} + w.after[d];
    const int64_t room = in[d] + pads - Covered(w, d);
    if (room < 0) {
      return Refuse(
          "UNSUPPORTED_SHAPE",
          "a window of " + std::to_string(Covered(w, d)) +
              " elements is larger than its input of " + std::to_string(in[d]) + " with " +
              std::to_string(pads) +
              " of padding; supported are smaller ones. Pad more, or feed a larger input");
    }
    int64_t count = room / w.stride[d] + 1;
    const bool another = ceil && room % w.stride[d] != 0;
    // A window that begins behind the input would hold nothing.
    if (another && count * w.stride[d] < int64_t{in[d]} + w.before[d]) ++count;
    out[d] = static_cast<int32_t>(count);
  }
  return out;
}

}  // namespace edgerack::compiler
