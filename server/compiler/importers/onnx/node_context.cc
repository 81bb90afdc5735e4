#include "server/compiler/importers/onnx/node_context.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxListElements = 65536;

// Numbers of AttributeProto.AttributeType.
enum AttributeType : int32_t {
  kFloat = 1,
  kInt = 2,
  kString = 3,
  kTensor = 4,
  kGraph = 5,
  kFloats = 6,
  kInts = 7,
  kStrings = 8,
};

const Tensor& NoTensor() {
  static const Tensor tensor;
  return tensor;
}

// An attribute's value for a person.
std::string ValueText(const onnx::Attribute& a) {
  switch (a.type()) {
    case kFloat: {
      char buffer[32];
      return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, a.f()).ptr);
    }
    case kInt:
      return std::to_string(a.i());
    case kString:
      return "'" + a.s() + "'";
    case kInts:
      return ListText({a.ints().begin(), a.ints().end()});
    default:
      return "of type number " + std::to_string(a.type());
  }
}

}  // namespace

std::string ListText(const std::vector<int64_t>& values) {
  std::string text;
  for (size_t i = 0; i < values.size() && i < 16; ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(values[i]);
  }
  return "[" + text + (values.size() > 16 ? ", …]" : "]");
}

Shape ToShape(const std::vector<int64_t>& dims) { return Shape(dims.begin(), dims.end()); }
std::vector<int64_t> Dims(const Shape& shape) { return {shape.begin(), shape.end()}; }

OnnxNodeContext::OnnxNodeContext(GraphBuilder& builder, onnx::Node& node, int opset,
                                 std::vector<OnnxValue> inputs, std::string name,
                                 std::vector<bool> wanted)
    : builder_(builder),
      node_(node),
      op_(node.op_type()),
      opset_(opset),
      inputs_(std::move(inputs)),
      name_(std::move(name)),
      wanted_(std::move(wanted)),
      outputs_(wanted_.size()) {}

void OnnxNodeContext::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
}

void OnnxNodeContext::Fail(const char* code, const std::string& message) {
  Fail(Refuse(code, message));
}

void OnnxNodeContext::FailAttribute(const std::string& name, const std::string& value,
                                    const std::string& supported, const std::string& change) {
  Fail("UNSUPPORTED_ATTRIBUTE", "attribute " + name + " is " + Printable(value) + "; supported " +
                                    supported + ". " + change);
}

// -- Inputs.

TensorId OnnxNodeContext::In(size_t i) {
  if (!ok()) return kNoTensor;
  if (!Has(i)) {
    Fail("BAD_MODEL_FILE", "its input " + std::to_string(i) + " is absent; export the model again");
    return kNoTensor;
  }
  if (inputs_[i].empty != nullptr) {
    Fail("UNSUPPORTED_SHAPE",
         "its input " + std::to_string(i) + " has no elements (" +
             ListText(inputs_[i].empty->dims) +
             "); supported are dimensions of at least 1. Export the model with fixed shapes");
  }
  return inputs_[i].id;
}

const Tensor& OnnxNodeContext::T(TensorId id) const {
  return id == kNoTensor ? NoTensor() : builder_.tensor(id);
}

std::vector<int64_t> OnnxNodeContext::DimsOf(size_t i) {
  if (Has(i) && inputs_[i].empty != nullptr) return inputs_[i].empty->dims;
  return Dims(ShapeOf(In(i)));
}

bool OnnxNodeContext::IsConst(size_t i) const {
  return Has(i) && (inputs_[i].empty != nullptr || !builder_.DependsOnInput(inputs_[i].id));
}

TensorId OnnxNodeContext::ConstIn(size_t i, const char* what) {
  const TensorId id = In(i);
  if (!ok()) return kNoTensor;
  auto constant = builder_.AsConstant(id);
  if (!constant.ok()) {
    Fail(constant.status());
    return kNoTensor;
  }
  if (*constant == kNoTensor) {
    const std::string name = Printable(T(id).name);
    const std::vector<TensorId>& inputs = builder_.graph().inputs;
    const bool fed = std::find(inputs.begin(), inputs.end(), id) != inputs.end();
    Fail(
        "UNSUPPORTED_ATTRIBUTE",
        std::string("input ") + what + " is '" + name + "', " +
            (fed ? "an input of the model" : "which follows from the data the model is fed") +
            "; supported are values that are known when compiling. " +
            (fed ? "Make it a constant of the model, or give it with --option freeze." + name +
                       "=FILE.npy"
                 : "Make it a constant of the model (torch: no data-dependent shapes or weights)"));
  }
  return *constant;
}

