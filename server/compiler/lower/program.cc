#include "server/compiler/lower/program.h"

#include <cstring>
#include <memory>
#include <utility>

#include "firmware/kernels/common/packing.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/lower/state_place.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxCalls = 1024;  // the firmware's ER_RT_MAX_OPS

std::vector<uint32_t> AlignedParams(const std::string& params) {
  std::vector<uint32_t> aligned((params.size() + 3) / 4);
  std::memcpy(aligned.data(), params.data(), params.size());
  return aligned;
}

// The kernel's own check of params against operands, as the board's loader will do it.
absl::Status ValidateCall(const Graph& graph, const KernelCall& call) {
  const er_kernel_traits_t& traits = *call.kernel->traits;
  if (call.params.size() != traits.params_bytes) {
    return CompilerBug(std::string("params of ") + call.kernel->name + " have " +
                       std::to_string(call.params.size()) + " bytes instead of " +
                       std::to_string(traits.params_bytes));
  }
  if (call.inputs.size() > ER_KERNEL_MAX_OPERANDS || call.outputs.size() > ER_KERNEL_MAX_OPERANDS) {
    return CompilerBug(std::string("too many operands for ") + call.kernel->name);
  }
  std::vector<er_package_tensor_t> records;
  records.reserve(call.inputs.size() + call.outputs.size());
  er_kernel_operands_t operands = {};
  const std::vector<uint32_t> params = AlignedParams(call.params);
  operands.params = params.data();
  auto record = [&](TensorId id) -> const er_package_tensor_t* {
    if (id == kNoTensor) return nullptr;
    records.push_back(TensorRecord(graph.tensor(id)));
    return &records.back();
  };
  for (TensorId id : call.inputs) operands.in[operands.in_count++] = record(id);
  for (TensorId id : call.outputs) operands.out[operands.out_count++] = record(id);
  const char* wrong = traits.validate(&operands);
  if (wrong == nullptr) return absl::OkStatus();
  return Refuse("UNSUPPORTED_SHAPE",
                std::string("kernel ") + call.kernel->name + " does not take it: " + wrong +
                    "; supported is what a board can hold. Make the layer smaller");
}

// Whether every operand that the kernel packs is a constant of a type and rank that can be.
bool TakesOperands(const Graph& graph, const std::vector<TensorId>& inputs,
                   const er_kernel_t& kernel) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const uint8_t packing = er_kernel_packing(&kernel, static_cast<uint32_t>(i));
    if (packing == ER_PACKING_CANONICAL) continue;
    if (inputs[i] == kNoTensor || !graph.tensor(inputs[i]).constant()) return false;
    if (TensorRecord(graph.tensor(inputs[i]), static_cast<er_packing_t>(packing)).bytes == 0) {
      return false;
    }
  }
  return true;
}

// Puts constants of the call into the order its kernel wants; each such order is made once.
class Packer {
 public:
  explicit Packer(Program& program) : program_(program) {}

  void Pack(KernelCall& call) {
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      const auto packing =
          static_cast<er_packing_t>(er_kernel_packing(call.kernel, static_cast<uint32_t>(i)));
      if (packing != ER_PACKING_CANONICAL) call.inputs[i] = Packed(call.inputs[i], packing);
    }
  }

 private:
  TensorId Packed(TensorId id, er_packing_t packing) {
    auto [found, fresh] = known_.try_emplace({id, packing}, kNoTensor);
    if (!fresh) return found->second;
    Tensor tensor = program_.graph.tensor(id);
    const er_package_tensor_t record = TensorRecord(tensor, packing);
    std::string bytes(record.bytes, '\0');
    er_pack(&record, tensor.data->data(), bytes.data());
    tensor.data = std::make_shared<const std::string>(std::move(bytes));
    found->second = program_.graph.Add(std::move(tensor));
    program_.packings[found->second] = packing;
    return found->second;
  }

  Program& program_;
  std::map<std::pair<TensorId, er_packing_t>, TensorId> known_;
};

}  // namespace

er_packing_t Program::PackingOf(TensorId id) const {
  const auto found = packings.find(id);
  return found == packings.end() ? ER_PACKING_CANONICAL : found->second;
}

int64_t MaccStOf(const Graph& graph, const Node& node) {
  const OpDef& op = *FindOp(node.op);
  const bool activates = node.Text("act", "none") != "none" && node.op != "relu";
  return (op.macc_st != nullptr ? op.macc_st(graph, node) : 0) +
         (activates ? graph.tensor(MainOutput(node.outputs)).elements() : 0);
}

