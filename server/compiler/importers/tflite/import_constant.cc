// Operators whose result is known when compiling: SHAPE, RANK, RANGE, FILL, ZEROS_LIKE
#include <cmath>

#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr double kMaxRange = 65536;

absl::Status ImportShape(NodeContext& c) {
  const DType dtype = c.out().dtype;
  if (dtype != DType::kS32 && dtype != DType::kS64) {
    return Refuse("UNSUPPORTED_TYPE",
                  std::string("its output is ") + DTypeName(dtype) +
                      "; supported are int32 and int64. Convert the model again");
  }
  const Shape shape = c.in(0).shape;
  std::string bytes;
  const bool rank = std::string(c.handler.fn) == "rank";
  if (rank) AppendDouble(dtype, static_cast<double>(shape.size()), bytes);
  for (int32_t dim : rank ? Shape{} : shape) {
    if (dim < 1) {
      return Refuse("UNSUPPORTED_SHAPE",
                    "'" + c.in(0).name + "' has shape " + ShapeText(shape) +
                        "; supported are fixed dimensions of at least 1. Convert the model "
                        "with a fixed input shape");
    }
    AppendDouble(dtype, dim, bytes);
  }
  const Shape own = rank ? Shape{} : Shape{static_cast<int32_t>(shape.size())};
  c.ReshapeTo(c.Constant("value", dtype, own, std::move(bytes)));
  return absl::OkStatus();
}

absl::Status ImportRange(NodeContext& c) {
  const DType dtype = c.out().dtype;
  double values[3];  // start, limit, delta
  for (size_t i = 0; i < 3; ++i) {
    const Tensor& t = c.in(i);
    if (!t.constant() || t.dtype != dtype || t.elements() != 1 ||
        static_cast<int64_t>(t.data->size()) != t.bytes() ||
        (dtype != DType::kF32 && dtype != DType::kS32)) {
      return Refuse("UNSUPPORTED_ATTRIBUTE", "'" + t.name +
                                                 "' must tell the length of the range; supported "
                                                 "are constants of float32 or int32, as the output "
                                                 "has. Make it a constant of the model");
    }
    values[i] = ElementAsDouble(dtype, *t.data, 0);
  }
  const double count = std::ceil((values[1] - values[0]) / values[2]);
  if (!(count >= 1 && count <= kMaxRange)) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "a range of " + std::to_string(count) +
                      " elements; supported are 1 to 65536. Store it in the model as a constant");
  }
  std::string bytes;
  float next = static_cast<float>(values[0]);  // summed up in float32, as TFLite does
  for (int32_t i = 0; i < static_cast<int32_t>(count); ++i) {
    const bool real = dtype == DType::kF32;
    AppendDouble(dtype, real ? static_cast<double>(next) : values[0] + i * values[2], bytes);
    next += static_cast<float>(values[2]);
  }
  c.ReshapeTo(c.Constant("value", dtype, {static_cast<int32_t>(count)}, std::move(bytes)));
  return absl::OkStatus();
}

absl::Status Spread(NodeContext& c, TensorId scalar) {
  c.Append("expand", {scalar}, c.outputs[0], {{"shape", ShapeAttribute(c.out().shape)}});
  return absl::OkStatus();
}

// Inputs: shape, value.
absl::Status ImportFill(NodeContext& c) { return Spread(c, c.inputs[1]); }

absl::Status ImportZerosLike(NodeContext& c) {
  const DType dtype = c.out().dtype;
  return Spread(
      c, c.Constant("zero", dtype, {}, std::string(static_cast<size_t>(DTypeBytes(dtype)), '\0'),
                    c.out().quantization));
}

}  // namespace

std::vector<TfliteHandler> ConstantHandlers() {
  return {{77, "reshape", 1, 1, 0, ImportShape, "shape"},
          {93, "expand", 1, 1, 0b1, ImportZerosLike},
          {94, "expand", 2, 2, 0b1, ImportFill},
          {96, "reshape", 3, 3, 0, ImportRange},
          {110, "reshape", 1, 1, 0, ImportShape, "rank"}};
}

}  // namespace edgerack::compiler