std::vector<int64_t> OnnxNodeContext::ConstInts(size_t i, const char* what) {
  if (ok() && Has(i) && inputs_[i].empty != nullptr) return {};
  const Tensor& t = T(ConstIn(i, what));
  std::vector<int64_t> values;
  if (!ok()) return values;
  if (t.dtype == DType::kF32 || t.elements() > kMaxListElements) {
    Fail("UNSUPPORTED_TYPE", std::string("input ") + what + " is " + DTypeName(t.dtype) + " " +
                                 ShapeText(t.shape) +
                                 "; supported are lists of integers. Export the model again");
    return values;
  }
  for (size_t n = 0; n < static_cast<size_t>(t.elements()); ++n) {
    values.push_back(t.dtype == DType::kS64
                         ? LoadElement<int64_t>(*t.data, n)
                         : static_cast<int64_t>(ElementAsDouble(t.dtype, *t.data, n)));
  }
  return values;
}

std::vector<double> OnnxNodeContext::ConstReals(size_t i, const char* what) {
  if (ok() && Has(i) && inputs_[i].empty != nullptr) return {};
  const Tensor& t = T(ConstIn(i, what));
  std::vector<double> values;
  if (!ok()) return values;
  if (t.elements() > kMaxListElements) {
    Fail("UNSUPPORTED_SHAPE", std::string("input ") + what + " has " + ShapeText(t.shape) +
                                  " elements; supported are at most 65536. Export the model again");
    return values;
  }
  for (size_t n = 0; n < static_cast<size_t>(t.elements()); ++n) {
    values.push_back(ElementAsDouble(t.dtype, *t.data, n));
  }
  return values;
}

// -- Attributes.

const onnx::Attribute* OnnxNodeContext::Find(const std::string& name, int32_t type) {
  asked_.insert(name);
  for (const onnx::Attribute& attribute : node_.attribute()) {
    if (attribute.name() != name) continue;
    if (attribute.has_ref_attr_name() && !attribute.ref_attr_name().empty()) {
      Fail("UNSUPPORTED_ATTRIBUTE", "attribute " + name +
                                        " refers to an attribute of a function; functions are not "
                                        "supported. Inline them before the export");
      return nullptr;
    }
    if (attribute.has_type() && attribute.type() != type) {
      Fail("BAD_MODEL_FILE", "attribute " + name + " has type number " +
                                 std::to_string(attribute.type()) + " instead of " +
                                 std::to_string(type) + "; export the model again");
      return nullptr;
    }
    return &attribute;
  }
  return nullptr;
}

bool OnnxNodeContext::HasAttribute(const std::string& name) {
  for (const onnx::Attribute& attribute : node_.attribute()) {
    if (attribute.name() == name) return true;
  }
  return false;
}

int64_t OnnxNodeContext::Int(const std::string& name, int64_t fallback) {
  const onnx::Attribute* a = Find(name, kInt);
  return a == nullptr ? fallback : a->i();
}

double OnnxNodeContext::Real(const std::string& name, double fallback) {
  const onnx::Attribute* a = Find(name, kFloat);
  return a == nullptr ? fallback : static_cast<double>(a->f());
}

std::string OnnxNodeContext::Text(const std::string& name, const std::string& fallback) {
  const onnx::Attribute* a = Find(name, kString);
  return a == nullptr ? fallback : a->s();
}

std::vector<int64_t> OnnxNodeContext::Ints(const std::string& name) {
  const onnx::Attribute* a = Find(name, kInts);
  if (a == nullptr) return {};
  if (a->ints_size() > kMaxListElements) {
    Fail("BAD_MODEL_FILE",
         "attribute " + name + " has " + std::to_string(a->ints_size()) + " elements");
    return {};
  }
  return {a->ints().begin(), a->ints().end()};
}

std::vector<double> OnnxNodeContext::Reals(const std::string& name) {
  const onnx::Attribute* a = Find(name, kFloats);
  if (a == nullptr) return {};
  return {a->floats().begin(), a->floats().end()};
}

std::vector<std::string> OnnxNodeContext::Texts(const std::string& name) {
  const onnx::Attribute* a = Find(name, kStrings);
  if (a == nullptr) return {};
  return {a->strings().begin(), a->strings().end()};
}

std::optional<OnnxConstant> OnnxNodeContext::TensorAttribute(const std::string& name) {
  if (Find(name, kTensor) == nullptr) return std::nullopt;
  for (onnx::Attribute& attribute : *node_.mutable_attribute()) {
    if (attribute.name() != name) continue;
    auto constant = TakeConstant(*attribute.mutable_t());
    if (constant.ok()) return *std::move(constant);
    Fail(Annotate(constant.status(), "attribute " + name));
  }
  return std::nullopt;
}