absl::StatusOr<KernelCall> LowerNode(Graph& graph, size_t n, er_isa_t isa,
                                     KernelPreference preference) {
  const Node node = graph.nodes[n];
  const OpDef& op = *FindOp(node.op);
  ER_ASSIGN_OR_RETURN(LoweredOp lowered, op.lower(graph, node));
  KernelCall call;
  call.name = node.name;
  call.op = node.op;
  call.node_index = n;
  ER_ASSIGN_OR_RETURN(call.kernel, ReferenceKernel(lowered.kernel_op, lowered.kernel_type));
  call.params = lowered.params;
  call.outputs = lowered.outputs;
  call.macs = op.macs != nullptr ? op.macs(graph, node) : 0;
  call.macc_st = MaccStOf(graph, node);
  for (Operand& operand : lowered.inputs) {
    call.inputs.push_back(operand.made ? graph.Add(*operand.made) : operand.id);
  }
  ER_RETURN_IF_ERROR(ValidateCall(graph, call));  // the same check whichever kernel is chosen
  const std::vector<uint32_t> params = AlignedParams(call.params);
  const KernelWish wish = {
      lowered.kernel_op, lowered.kernel_type, params.data(),
      [&](const er_kernel_t& kernel) { return TakesOperands(graph, call.inputs, kernel); }};
  ER_ASSIGN_OR_RETURN(KernelChoice choice, ChooseKernel(wish, isa, preference));
  call.kernel = choice.kernel;
  call.kernel_reason = choice.reason;
  call.scratch_bytes = er_kernel_scratch_bytes(call.kernel, params.data());
  return call;
}

er_package_tensor_t TensorRecord(const Tensor& tensor, er_packing_t packing) {
  er_package_tensor_t record = {};
  record.dtype = static_cast<uint8_t>(tensor.dtype);
  record.place = tensor.constant() ? ER_PLACE_CONSTANT : ER_PLACE_ARENA;
  record.rank = static_cast<uint8_t>(tensor.shape.size());
  record.packing = static_cast<uint8_t>(packing);
  for (size_t d = 0; d < ER_PACKAGE_MAX_RANK; ++d) {
    record.dims[d] = d < tensor.shape.size() ? tensor.shape[d] : 1;
  }
  record.bytes = static_cast<uint32_t>(tensor.bytes());
  if (packing != ER_PACKING_CANONICAL) {
    const uint64_t bytes =
        er_packed_elements(&record) * static_cast<uint64_t>(DTypeBytes(tensor.dtype));
    record.bytes = bytes > INT32_MAX ? 0 : static_cast<uint32_t>(bytes);
  }
  if (tensor.quantization.per_tensor()) {
    record.scale = tensor.quantization.scales[0];
    record.zero_point = tensor.quantization.zero_points[0];
  }
  return record;
}

absl::StatusOr<Program> LowerGraph(const Graph& graph, er_isa_t isa, KernelPreference preference,
                                   const std::map<size_t, KernelPreference>& exceptions) {
  Program program;
  program.graph = graph;
  Packer packer(program);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (FindOp(graph.nodes[n].op)->alias) continue;
    const auto exception = exceptions.find(n);
    const KernelPreference wanted = exception == exceptions.end() ? preference : exception->second;
    auto call = LowerNode(program.graph, n, isa, wanted);
    if (!call.ok()) return Annotate(call.status(), NodeLabel(graph, n));
    if (wanted == KernelPreference::kReference && wanted != preference) {
      call->kernel_reason = "the faster kernel's scratch memory would enlarge the arena";
    }
    packer.Pack(*call);
    program.isa = static_cast<er_isa_t>(std::max<int>(program.isa, call->kernel->isa));
    program.calls.push_back(*std::move(call));
  }
  if (program.calls.empty()) {
    return Refuse("EMPTY_MODEL",
                  "the model computes nothing: no operator lies between its inputs "
                  "and outputs");
  }
  if (program.calls.size() > kMaxCalls) {
    return Refuse("MODEL_TOO_LARGE", "the model has " + std::to_string(program.calls.size()) +
                                         " layers; the firmware has room for " +
                                         std::to_string(kMaxCalls));
  }
  for (const State& state : graph.states) {
    if (NextFitsStatePlace(graph, state)) continue;
    return Refuse("BAD_GRAPH", "state '" + graph.tensor(state.tensor).name +
                                   "' cannot take its next value; the pass place-states must not "
                                   "be switched off for this model");
  }
  for (TensorId id : graph.outputs) {
    if (graph.tensor(id).constant()) {
      return Refuse("EMPTY_MODEL", "output '" + graph.tensor(id).name + "' is a constant");
    }
  }
  return program;
}

}  // namespace edgerack::compiler
