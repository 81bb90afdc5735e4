#include "server/compiler/lower/program.h"

#include <cstring>
#include <memory>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/lower/state_place.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxCalls = 1024;  // the firmware's ER_RT_MAX_OPS

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
  std::vector<uint32_t> params((call.params.size() + 3) / 4);
  std::memcpy(params.data(), call.params.data(), call.params.size());
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

}  // namespace

absl::StatusOr<KernelCall> LowerNode(Graph& graph, size_t n, er_isa_t isa,
                                     KernelPreference preference) {
  const Node node = graph.nodes[n];
  const OpDef& op = *FindOp(node.op);
  ER_ASSIGN_OR_RETURN(LoweredOp lowered, op.lower(graph, node));
  ER_ASSIGN_OR_RETURN(KernelChoice choice,
                      ChooseKernel(lowered.kernel_op, lowered.kernel_type, isa, preference));
  KernelCall call;
  call.name = node.name;
  call.op = node.op;
  call.node_index = n;
  call.kernel = choice.kernel;
  call.kernel_reason = choice.reason;
  call.params = lowered.params;
  call.outputs = lowered.outputs;
  call.macs = op.macs != nullptr ? op.macs(graph, node) : 0;
  call.macc_st = op.macc_st != nullptr ? op.macc_st(graph, node) : 0;
  if (node.Text("act", "none") != "none" && node.op != "relu") {
    call.macc_st += graph.tensor(MainOutput(node.outputs)).elements();
  }
  for (Operand& operand : lowered.inputs) {
    call.inputs.push_back(operand.made ? graph.Add(*operand.made) : operand.id);
  }
  ER_RETURN_IF_ERROR(ValidateCall(graph, call));
  std::vector<uint32_t> aligned((call.params.size() + 3) / 4);
  std::memcpy(aligned.data(), call.params.data(), call.params.size());
  call.scratch_bytes = er_kernel_scratch_bytes(call.kernel, aligned.data());
  return call;
}

er_package_tensor_t TensorRecord(const Tensor& tensor) {
  er_package_tensor_t record = {};
  record.dtype = static_cast<uint8_t>(tensor.dtype);
  record.place = tensor.constant() ? ER_PLACE_CONSTANT : ER_PLACE_ARENA;
  record.rank = static_cast<uint8_t>(tensor.shape.size());
  record.packing = ER_PACKING_CANONICAL;
  for (size_t d = 0; d < ER_PACKAGE_MAX_RANK; ++d) {
    record.dims[d] = d < tensor.shape.size() ? tensor.shape[d] : 1;
  }
  record.bytes = static_cast<uint32_t>(tensor.bytes());
  if (tensor.quantization.per_tensor()) {
    record.scale = tensor.quantization.scales[0];
    record.zero_point = tensor.quantization.zero_points[0];
  }
  return record;
}

absl::StatusOr<Program> LowerGraph(const Graph& graph, er_isa_t isa, KernelPreference preference,
                                   const std::set<size_t>& plain_nodes) {
  Program program;
  program.graph = graph;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (FindOp(graph.nodes[n].op)->alias) continue;
    const bool plain = plain_nodes.count(n) != 0;
    auto call = LowerNode(program.graph, n, isa, plain ? KernelPreference::kReference : preference);
    if (!call.ok()) return Annotate(call.status(), NodeLabel(graph, n));
    if (plain) call->kernel_reason = "the faster kernel's scratch memory would enlarge the arena";
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
