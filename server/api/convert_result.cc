// A result as the API's message: an optional that is empty stays absent.
#include "server/api/convert.h"

namespace edgerack::api {
namespace {

// SET(to, field, optional): calls to->set_field(*optional) when there is one.
#define SET(to, field, value) \
  if (value) (to)->set_##field(*(value))

void LatencyToProto(const core::Latency& latency, v1::Latency* to) {
  SET(to, estimated, latency.estimated);
  SET(to, median_ms, latency.median_ms);
  SET(to, min_ms, latency.min_ms);
  SET(to, max_ms, latency.max_ms);
  SET(to, p90_ms, latency.p90_ms);
  for (double sample : latency.samples_ms) to->add_samples_ms(sample);
}

void CyclesToProto(const core::Cycles& cycles, v1::Cycles* to) {
  SET(to, estimated, cycles.estimated);
  SET(to, median, cycles.median);
  SET(to, min, cycles.min);
  SET(to, max, cycles.max);
}

void MemoryToProto(const core::Memory& memory, v1::Memory* to) {
  SET(to, weights_bytes, memory.weights_bytes);
  SET(to, arena_bytes, memory.arena_bytes);
  SET(to, arena_lower_bound_bytes, memory.arena_lower_bound_bytes);
  SET(to, code_bytes, memory.code_bytes);
  SET(to, stack_bytes, memory.stack_bytes);
  SET(to, package_bytes, memory.package_bytes);
  to->set_weights_region(Utf8(memory.weights_region));
  to->set_arena_region(Utf8(memory.arena_region));
  to->set_code_region(Utf8(memory.code_region));
  to->set_stack_region(Utf8(memory.stack_region));
  for (const core::MemoryRegionUse& use : memory.regions) {
    v1::MemoryRegion* region = to->add_regions();
    region->set_name(Utf8(use.name));
    SET(region, used_bytes, use.used_bytes);
    SET(region, size_bytes, use.size_bytes);
  }
}

void LayerToProto(const core::Layer& layer, v1::Layer* to) {
  SET(to, index, layer.index);
  to->set_name(Utf8(layer.name));
  to->set_op(Utf8(layer.op));
  to->set_kernel(Utf8(layer.kernel));
  to->set_kernel_reason(Utf8(layer.kernel_reason));
  to->set_weights_dtype(Utf8(layer.weights_dtype));
  to->set_output_dtype(Utf8(layer.output_dtype));
  SET(to, weights_bytes, layer.weights_bytes);
  SET(to, input_bytes, layer.input_bytes);
  SET(to, output_bytes, layer.output_bytes);
  SET(to, macs, layer.macs);
  SET(to, cycles, layer.cycles);
  SET(to, instructions, layer.instructions);
  for (int64_t dim : layer.output_shape) to->add_output_shape(dim);
  for (const std::string& finding : layer.findings) to->add_findings(Utf8(finding));
}

void AccuracyToProto(const core::Accuracy& accuracy, v1::Accuracy* to) {
  SET(to, samples, accuracy.samples);
  SET(to, top1, accuracy.top1);
  SET(to, rmse, accuracy.rmse);
  SET(to, mae, accuracy.mae);
  SET(to, cos, accuracy.cos);
  SET(to, host_samples, accuracy.host_samples);
  SET(to, host_top1, accuracy.host_top1);
}

void FiguresToProto(const core::AccuracyFigures& figures, v1::AccuracyFigures* to) {
  SET(to, top1, figures.top1);
  SET(to, rmse, figures.rmse);
  SET(to, mae, figures.mae);
  SET(to, cos, figures.cos);
}

void QuantizationAccuracyToProto(const core::QuantizationAccuracy& accuracy,
                                 v1::QuantizationAccuracy* to) {
  SET(to, samples, accuracy.samples);
  to->set_against(accuracy.against);
  if (accuracy.before) FiguresToProto(*accuracy.before, to->mutable_before());
  FiguresToProto(accuracy.after, to->mutable_after());
}

void AgreementToProto(const core::Agreement& agreement, v1::Agreement* to) {
  SET(to, samples, agreement.samples);
  SET(to, bit_exact, agreement.bit_exact);
  SET(to, first_divergent_layer, agreement.first_divergent_layer);
  SET(to, max_abs_error, agreement.max_abs_error);
  SET(to, traced_samples, agreement.traced_samples);
}

void StageToProto(const core::Stage& stage, v1::Stage* to) {
  to->set_name(Utf8(stage.name));
  SetTime(stage.start_time_ms, to->mutable_start_time());
  SET(to, duration_ms, stage.duration_ms);
  SET(to, skipped, stage.skipped);
}

void ProvenanceToProto(const core::Provenance& provenance, v1::Provenance* to) {
  to->set_model_sha256(provenance.model_sha256);
  to->set_package_sha256(provenance.package_sha256);
  to->set_dataset_sha256(provenance.dataset_sha256);
  to->set_firmware_build_id(provenance.firmware_build_id);
  to->set_firmware_image(provenance.firmware_image);
  to->set_compiler_version(Utf8(provenance.compiler_version));
  to->set_server_version(provenance.server_version);
  to->set_agent_version(provenance.agent_version);
  to->set_board_uid(provenance.board_uid);
  for (const auto& [key, value] : provenance.options) (*to->mutable_options())[key] = value;
  SET(to, icache, provenance.icache);
  SET(to, dcache, provenance.dcache);
  SET(to, art, provenance.art);
  SET(to, fpu, provenance.fpu);
  SET(to, warmup_runs, provenance.warmup_runs);
  SET(to, timed_runs, provenance.timed_runs);
  SET(to, timer_overhead_cycles, provenance.timer_overhead_cycles);
  SET(to, profiler_overhead_cycles, provenance.profiler_overhead_cycles);
  SET(to, profiled_total_cycles, provenance.profiled_total_cycles);
  SET(to, link_requests, provenance.link_requests);
  SET(to, link_repeated_requests, provenance.link_repeated_requests);
  SET(to, link_damaged_replies, provenance.link_damaged_replies);
  SET(to, link_damaged_requests, provenance.link_damaged_requests);
  to->set_firmware_sha256(provenance.firmware_sha256);
  to->set_protocol(provenance.protocol);
  for (const std::string& line : provenance.firmware_says) to->add_firmware_says(Utf8(line));
}

void ThroughputToProto(const core::Throughput& throughput, v1::Throughput* to) {
  SET(to, median_per_s, throughput.median_per_s);
  for (const core::ThroughputWindow& window : throughput.windows) {
    v1::ThroughputWindow* item = to->add_windows();
    SET(item, inferences, window.inferences);
    SET(item, seconds, window.seconds);
    SET(item, per_s, window.per_s);
  }
  to->mutable_results()->Add(throughput.results.begin(), throughput.results.end());
}

void BoardToProto(const core::ResultBoard& board, v1::ResultBoard* to) {
  to->set_id(board.id.value());
  to->set_kind(board.kind);
  to->set_chip(board.chip);
  to->set_uid(board.uid);
  SET(to, virtual_, board.is_virtual);
}

v1::Result::Verdict VerdictToProto(core::Verdict verdict) {
  switch (verdict) {
    case core::Verdict::kValid:
      return v1::Result::VALID;
    case core::Verdict::kDegraded:
      return v1::Result::DEGRADED;
    case core::Verdict::kInvalid:
      return v1::Result::INVALID;
  }
  return v1::Result::INVALID;
}

void OutputsToProto(const core::KeptOutputs& outputs, v1::OutputsSummary* to) {
  to->set_samples(outputs.samples);
  to->set_run_samples(outputs.run_samples);
  to->set_dataset_samples(outputs.dataset_samples);
  to->set_size_bytes(outputs.samples * outputs.sample_bytes);
  for (const core::TensorInfo& tensor : outputs.tensors) ToProto(tensor, to->add_tensors());
}

}  // namespace

void ToProto(const core::Result& result, v1::Result* to) {
  to->set_name("results/" + result.id.value());
  to->set_id(result.id.value());
  to->set_job("jobs/" + result.job.value());
  BoardToProto(result.board, to->mutable_board());
  to->set_verdict(VerdictToProto(result.verdict));
  for (const core::Issue& issue : result.issues) {
    v1::Issue* item = to->add_issues();
    item->set_code(issue.code);
    item->set_message(Utf8(issue.message));
  }
  SET(to, clock_hz, result.clock_hz);
  if (result.latency) LatencyToProto(*result.latency, to->mutable_latency());
  if (result.cycles) CyclesToProto(*result.cycles, to->mutable_cycles());
  SET(to, instructions, result.instructions);
  SET(to, macs, result.macs);
  SET(to, cycles_per_mac, result.cycles_per_mac);
  MemoryToProto(result.memory, to->mutable_memory());
  for (const core::Layer& layer : result.layers) LayerToProto(layer, to->add_layers());
  for (const core::FunctionShare& function : result.functions) {
    v1::FunctionShare* share = to->add_functions();
    share->set_name(Utf8(function.name));
    share->set_file(Utf8(function.file));
    if (function.samples) share->set_samples(*function.samples);
    if (function.percent) share->set_percent(*function.percent);
  }
  if (result.accuracy) AccuracyToProto(*result.accuracy, to->mutable_accuracy());
  if (result.quantization_accuracy) {
    QuantizationAccuracyToProto(*result.quantization_accuracy, to->mutable_quantization_accuracy());
  }
  if (result.agreement) AgreementToProto(*result.agreement, to->mutable_agreement());
  for (const core::Stage& stage : result.stages) StageToProto(stage, to->add_stages());
  ProvenanceToProto(result.provenance, to->mutable_provenance());
  SetTime(result.create_time_ms, to->mutable_create_time());
  to->set_model_display_name(Utf8(result.model_display_name));
  if (result.throughput) ThroughputToProto(*result.throughput, to->mutable_throughput());
  if (result.outputs) OutputsToProto(*result.outputs, to->mutable_outputs());
}

#undef SET

}  // namespace edgerack::api
