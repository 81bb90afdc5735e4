#include "server/compiler/lower/evaluate.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "server/compiler/lower/program.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxBytes = 256ll << 20;
constexpr int64_t kMaxGrowthBytes = 4096;

// Memory as kernels expect it: operands and scratch begin at multiples of 16.
class AlignedBytes {
 public:
  explicit AlignedBytes(size_t bytes) : size_(bytes), blocks_(bytes / sizeof(Block) + 1) {}
  void* data() { return blocks_.data(); }
  std::string Text() const {
    return std::string(reinterpret_cast<const char*>(blocks_.data()), size_);
  }

 private:
  struct alignas(16) Block {
    char bytes[16];
  };
  size_t size_;
  std::vector<Block> blocks_;
};

absl::Status CheckSize(const Graph& graph, const KernelCall& call) {
  int64_t total = call.scratch_bytes;
  for (const auto* list : {&call.inputs, &call.outputs}) {
    for (TensorId id : *list) total += id == kNoTensor ? 0 : graph.tensor(id).bytes();
  }
  if (total <= kMaxBytes) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "MODEL_TOO_LARGE",
                   "computing this constant takes " + std::to_string(total) +
                       " bytes, more than any board here holds; store the result in the model");
}

}  // namespace

bool CanEvaluate(const Graph& graph, const Node& node) {
  bool any = false;
  for (TensorId id : node.inputs) {
    if (id == kNoTensor) continue;
    const Tensor& t = graph.tensor(id);
    if (!t.constant() || static_cast<int64_t>(t.data->size()) != t.bytes()) return false;
    any = true;
  }
  return any;
}

bool WorthEvaluating(const Graph& graph, const Node& node) {
  const OpDef* op = FindOp(node.op);
  if (op->lower == nullptr && !op->alias) return false;
  int64_t in = 0;
  int64_t out = 0;
  for (TensorId id : node.inputs) in += id == kNoTensor ? 0 : graph.tensor(id).bytes();
  for (TensorId id : node.outputs) out += id == kNoTensor ? 0 : graph.tensor(id).bytes();
  return out <= in + kMaxGrowthBytes;
}

absl::StatusOr<std::vector<std::string>> Evaluate(const Graph& graph, size_t node_index) {
  const Node& node = graph.nodes[node_index];
  if (FindOp(node.op)->alias) {
    return std::vector<std::string>{*graph.tensor(node.inputs[0]).data};
  }
  Graph work = graph;  // lowering appends constants; tensors share their bytes
  ER_ASSIGN_OR_RETURN(KernelCall call,
                      LowerNode(work, node_index, ER_ISA_SCALAR, KernelPreference::kReference));
  ER_RETURN_IF_ERROR(CheckSize(work, call));
  std::vector<std::unique_ptr<AlignedBytes>> memory;
  auto allocate = [&](size_t bytes) {
    memory.push_back(std::make_unique<AlignedBytes>(bytes));
    return memory.back().get();
  };
  er_kernel_call_t run = {};
  AlignedBytes* params = allocate(call.params.size());
  std::memcpy(params->data(), call.params.data(), call.params.size());
  run.params = params->data();
  run.scratch = allocate(call.scratch_bytes)->data();
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i] == kNoTensor) continue;
    const std::string& bytes = *work.tensor(call.inputs[i]).data;
    AlignedBytes* operand = allocate(bytes.size());
    std::memcpy(operand->data(), bytes.data(), bytes.size());
    run.in[i] = operand->data();
  }
  std::vector<AlignedBytes*> outputs;
  for (size_t i = 0; i < call.outputs.size(); ++i) {
    const bool present = call.outputs[i] != kNoTensor;
    outputs.push_back(
        allocate(present ? static_cast<size_t>(work.tensor(call.outputs[i]).bytes()) : 0));
    run.out[i] = present ? outputs.back()->data() : nullptr;
  }
  call.kernel->run(&run);
  std::vector<std::string> results;
  // A kernel may have outputs that no output of the node stands for.
  outputs.resize(std::min(outputs.size(), node.outputs.size()));
  for (const AlignedBytes* output : outputs) results.push_back(output->Text());
  return results;
}

}  // namespace edgerack::compiler
