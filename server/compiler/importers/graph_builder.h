// Appends nodes to the graph while a file is read: types are inferred, names made unique, and what
// depends on constants only is computed at once, so that shape arithmetic never reaches the graph.
#ifndef SERVER_COMPILER_IMPORTERS_GRAPH_BUILDER_H_
#define SERVER_COMPILER_IMPORTERS_GRAPH_BUILDER_H_

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

class GraphBuilder {
 public:
  explicit GraphBuilder(std::vector<Finding>& findings) : findings_(findings) {}

  Graph& graph() { return graph_; }
  const Tensor& tensor(TensorId id) const { return graph_.tensor(id); }
  std::vector<Finding>& findings() { return findings_; }

  // Keeps a name for Rename: Add gives it to nothing else.
  void Reserve(const std::string& name) { names_.insert(name); }
  // With a name of its own, the tensor's with a suffix where that is taken.
  TensorId Add(Tensor tensor);
  // The name was reserved, or is free and becomes the tensor's; otherwise nothing changes.
  void Rename(TensorId id, const std::string& name, bool reserved);

  // Appends the node (its outputs are made here, `output_count` of them; `quantization` is the
  // first one's) or computes it. Errors: what the operator refuses; MODEL_TOO_LARGE.
  absl::StatusOr<std::vector<TensorId>> Emit(Node node, size_t output_count,
                                             const Quantization& quantization = {});

  // The tensor as a constant, computed where that was put off because it makes the model larger
  // (dequantized weights); kNoTensor when it depends on an input.
  absl::StatusOr<TensorId> AsConstant(TensorId id);

  // False where AsConstant would give a constant.
  bool DependsOnInput(TensorId id) const;

  // Counts the bytes of a constant that the file only describes. MODEL_TOO_LARGE above 256 MiB of
  // them together: a small file must not ask for much memory.
  absl::Status Charge(int64_t bytes);

  // The node that writes a tensor; nullptr for inputs and constants.
  const Node* Producer(TensorId id) const;

 private:
  absl::StatusOr<std::vector<TensorId>> MakeOutputs(Node& node, size_t output_count,
                                                    const Quantization& quantization);
  // Float constants forget the grid of their values where the operator cannot become int8.
  void DropGrids(Node& node);
  // The nodes that `id` is computed by, in order; nullopt where one reads an input.
  std::optional<std::vector<size_t>> Chain(TensorId id) const;
  // Computes a node of constants; its outputs become constants.
  absl::Status Compute(const Node& node, const std::vector<TensorId>& outputs);

  Graph graph_;
  std::vector<Finding>& findings_;
  std::unordered_set<std::string> names_;
  std::unordered_map<int32_t, size_t> producers_;  // tensor → node
  std::unordered_map<int32_t, TensorId> values_;   // tensor → what AsConstant made of it
  int64_t computed_bytes_ = 0;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_GRAPH_BUILDER_H_
