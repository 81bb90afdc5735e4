#include "server/compiler/report/report.h"

#include <map>
#include <set>
#include <vector>

#include "firmware/kernels/common/packing.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/report/op_types.h"
#include "server/compiler/report/tensor_json.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

// Element types of what a call reads; "" for an absent operand.
Json InputTypes(const Graph& graph, const KernelCall& call) {
  Json types = Json::array();
  for (TensorId id : call.inputs) {
    types.push_back(id == kNoTensor ? "" : DTypeName(graph.tensor(id).dtype));
  }
  return types;
}

// Of the operands that lie in the arena, each once.
int64_t ActivationBytes(const Graph& graph, const std::vector<TensorId>& operands) {
  const std::set<TensorId> distinct(operands.begin(), operands.end());
  int64_t bytes = 0;
  for (TensorId id : distinct) {
    if (id != kNoTensor && !graph.tensor(id).constant()) bytes += graph.tensor(id).bytes();
  }
  return bytes;
}

// How a layer with weights computes: in their own type, or with activations that each run
// quantizes.
void AddWeights(const Program& program, const KernelCall& call, Json& layer) {
  if (call.macs == 0) return;
  const Tensor& weights = program.graph.tensor(call.inputs[1]);
  const bool hybrid = std::string(call.kernel->dtype) == kHybridKernelType;
  layer["weights_dtype"] = DTypeName(weights.dtype);
  layer["weights_use"] = hybrid ? "dynamic_quantization" : "direct";
  layer["weights_packing"] = er_packing_name(program.PackingOf(call.inputs[1]));
}

Json LayersJson(const ReportInput& in) {
  const Graph& graph = in.program.graph;
  Json layers = Json::array();
  for (size_t i = 0; i < in.program.calls.size(); ++i) {
    const KernelCall& call = in.program.calls[i];
    const Tensor& output = graph.tensor(MainOutput(call.outputs));
    Json codes = Json::array();
    for (const Finding& f : in.findings) {
      if (!f.layer.empty() && f.layer == call.name) codes.push_back(f.code);
    }
    Json layer = {{"index", i},
                  {"name", call.name},
                  {"op", call.op},
                  {"kernel", call.kernel->name},
                  {"kernel_reason", call.kernel_reason},
                  {"macs", call.macs},
                  {"macc_st", call.macc_st},
                  {"input_dtypes", InputTypes(graph, call)},
                  {"output_shape", output.shape},
                  {"output_dtype", DTypeName(output.dtype)},
                  {"weights_bytes", ConstantOperandBytes(graph, call)},
                  {"input_bytes", ActivationBytes(graph, call.inputs)},
                  {"output_bytes", ActivationBytes(graph, call.outputs)},
                  {"scratch_bytes", call.scratch_bytes},
                  {"output_tensor", in.package.tensor_index[Index(MainOutput(call.outputs))]},
                  {"fused_from", graph.nodes[call.node_index].fused_from},
                  {"findings", codes}};
    AddWeights(in.program, call, layer);
    layers.push_back(std::move(layer));
  }
  return layers;
}

Json TensorsJson(const ReportInput& in) {
  const Graph& graph = in.program.graph;
  std::map<int, const Tensor*> by_index;
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    if (in.package.tensor_index[i] >= 0) by_index[in.package.tensor_index[i]] = &graph.tensors[i];
  }
  Json list = Json::array();
  for (const auto& [index, t] : by_index) {
    list.push_back(
        {{"index", index},
         {"name", t->name},
         {"dtype", DTypeName(t->dtype)},
         {"shape", t->shape},
         {"constant", t->constant()},
         {"state", graph.StateOf(static_cast<TensorId>(t - graph.tensors.data())) != nullptr}});
  }
  return list;
}

Json FindingsJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& f : findings) {
    list.push_back({{"code", f.code},
                    {"severity", SeverityName(f.severity)},
                    {"layer", f.layer},
                    {"message", f.message},
                    {"remedy", f.remedy}});
  }
  return list;
}

Json MemoryJson(const ReportInput& in) {
  Json regions = Json::array();
  for (const RegionUse& r : in.regions) {
    regions.push_back(
        {{"name", r.name}, {"used_bytes", r.used_bytes()}, {"size_bytes", r.size_bytes}});
  }
  return {{"weights_region", in.rooms.weights.region},
          {"arena_region", in.rooms.arena.region},
          {"weights_bytes", in.package.constants_bytes},
          {"arena_bytes", in.plan.arena_bytes},
          {"state_bytes", in.plan.state_bytes},
          {"arena_lower_bound_bytes", in.arena_lower_bound_bytes},
          {"arena_above_lower_bound_bytes", in.plan.arena_bytes - in.arena_lower_bound_bytes},
          {"arena_floor_bytes", in.plan.floor_bytes},
          {"in_place_layers", in.plan.in_place_layers},
          {"overlapping_layers", in.plan.overlapping_layers},
          {"package_bytes", in.package.bytes.size()},
          {"regions", regions}};
}

}  // namespace

Json BuildReport(const ReportInput& in) {
  const Graph& graph = in.program.graph;
  bool fits = true;
  for (const RegionUse& r : in.regions) fits = fits && r.fits();
  int64_t macs = 0;
  int64_t macc_st = 0;
  for (const KernelCall& call : in.program.calls) {
    macs += call.macs;
    macc_st += call.macc_st;
  }
  Json passes = Json::array();
  for (const PassTiming& p : in.passes) {
    passes.push_back({{"name", p.name}, {"changes", p.changes}, {"duration_ms", p.duration_ms}});
  }
  return {{"fits", fits},
          {"board", in.board.id},
          {"chip", in.board.chip},
          {"format", in.format},
          {"model_sha256", in.model_sha256},
          {"isa", IsaName(in.program.isa)},
          {"memory", MemoryJson(in)},
          {"inputs", TensorListJson(graph, graph.inputs)},
          {"outputs", TensorListJson(graph, graph.outputs)},
          {"layers", LayersJson(in)},
          {"op_types", OpTypesJson(graph)},
          {"macs", macs},
          {"macc_st", macc_st},
          {"tensors", TensorsJson(in)},
          {"passes", passes},
          {"findings", FindingsJson(in.findings)}};
}

Json BuildErrorReport(const absl::Status& status) {
  const std::string message = ErrorMessageOf(status);
  const Finding finding = {ErrorCodeOf(status), Severity::kError, "", message, ""};
  return {{"fits", false},
          {"error",
           {{"class", ErrorClassName(ErrorClassOf(status))},
            {"code", ErrorCodeOf(status)},
            {"message", message}}},
          {"findings", FindingsJson({finding})}};
}

}  // namespace edgerack::compiler
