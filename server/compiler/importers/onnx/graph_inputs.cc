#include "server/compiler/importers/onnx/graph_inputs.h"

#include <map>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

// "Nx3xheightx?"
std::string DeclaredText(const onnx::TensorShape& shape) {
  std::string text;
  for (const onnx::Dimension& dim : shape.dim()) {
    std::string part = "?";
    if (dim.dim_value() > 0) part = std::to_string(dim.dim_value());
    if (!dim.dim_param().empty()) part = Printable(dim.dim_param());
    text += (text.empty() ? "" : "x") + part;
  }
  return text.empty() ? "scalar" : text;
}

class Resolver {
 public:
  Resolver(const InputOptions& options, std::vector<Finding>& findings)
      : options_(options), findings_(findings) {}

  // Shapes that an option gives; they also say what the names of their dimensions are.
  absl::Status TakeOption(const onnx::ValueInfo& info) {
    auto given = options_.input_shapes.find(info.name());
    if (given == options_.input_shapes.end()) return absl::OkStatus();
    const onnx::TensorType& type = info.type().tensor_type();
    if (!type.has_shape()) return absl::OkStatus();
    const Shape& shape = given->second;
    if (shape.size() != static_cast<size_t>(type.shape().dim_size())) {
      return RefuseOption("shape." + info.name() + "=" + ShapeText(shape) +
                          ": the model's input has shape " + DeclaredText(type.shape()) + ", " +
                          std::to_string(type.shape().dim_size()) + " dimensions");
    }
    for (int d = 0; d < type.shape().dim_size(); ++d) {
      const onnx::Dimension& dim = type.shape().dim(d);
      if (!dim.dim_param().empty()) symbols_[dim.dim_param()] = shape[static_cast<size_t>(d)];
    }
    return absl::OkStatus();
  }

  absl::StatusOr<GraphInput> Resolve(const onnx::ValueInfo& info) {
    GraphInput input;
    input.name = info.name();
    if (!info.type().has_tensor_type()) {
      return Refuse("UNSUPPORTED_TYPE",
                    "it is a sequence, map or optional; supported are tensors. Export the model "
                    "with tensors as inputs");
    }
    const onnx::TensorType& type = info.type().tensor_type();
    const std::optional<DType> dtype = DTypeOfOnnx(type.elem_type());
    if (!dtype) {
      return Refuse("UNSUPPORTED_TYPE",
                    "its element type is " + OnnxTypeName(type.elem_type()) +
                        "; supported are FLOAT, INT8, UINT8, INT16, INT32, INT64 and BOOL. Export "
                        "the model with one of them" +
                        (OnnxTypeName(type.elem_type()).find("FLOAT16") != std::string::npos
                             ? ", e.g. in float32 (model.float())"
                             : ""));
    }
    input.dtype = *dtype;
    ER_RETURN_IF_ERROR(Freeze(input));
    if (input.frozen == nullptr) ER_RETURN_IF_ERROR(SetShape(type, input));
    return input;
  }

 private:
  absl::Status Freeze(GraphInput& input) {
    auto frozen = options_.frozen_inputs.find(input.name);
    if (frozen == options_.frozen_inputs.end()) return absl::OkStatus();
    const FrozenInput& value = frozen->second;
    if (value.dtype != input.dtype) {
      return RefuseOption("freeze." + input.name + ": the file holds " + DTypeName(value.dtype) +
                          ", the model's input is " + DTypeName(input.dtype));
    }
    auto constant = std::make_shared<OnnxConstant>();
    constant->dtype = value.dtype;
    constant->dims.assign(value.shape.begin(), value.shape.end());
    constant->data = std::make_shared<const std::string>(value.bytes);
    input.shape = value.shape;
    input.frozen = std::move(constant);
    input.fixed = true;
    return absl::OkStatus();
  }

  absl::Status SetShape(const onnx::TensorType& type, GraphInput& input) {
    auto given = options_.input_shapes.find(input.name);
    if (given != options_.input_shapes.end()) {
      input.shape = given->second;
      input.fixed = true;
      return CheckShape(input);
    }
    if (!type.has_shape()) return RefuseOpen(input.name, "shape is not given at all", "1x3x…");
    for (int d = 0; d < type.shape().dim_size(); ++d) {
      const onnx::Dimension& dim = type.shape().dim(d);
      int64_t value = dim.dim_value();
      if (dim.has_dim_value() && value == 0) {
        return Refuse("UNSUPPORTED_SHAPE",
                      "its dimension " + std::to_string(d) +
                          " is 0; supported are dimensions of at least 1. Export the "
                          "model with fixed shapes");
      }
      if (value < 1) {
        auto symbol = symbols_.find(dim.dim_param());
        const bool known = !dim.dim_param().empty() && symbol != symbols_.end();
        if (!known && d != 0) {
          return RefuseOpen(
              input.name,
              "dimension " + std::to_string(d) + " is open (" + DeclaredText(type.shape()) + ")",
              DeclaredText(type.shape()));
        }
        value = known ? symbol->second : 1;
        if (!known) NoteBatch(input.name, dim);
      }
      if (value > INT32_MAX) value = INT32_MAX;
      input.shape.push_back(static_cast<int32_t>(value));
    }
    return CheckShape(input);
  }

  static absl::Status CheckShape(const GraphInput& input) {
    if (input.shape.size() <= 6 && ElementCount(input.shape) >= 1) return absl::OkStatus();
    return Refuse("UNSUPPORTED_SHAPE",
                  "its shape is " + ShapeText(input.shape) +
                      "; supported are at most 6 dimensions and 2 GiB. Feed the "
                      "model less at once");
  }

  static absl::Status RefuseOpen(const std::string& name, const std::string& what,
                                 const std::string& example) {
    return Refuse("OPEN_SHAPE", "its " + what +
                                    "; supported are fixed shapes, only the first dimension may "
                                    "be open. Give --option shape." +
                                    Printable(name) + "=" + example +
                                    " with numbers, or export the model with fixed shapes");
  }

  void NoteBatch(const std::string& name, const onnx::Dimension& dim) {
    if (!dim.dim_param().empty()) symbols_[dim.dim_param()] = 1;
    findings_.push_back(
        {"SYMBOLIC_BATCH", Severity::kInfo, "",
         "the first dimension of input '" + Printable(name) + "' is open and was set to 1",
         "none needed; --option shape." + Printable(name) + "=… sets another batch size"});
  }

  const InputOptions& options_;
  std::vector<Finding>& findings_;
  std::map<std::string, int32_t> symbols_;
};

}  // namespace

absl::StatusOr<std::vector<GraphInput>> ResolveInputs(
    const std::vector<const onnx::ValueInfo*>& inputs, const InputOptions& options,
    std::vector<Finding>& findings) {
  Resolver resolver(options, findings);
  for (const onnx::ValueInfo* info : inputs) ER_RETURN_IF_ERROR(resolver.TakeOption(*info));
  std::vector<GraphInput> resolved;
  for (const onnx::ValueInfo* info : inputs) {
    auto input = resolver.Resolve(*info);
    if (!input.ok()) return Annotate(input.status(), "input '" + Printable(info->name()) + "'");
    resolved.push_back(*std::move(input));
  }
  return resolved;
}

}  // namespace edgerack::compiler