onnx::Graph* OnnxNodeContext::GraphAttribute(const std::string& name) {
  if (Find(name, kGraph) == nullptr) return nullptr;
  for (onnx::Attribute& attribute : *node_.mutable_attribute()) {
    if (attribute.name() == name) return attribute.mutable_g();
  }
  return nullptr;
}

void OnnxNodeContext::CheckAttributes() {
  for (const onnx::Attribute& attribute : node_.attribute()) {
    if (asked_.count(attribute.name()) != 0) continue;
    FailAttribute(
        Printable(attribute.name()), ValueText(attribute),
        "are those that ONNX gives " + Printable(op_) + " in opset " + std::to_string(opset_),
        "Export the model again, or state the opset it was written for");
    return;
  }
}

int64_t OnnxNodeContext::Axis(int64_t axis, int64_t rank, bool end) {
  const int64_t wrapped = axis < 0 ? axis + rank : axis;
  if (ok() && (wrapped < 0 || wrapped > rank || (wrapped == rank && !end))) {
    FailAttribute("axis", std::to_string(axis),
                  "for " + std::to_string(rank) + " dimensions are " + std::to_string(-rank) +
                      " to " + std::to_string(end ? rank : rank - 1),
                  "Check the shapes the model was exported with");
  }
  return ok() ? wrapped : 0;
}

std::vector<int64_t> OnnxNodeContext::Axes(std::vector<int64_t> axes, int64_t rank) {
  for (int64_t& axis : axes) axis = Axis(axis, rank);
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) {
    Fail("BAD_MODEL_FILE",
         "axes name a dimension twice: " + ListText(axes) + "; export the model again");
  }
  return axes;
}

// -- Nodes of the graph.

std::vector<TensorId> OnnxNodeContext::EmitMany(const std::string& graph_op,
                                                std::vector<TensorId> inputs, Attributes attributes,
                                                size_t output_count) {
  if (!ok()) return std::vector<TensorId>(output_count, kNoTensor);
  Node node;
  node.name = name_;
  node.op = graph_op;
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
  node.fused_from = {op_};
  auto outputs = builder_.Emit(std::move(node), output_count);
  if (outputs.ok()) return *std::move(outputs);
  Fail(outputs.status());
  return std::vector<TensorId>(output_count, kNoTensor);
}

TensorId OnnxNodeContext::Emit(const std::string& graph_op, std::vector<TensorId> inputs,
                               Attributes attributes, const Quantization& quantization) {
  if (!ok()) return kNoTensor;
  Node node;
  node.name = name_;
  node.op = graph_op;
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
  node.fused_from = {op_};
  auto outputs = builder_.Emit(std::move(node), 1, quantization);
  if (outputs.ok()) return (*outputs)[0];
  Fail(outputs.status());
  return kNoTensor;
}

TensorId OnnxNodeContext::Constant(DType dtype, Shape shape, std::string bytes) {
  if (!ok()) return kNoTensor;
  Tensor tensor;
  tensor.name = name_ + ".const";
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.data = std::make_shared<const std::string>(std::move(bytes));
  if (tensor.elements() < 1 || static_cast<int64_t>(tensor.data->size()) != tensor.bytes()) {
    Fail(CompilerBug("a constant of shape " + ShapeText(tensor.shape) + " got " +
                     std::to_string(tensor.data->size()) + " bytes"));
    return kNoTensor;
  }
  return builder_.Add(std::move(tensor));
}

TensorId OnnxNodeContext::Scalar(DType dtype, double value) {
  std::string bytes;
  AppendDouble(dtype, value, bytes);
  return Constant(dtype, {}, std::move(bytes));
}

TensorId OnnxNodeContext::Floats(Shape shape, const std::vector<float>& values) {
  return Constant(DType::kF32, std::move(shape), BytesOf(values));
}

TensorId OnnxNodeContext::Unary(const std::string& fn, TensorId x, Attributes attributes) {
  attributes["fn"] = fn;
  return Emit("unary", {x}, std::move(attributes));
}

TensorId OnnxNodeContext::Binary(const std::string& fn, TensorId a, TensorId b) {
  return Emit("binary", {a, b}, {{"fn", fn}});
}

TensorId OnnxNodeContext::Reduce(const std::string& fn, TensorId x, std::vector<int64_t> axes,
                                 bool keepdims) {
  if (!ok()) return kNoTensor;
  std::sort(axes.begin(), axes.end());
  return Emit("reduce", {x},
              {{"fn", fn}, {"axes", std::move(axes)}, {"keepdims", int64_t{keepdims}}});
}

TensorId OnnxNodeContext::Transpose(TensorId x, std::vector<int64_t> perm) {
  if (std::is_sorted(perm.begin(), perm.end())) return x;
  return Emit("transpose", {x}, {{"perm", std::move(perm)}});
}

