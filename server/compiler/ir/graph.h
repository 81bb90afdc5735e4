// The compiler's graph: tensors and nodes in execution order. Activations are NHWC. Plain data, no
// I/O, not thread-safe; a Graph is copied by value and constants are shared between copies.
#ifndef SERVER_COMPILER_IR_GRAPH_H_
#define SERVER_COMPILER_IR_GRAPH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/compiler/ir/dtype.h"

namespace edgerack::compiler {

// Index of a tensor in its graph.
enum class TensorId : int32_t {};
inline constexpr TensorId kNoTensor{-1};  // an optional operand that is absent
inline size_t Index(TensorId id) { return static_cast<size_t>(id); }

// The first output that is present: what a layer is told by.
TensorId MainOutput(const std::vector<TensorId>& outputs);

using Shape = std::vector<int32_t>;
// Product of the dimensions; -1 when one is below 1 or the product is above 2^31 - 1.
int64_t ElementCount(const Shape& shape);
// Bytes of such a tensor; not positive where ElementCount is not, or a scalar is of bits.
int64_t StorageBytes(DType dtype, const Shape& shape);
// "1x28x28x1"; "scalar" for rank 0.
std::string ShapeText(const Shape& shape);

// real = scale * (q - zero_point). No scales: not quantized. One: per tensor. More: per slice of
// dimension `axis`.
struct Quantization {
  std::vector<float> scales;
  std::vector<int32_t> zero_points;  // as many as scales
  int axis = 0;

  bool quantized() const { return !scales.empty(); }
  bool per_tensor() const { return scales.size() == 1; }
  bool operator==(const Quantization&) const = default;
};

// Where a pass made a tensor of another one's elements, so that both can be compared: the elements
// of `name` in their row-major order, taken as `shape`, transposed by `perm` (empty: they stay in
// that order).
struct Origin {
  std::string name;
  Shape shape;
  std::vector<int64_t> perm;
};

struct Tensor {
  std::string name;  // unique in the graph, never empty
  DType dtype = DType::kF32;
  Shape shape;
  Quantization quantization;
  std::shared_ptr<const std::string> data;  // little-endian, row-major; null unless a constant
  // Of a tensor that stands for one of the imported graph under another name; it holds the same
  // real values, but for rounding where its quantization is another.
  std::optional<Origin> origin;

  bool constant() const { return data != nullptr; }
  int64_t elements() const { return ElementCount(shape); }
  int64_t bytes() const { return StorageBytes(dtype, shape); }
};

using AttributeValue = std::variant<int64_t, double, std::string, std::vector<int64_t>>;

struct Node {
  std::string name;  // the layer's name in the original model
  std::string op;    // a name of ops.inc
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::map<std::string, AttributeValue> attributes;
  std::vector<std::string> fused_from;  // operators of the original model, in order

  // The value, or `fallback` where it is absent or of another type.
  int64_t Int(const std::string& key, int64_t fallback = 0) const;
  double Real(const std::string& key, double fallback = 0) const;
  std::string Text(const std::string& key, const std::string& fallback = "") const;
  std::vector<int64_t> Ints(const std::string& key) const;
};

// A tensor that keeps its value from run to run: real zero at first, after each run what `next`
// was. Within a run it does not change, so whatever reads it sees the value of the run before.
struct State {
  TensorId tensor;
  TensorId next;
};

// A copy without data whose name ends with `suffix` and whose origin is `tensor` or that one's.
Tensor Derived(const Tensor& tensor, const std::string& suffix);

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::vector<State> states;

  Tensor& tensor(TensorId id) { return tensors[Index(id)]; }
  const Tensor& tensor(TensorId id) const { return tensors[Index(id)]; }
  // Appends; makes the name unique by a suffix where it is taken or empty.
  TensorId Add(Tensor tensor);
  // kNoTensor when there is none of that name.
  TensorId Find(const std::string& tensor_name) const;
  // Index of the node that writes the tensor, or -1.
  int Producer(TensorId id) const;
  // Indices of the nodes that read it, each once.
  std::vector<int> Consumers(TensorId id) const;
  // True for what is still needed after the last node: graph outputs and next values of states.
  bool IsOutput(TensorId id) const;
  // nullptr for a tensor that is no state.
  const State* StateOf(TensorId id) const;
  // Makes every reader of `from`, the graph's outputs and states included, read `to`.
  void ReplaceUses(TensorId from, TensorId to);
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_GRAPH_H_
