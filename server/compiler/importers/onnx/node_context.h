// What an operator's handler works on. Errors stick: after the first, every call does nothing and
// returns kNoTensor, so that a handler reads as the operator's definition and checks ok() only
// before it looks at shapes.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_NODE_CONTEXT_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_NODE_CONTEXT_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/compiler/importers/graph_builder.h"
#include "server/compiler/importers/onnx/tensor_data.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {

// A value of the file: a tensor of the graph, or a constant without elements, which no graph has.
struct OnnxValue {
  TensorId id = kNoTensor;
  std::shared_ptr<const OnnxConstant> empty;

  bool present() const { return id != kNoTensor || empty != nullptr; }
};

using Attributes = std::map<std::string, AttributeValue>;

class OnnxNodeContext {
 public:
  OnnxNodeContext(GraphBuilder& builder, onnx::Node& node, int opset, std::vector<OnnxValue> inputs,
                  std::string name, std::vector<bool> wanted);

  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }
  void Fail(absl::Status status);
  void Fail(const char* code, const std::string& message);
  // "attribute NAME is VALUE; supported SUPPORTED".
  // "attribute NAME is VALUE; supported SUPPORTED. CHANGE": `supported` goes on after the word
  // ("are 1 and 2"), `change` is what to do about the model, one sentence without its full stop.
  void FailAttribute(const std::string& name, const std::string& value,
                     const std::string& supported, const std::string& change);

  const std::string& op() const { return op_; }
  int opset() const { return opset_; }
  GraphBuilder& builder() { return builder_; }

  // -- Inputs.
  size_t input_count() const { return inputs_.size(); }
  bool Has(size_t i) const { return i < inputs_.size() && inputs_[i].present(); }
  // Fails where it is absent or has no elements.
  TensorId In(size_t i);
  const OnnxValue& Value(size_t i) const { return inputs_[i]; }
  // A tensor's facts; of kNoTensor those of a float32 scalar.
  const Tensor& T(TensorId id) const;
  const Shape& ShapeOf(TensorId id) const { return T(id).shape; }
  int64_t Rank(TensorId id) const { return static_cast<int64_t>(T(id).shape.size()); }
  // The input's shape, known for values without elements too.
  std::vector<int64_t> DimsOf(size_t i);
  // Elements of an input that must be a constant (at most 65536); `what` as in the operator's
  // documentation, e.g. "axes".
  std::vector<int64_t> ConstInts(size_t i, const char* what);
  std::vector<double> ConstReals(size_t i, const char* what);
  // The input's tensor as a constant; fails where it depends on a graph input.
  TensorId ConstIn(size_t i, const char* what);
  bool IsConst(size_t i) const;

  // -- Attributes. Those that no call asks for are refused at the end.
  bool HasAttribute(const std::string& name);
  int64_t Int(const std::string& name, int64_t fallback);
  double Real(const std::string& name, double fallback);
  std::string Text(const std::string& name, const std::string& fallback);
  std::vector<int64_t> Ints(const std::string& name);
  std::vector<double> Reals(const std::string& name);
  std::vector<std::string> Texts(const std::string& name);
  std::optional<OnnxConstant> TensorAttribute(const std::string& name);
  onnx::Graph* GraphAttribute(const std::string& name);
  void Ignore(const std::string& name) { asked_.insert(name); }
  // Fails for attributes that nothing asked for.
  void CheckAttributes();
  // `axis` as 0 … rank-1 (or rank, with `end`); fails outside.
  int64_t Axis(int64_t axis, int64_t rank, bool end = false);
  std::vector<int64_t> Axes(std::vector<int64_t> axes, int64_t rank);

  // -- Nodes of the graph.
  TensorId Emit(const std::string& graph_op, std::vector<TensorId> inputs,
                Attributes attributes = {}, const Quantization& quantization = {});
  std::vector<TensorId> EmitMany(const std::string& graph_op, std::vector<TensorId> inputs,
                                 Attributes attributes, size_t output_count);
  TensorId Constant(DType dtype, Shape shape, std::string bytes);
  // A float32 or integer scalar of `dtype`.
  TensorId Scalar(DType dtype, double value);
  TensorId Floats(Shape shape, const std::vector<float>& values);

  // Frequent nodes.
  TensorId Unary(const std::string& fn, TensorId x, Attributes attributes = {});
  TensorId Binary(const std::string& fn, TensorId a, TensorId b);
  TensorId Reduce(const std::string& fn, TensorId x, std::vector<int64_t> axes, bool keepdims);
  TensorId Transpose(TensorId x, std::vector<int64_t> perm);
  TensorId Reshape(TensorId x, const Shape& shape);
  TensorId Cast(TensorId x, DType to);
  // Of dimension `axis` the elements begin, begin + 1, …, end - 1.
  TensorId SliceAxis(TensorId x, int64_t axis, int64_t begin, int64_t end);
  // Joins any number along `axis`; one is returned as it is.
  TensorId Concat(std::vector<TensorId> parts, int64_t axis);
  // The constant with its dimensions permuted, then reshaped where `shape` is given. The scales per
  // channel that its values are multiples of follow their dimension.
  TensorId PermuteWeights(TensorId weights, const std::vector<int64_t>& perm,
                          const Shape& shape = {});

  // -- Outputs.
  size_t output_count() const { return wanted_.size(); }
  // Something reads output i.
  bool Wants(size_t i) const { return i < wanted_.size() && wanted_[i]; }
  void Output(size_t i, TensorId id);
  void OutputConstant(size_t i, OnnxConstant constant);
  const std::vector<OnnxValue>& outputs() const { return outputs_; }

 private:
  const onnx::Attribute* Find(const std::string& name, int32_t type);

  GraphBuilder& builder_;
  onnx::Node& node_;
  std::string op_;
  int opset_;
  std::vector<OnnxValue> inputs_;
  std::string name_;
  std::vector<bool> wanted_;
  std::vector<OnnxValue> outputs_;
  std::set<std::string> asked_;
  absl::Status status_;
};

// "[1, 2, 3]".
std::string ListText(const std::vector<int64_t>& values);
Shape ToShape(const std::vector<int64_t>& dims);
std::vector<int64_t> Dims(const Shape& shape);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_NODE_CONTEXT_H_