TensorId OnnxNodeContext::Reshape(TensorId x, const Shape& shape) {
  if (!ok() || ShapeOf(x) == shape) return x;
  return Emit("reshape", {x}, {{"shape", Dims(shape)}});
}

TensorId OnnxNodeContext::Cast(TensorId x, DType to) {
  if (!ok() || T(x).dtype == to) return x;
  return Emit("cast", {x}, {{"to", std::string(DTypeName(to))}});
}

TensorId OnnxNodeContext::SliceAxis(TensorId x, int64_t axis, int64_t begin, int64_t end) {
  if (!ok()) return kNoTensor;
  const Shape shape = ShapeOf(x);
  std::vector<int64_t> begins(shape.size(), 0);
  std::vector<int64_t> ends = Dims(shape);
  const size_t a = static_cast<size_t>(axis);
  if (begin == 0 && end == ends[a]) return x;
  begins[a] = begin;
  ends[a] = end;
  return Emit("slice", {x},
              {{"begin", begins}, {"end", ends}, {"steps", std::vector<int64_t>(shape.size(), 1)}});
}

TensorId OnnxNodeContext::Concat(std::vector<TensorId> parts, int64_t axis) {
  constexpr size_t kMaxOperands = 16;  // of one kernel
  while (ok() && parts.size() > 1) {
    std::vector<TensorId> joined;
    for (size_t i = 0; i < parts.size(); i += kMaxOperands) {
      const size_t end = std::min(i + kMaxOperands, parts.size());
      std::vector<TensorId> group(parts.begin() + static_cast<std::ptrdiff_t>(i),
                                  parts.begin() + static_cast<std::ptrdiff_t>(end));
      joined.push_back(group.size() == 1 ? group[0] : Emit("concat", group, {{"axis", axis}}));
    }
    parts = std::move(joined);
  }
  return parts.empty() ? kNoTensor : parts[0];
}

TensorId OnnxNodeContext::PermuteWeights(TensorId weights, const std::vector<int64_t>& perm,
                                         const Shape& shape) {
  if (!ok()) return kNoTensor;
  const Quantization grid = T(weights).quantization;
  const Shape from = ShapeOf(weights);
  TensorId moved = weights;
  if (grid.quantized()) {  // operators that move elements know of no scales per channel
    Tensor plain = T(weights);
    plain.quantization = {};
    moved = builder_.Add(std::move(plain));
  }
  moved = Transpose(moved, perm);
  if (!shape.empty()) moved = Reshape(moved, shape);
  if (!ok() || !grid.quantized()) return moved;
  Tensor result = T(moved);
  result.quantization = grid;
  if (grid.scales.size() > 1) {
    const auto at = std::find(perm.begin(), perm.end(), int64_t{grid.axis});
    size_t axis = static_cast<size_t>(at - perm.begin());
    if (!shape.empty()) {
      // The same elements lie behind a step of the channels' dimension in both shapes.
      int64_t inner = 1;
      for (size_t d = axis + 1; d < perm.size(); ++d) inner *= from[static_cast<size_t>(perm[d])];
      int64_t behind = 1;
      for (axis = shape.size() - 1; axis > 0 && behind < inner; --axis) behind *= shape[axis];
      while (axis > 0 && shape[axis] != static_cast<int32_t>(grid.scales.size())) --axis;
    }
    result.quantization.axis = static_cast<int>(axis);
  }
  return builder_.Add(std::move(result));
}

// -- Outputs.

void OnnxNodeContext::Output(size_t i, TensorId id) {
  if (ok() && i < outputs_.size()) outputs_[i].id = id;
}

void OnnxNodeContext::OutputConstant(size_t i, OnnxConstant constant) {
  if (!ok() || i >= outputs_.size()) return;
  if (constant.empty()) {
    outputs_[i].empty = std::make_shared<const OnnxConstant>(std::move(constant));
    return;
  }
  if (constant.dims.size() > 6) {
    Fail("UNSUPPORTED_SHAPE", "its result has " + std::to_string(constant.dims.size()) +
                                  " dimensions; supported are at most 6. Join some of them in the "
                                  "model");
    return;
  }
  // What node Constant gives is in the file already.
  absl::Status charged = op_ == "Constant"
                             ? absl::OkStatus()
                             : builder_.Charge(static_cast<int64_t>(constant.data->size()));
  if (!charged.ok()) return Fail(charged);
  Tensor tensor;
  tensor.name = name_;
  tensor.dtype = constant.dtype;
  tensor.shape = ToShape(constant.dims);
  tensor.data = constant.data;
  outputs_[i].id = builder_.Add(std::move(tensor));
}

}  // namespace edgerack::compiler
