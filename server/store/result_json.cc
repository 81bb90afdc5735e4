// A result's body as JSON: the shape that clients see, see the API's Result message.
#include "server/store/json_fields.h"
#include "server/store/record_json.h"
#include "server/store/tensor_json.h"

namespace edgerack::store {
namespace {

using core::Result;

void PutObject(Json& to, const char* key, Json object) {
  if (!object.empty()) to[key] = std::move(object);
}

Json FunctionJson(const core::FunctionShare& function) {
  Json json = Json::object();
  Put(json, "name", function.name);
  Put(json, "file", function.file);
  Put(json, "samples", function.samples);
  Put(json, "percent", function.percent);
  return json;
}

core::FunctionShare ReadFunction(const Json& json) {
  core::FunctionShare function;
  Get(json, "name", function.name);
  Get(json, "file", function.file);
  Get(json, "samples", function.samples);
  Get(json, "percent", function.percent);
  return function;
}

Json LatencyJson(const core::Latency& latency) {
  Json json = Json::object();
  Put(json, "estimated", latency.estimated);
  Put(json, "median_ms", latency.median_ms);
  Put(json, "min_ms", latency.min_ms);
  Put(json, "max_ms", latency.max_ms);
  Put(json, "p90_ms", latency.p90_ms);
  Put(json, "samples_ms", latency.samples_ms);
  return json;
}

core::Latency ReadLatency(const Json& json) {
  core::Latency latency;
  Get(json, "estimated", latency.estimated);
  Get(json, "median_ms", latency.median_ms);
  Get(json, "min_ms", latency.min_ms);
  Get(json, "max_ms", latency.max_ms);
  Get(json, "p90_ms", latency.p90_ms);
  Get(json, "samples_ms", latency.samples_ms);
  return latency;
}

Json CyclesJson(const core::Cycles& cycles) {
  Json json = Json::object();
  Put(json, "estimated", cycles.estimated);
  Put(json, "median", cycles.median);
  Put(json, "min", cycles.min);
  Put(json, "max", cycles.max);
  return json;
}

core::Cycles ReadCycles(const Json& json) {
  core::Cycles cycles;
  Get(json, "estimated", cycles.estimated);
  Get(json, "median", cycles.median);
  Get(json, "min", cycles.min);
  Get(json, "max", cycles.max);
  return cycles;
}

Json MemoryJson(const core::Memory& memory) {
  Json json = Json::object();
  Put(json, "weights_bytes", memory.weights_bytes);
  Put(json, "arena_bytes", memory.arena_bytes);
  Put(json, "arena_lower_bound_bytes", memory.arena_lower_bound_bytes);
  Put(json, "code_bytes", memory.code_bytes);
  Put(json, "stack_bytes", memory.stack_bytes);
  Put(json, "package_bytes", memory.package_bytes);
  Put(json, "weights_region", memory.weights_region);
  Put(json, "arena_region", memory.arena_region);
  Put(json, "code_region", memory.code_region);
  Put(json, "stack_region", memory.stack_region);
  for (const auto& region : memory.regions) {
    Json item = {{"name", region.name}};
    Put(item, "used_bytes", region.used_bytes);
    Put(item, "size_bytes", region.size_bytes);
    json["regions"].push_back(std::move(item));
  }
  return json;
}

core::Memory ReadMemory(const Json& json) {
  core::Memory memory;
  Get(json, "weights_bytes", memory.weights_bytes);
  Get(json, "arena_bytes", memory.arena_bytes);
  Get(json, "arena_lower_bound_bytes", memory.arena_lower_bound_bytes);
  Get(json, "code_bytes", memory.code_bytes);
  Get(json, "stack_bytes", memory.stack_bytes);
  Get(json, "package_bytes", memory.package_bytes);
  Get(json, "weights_region", memory.weights_region);
  Get(json, "arena_region", memory.arena_region);
  Get(json, "code_region", memory.code_region);
  Get(json, "stack_region", memory.stack_region);
  if (auto regions = json.find("regions"); regions != json.end()) {
    for (const Json& item : *regions) {
      core::MemoryRegionUse& region = memory.regions.emplace_back();
      Get(item, "name", region.name);
      Get(item, "used_bytes", region.used_bytes);
      Get(item, "size_bytes", region.size_bytes);
    }
  }
  return memory;
}

Json LayerJson(const core::Layer& layer) {
  Json json = Json::object();
  Put(json, "index", layer.index);
  Put(json, "name", layer.name);
  Put(json, "op", layer.op);
  Put(json, "kernel", layer.kernel);
  Put(json, "kernel_reason", layer.kernel_reason);
  Put(json, "weights_dtype", layer.weights_dtype);
  Put(json, "output_dtype", layer.output_dtype);
  Put(json, "weights_bytes", layer.weights_bytes);
  Put(json, "input_bytes", layer.input_bytes);
  Put(json, "output_bytes", layer.output_bytes);
  Put(json, "macs", layer.macs);
  Put(json, "cycles", layer.cycles);
  Put(json, "instructions", layer.instructions);
  Put(json, "output_shape", layer.output_shape);
  Put(json, "findings", layer.findings);
  return json;
}

core::Layer ReadLayer(const Json& json) {
  core::Layer layer;
  Get(json, "index", layer.index);
  Get(json, "name", layer.name);
  Get(json, "op", layer.op);
  Get(json, "kernel", layer.kernel);
  Get(json, "kernel_reason", layer.kernel_reason);
  Get(json, "weights_dtype", layer.weights_dtype);
  Get(json, "output_dtype", layer.output_dtype);
  Get(json, "weights_bytes", layer.weights_bytes);
  Get(json, "input_bytes", layer.input_bytes);
  Get(json, "output_bytes", layer.output_bytes);
  Get(json, "macs", layer.macs);
  Get(json, "cycles", layer.cycles);
  Get(json, "instructions", layer.instructions);
  Get(json, "output_shape", layer.output_shape);
  Get(json, "findings", layer.findings);
  return layer;
}

Json AccuracyJson(const core::Accuracy& accuracy) {
  Json json = Json::object();
  Put(json, "samples", accuracy.samples);
  Put(json, "top1", accuracy.top1);
  Put(json, "rmse", accuracy.rmse);
  Put(json, "mae", accuracy.mae);
  Put(json, "cos", accuracy.cos);
  Put(json, "host_samples", accuracy.host_samples);
  Put(json, "host_top1", accuracy.host_top1);
  return json;
}

core::Accuracy ReadAccuracy(const Json& json) {
  core::Accuracy accuracy;
  Get(json, "samples", accuracy.samples);
  Get(json, "top1", accuracy.top1);
  Get(json, "rmse", accuracy.rmse);
  Get(json, "mae", accuracy.mae);
  Get(json, "cos", accuracy.cos);
  Get(json, "host_samples", accuracy.host_samples);
  Get(json, "host_top1", accuracy.host_top1);
  return accuracy;
}

Json FiguresJson(const core::AccuracyFigures& figures) {
  Json json = Json::object();
  Put(json, "top1", figures.top1);
  Put(json, "rmse", figures.rmse);
  Put(json, "mae", figures.mae);
  Put(json, "cos", figures.cos);
  return json;
}

core::AccuracyFigures ReadFigures(const Json& json) {
  core::AccuracyFigures figures;
  Get(json, "top1", figures.top1);
  Get(json, "rmse", figures.rmse);
  Get(json, "mae", figures.mae);
  Get(json, "cos", figures.cos);
  return figures;
}

Json QuantizationAccuracyJson(const core::QuantizationAccuracy& accuracy) {
  Json json = {{"against", accuracy.against}, {"after", FiguresJson(accuracy.after)}};
  Put(json, "samples", accuracy.samples);
  if (accuracy.before) json["before"] = FiguresJson(*accuracy.before);
  return json;
}

core::QuantizationAccuracy ReadQuantizationAccuracy(const Json& json) {
  core::QuantizationAccuracy accuracy;
  Get(json, "samples", accuracy.samples);
  Get(json, "against", accuracy.against);
  if (json.contains("before")) accuracy.before = ReadFigures(json["before"]);
  if (json.contains("after")) accuracy.after = ReadFigures(json["after"]);
  return accuracy;
}

Json AgreementJson(const core::Agreement& agreement) {
  Json json = Json::object();
  Put(json, "samples", agreement.samples);
  Put(json, "bit_exact", agreement.bit_exact);
  Put(json, "first_divergent_layer", agreement.first_divergent_layer);
  Put(json, "traced_samples", agreement.traced_samples);
  Put(json, "max_abs_error", agreement.max_abs_error);
  return json;
}

core::Agreement ReadAgreement(const Json& json) {
  core::Agreement agreement;
  Get(json, "samples", agreement.samples);
  Get(json, "bit_exact", agreement.bit_exact);
  Get(json, "first_divergent_layer", agreement.first_divergent_layer);
  Get(json, "traced_samples", agreement.traced_samples);
  Get(json, "max_abs_error", agreement.max_abs_error);
  return agreement;
}

Json ProvenanceJson(const core::Provenance& provenance) {
  Json json = Json::object();
  Put(json, "model_sha256", provenance.model_sha256);
  Put(json, "package_sha256", provenance.package_sha256);
  Put(json, "dataset_sha256", provenance.dataset_sha256);
  Put(json, "firmware_build_id", provenance.firmware_build_id);
  Put(json, "firmware_image", provenance.firmware_image);
  Put(json, "compiler_version", provenance.compiler_version);
  Put(json, "server_version", provenance.server_version);
  Put(json, "agent_version", provenance.agent_version);
  Put(json, "board_uid", provenance.board_uid);
  if (!provenance.options.empty()) json["options"] = provenance.options;
  Put(json, "icache", provenance.icache);
  Put(json, "dcache", provenance.dcache);
  Put(json, "art", provenance.art);
  Put(json, "fpu", provenance.fpu);
  Put(json, "warmup_runs", provenance.warmup_runs);
  Put(json, "timed_runs", provenance.timed_runs);
  Put(json, "timer_overhead_cycles", provenance.timer_overhead_cycles);
  Put(json, "profiler_overhead_cycles", provenance.profiler_overhead_cycles);
  Put(json, "profiled_total_cycles", provenance.profiled_total_cycles);
  Put(json, "link_requests", provenance.link_requests);
  Put(json, "link_repeated_requests", provenance.link_repeated_requests);
  Put(json, "link_damaged_replies", provenance.link_damaged_replies);
  Put(json, "link_damaged_requests", provenance.link_damaged_requests);
  Put(json, "firmware_sha256", provenance.firmware_sha256);
  Put(json, "protocol", provenance.protocol);
  Put(json, "firmware_says", provenance.firmware_says);
  return json;
}

core::Provenance ReadProvenance(const Json& json) {
  core::Provenance provenance;
  Get(json, "model_sha256", provenance.model_sha256);
  Get(json, "package_sha256", provenance.package_sha256);
  Get(json, "dataset_sha256", provenance.dataset_sha256);
  Get(json, "firmware_build_id", provenance.firmware_build_id);
  Get(json, "firmware_image", provenance.firmware_image);
  Get(json, "compiler_version", provenance.compiler_version);
  Get(json, "server_version", provenance.server_version);
  Get(json, "agent_version", provenance.agent_version);
  Get(json, "board_uid", provenance.board_uid);
  Get(json, "options", provenance.options);
  Get(json, "icache", provenance.icache);
  Get(json, "dcache", provenance.dcache);
  Get(json, "art", provenance.art);
  Get(json, "fpu", provenance.fpu);
  Get(json, "warmup_runs", provenance.warmup_runs);
  Get(json, "timed_runs", provenance.timed_runs);
  Get(json, "timer_overhead_cycles", provenance.timer_overhead_cycles);
  Get(json, "profiler_overhead_cycles", provenance.profiler_overhead_cycles);
  Get(json, "profiled_total_cycles", provenance.profiled_total_cycles);
  Get(json, "link_requests", provenance.link_requests);
  Get(json, "link_repeated_requests", provenance.link_repeated_requests);
  Get(json, "link_damaged_replies", provenance.link_damaged_replies);
  Get(json, "link_damaged_requests", provenance.link_damaged_requests);
  Get(json, "firmware_sha256", provenance.firmware_sha256);
  Get(json, "protocol", provenance.protocol);
  Get(json, "firmware_says", provenance.firmware_says);
  return provenance;
}

Json ThroughputJson(const core::Throughput& throughput) {
  Json json = Json::object();
  Put(json, "median_per_s", throughput.median_per_s);
  Put(json, "results", throughput.results);
  for (const core::ThroughputWindow& window : throughput.windows) {
    Json item = Json::object();
    Put(item, "inferences", window.inferences);
    Put(item, "seconds", window.seconds);
    Put(item, "per_s", window.per_s);
    json["windows"].push_back(std::move(item));
  }
  return json;
}

core::Throughput ReadThroughput(const Json& json) {
  core::Throughput throughput;
  Get(json, "median_per_s", throughput.median_per_s);
  Get(json, "results", throughput.results);
  if (!json.contains("windows")) return throughput;
  for (const Json& item : json["windows"]) {
    core::ThroughputWindow& window = throughput.windows.emplace_back();
    Get(item, "inferences", window.inferences);
    Get(item, "seconds", window.seconds);
    Get(item, "per_s", window.per_s);
  }
  return throughput;
}

Json OutputsJson(const core::KeptOutputs& outputs) {
  return {{"samples", outputs.samples},
          {"run_samples", outputs.run_samples},
          {"dataset_samples", outputs.dataset_samples},
          {"sample_seed", outputs.sample_seed},
          {"sample_bytes", outputs.sample_bytes},
          {"board_sha256", outputs.board_sha256},
          {"reference_sha256", outputs.reference_sha256},
          {"tensors", TensorsJson(outputs.tensors)}};
}

core::KeptOutputs ReadOutputs(const Json& json) {
  core::KeptOutputs outputs;
  Get(json, "samples", outputs.samples);
  Get(json, "run_samples", outputs.run_samples);
  Get(json, "dataset_samples", outputs.dataset_samples);
  Get(json, "sample_seed", outputs.sample_seed);
  Get(json, "sample_bytes", outputs.sample_bytes);
  Get(json, "board_sha256", outputs.board_sha256);
  Get(json, "reference_sha256", outputs.reference_sha256);
  outputs.tensors = ReadTensors(json.at("tensors"));
  return outputs;
}

Json BoardJson(const core::ResultBoard& board) {
  Json json = Json::object();
  Put(json, "id", board.id.value());
  Put(json, "kind", board.kind);
  Put(json, "chip", board.chip);
  Put(json, "uid", board.uid);
  Put(json, "virtual", board.is_virtual);
  return json;
}

core::ResultBoard ReadBoard(const Json& json) {
  core::ResultBoard board;
  Get(json, "id", board.id);
  Get(json, "kind", board.kind);
  Get(json, "chip", board.chip);
  Get(json, "uid", board.uid);
  Get(json, "virtual", board.is_virtual);
  return board;
}

Json StageJson(const core::Stage& stage) {
  Json json = {{"name", stage.name}, {"start_time_ms", stage.start_time_ms}};
  Put(json, "duration_ms", stage.duration_ms);
  Put(json, "skipped", stage.skipped);
  return json;
}

core::Stage ReadStage(const Json& json) {
  core::Stage stage;
  Get(json, "name", stage.name);
  Get(json, "start_time_ms", stage.start_time_ms);
  Get(json, "duration_ms", stage.duration_ms);
  Get(json, "skipped", stage.skipped);
  return stage;
}

void ReadResult(const Json& json, Result& result) {
  Get(json, "model_display_name", result.model_display_name);
  result.board = ReadBoard(json.at("board"));
  result.verdict = core::ParseVerdict(json.at("verdict").get<std::string>());
  for (const Json& item : json.at("issues")) {
    core::Issue& issue = result.issues.emplace_back();
    Get(item, "code", issue.code);
    Get(item, "message", issue.message);
  }
  Get(json, "clock_hz", result.clock_hz);
  if (json.contains("latency")) result.latency = ReadLatency(json["latency"]);
  if (json.contains("cycles")) result.cycles = ReadCycles(json["cycles"]);
  Get(json, "instructions", result.instructions);
  Get(json, "macs", result.macs);
  Get(json, "cycles_per_mac", result.cycles_per_mac);
  if (json.contains("memory")) result.memory = ReadMemory(json["memory"]);
  for (const Json& item : json.at("layers")) result.layers.push_back(ReadLayer(item));
  for (const Json& item : json.value("functions", Json::array())) {
    result.functions.push_back(ReadFunction(item));
  }
  if (json.contains("accuracy")) result.accuracy = ReadAccuracy(json["accuracy"]);
  if (json.contains("quantization_accuracy")) {
    result.quantization_accuracy = ReadQuantizationAccuracy(json["quantization_accuracy"]);
  }
  if (json.contains("agreement")) result.agreement = ReadAgreement(json["agreement"]);
  for (const Json& item : json.at("stages")) result.stages.push_back(ReadStage(item));
  if (json.contains("outputs")) result.outputs = ReadOutputs(json["outputs"]);
  if (json.contains("trace")) {
    const Json& trace = json["trace"];
    result.trace.emplace();
    Get(trace, "samples", result.trace->samples);
    Get(trace, "sha256", result.trace->sha256);
  }
  if (json.contains("throughput")) result.throughput = ReadThroughput(json["throughput"]);
  if (json.contains("provenance")) result.provenance = ReadProvenance(json["provenance"]);
}

}  // namespace

std::string EncodeResultBody(const Result& result) {
  Json json = {{"verdict", core::VerdictName(result.verdict)},
               {"board", BoardJson(result.board)},
               {"issues", Json::array()},
               {"layers", Json::array()},
               {"stages", Json::array()}};
  Put(json, "model_display_name", result.model_display_name);
  for (const auto& issue : result.issues) {
    json["issues"].push_back({{"code", issue.code}, {"message", issue.message}});
  }
  Put(json, "clock_hz", result.clock_hz);
  if (result.latency) json["latency"] = LatencyJson(*result.latency);
  if (result.cycles) json["cycles"] = CyclesJson(*result.cycles);
  Put(json, "instructions", result.instructions);
  Put(json, "macs", result.macs);
  Put(json, "cycles_per_mac", result.cycles_per_mac);
  PutObject(json, "memory", MemoryJson(result.memory));
  for (const auto& layer : result.layers) json["layers"].push_back(LayerJson(layer));
  for (const auto& function : result.functions) {
    json["functions"].push_back(FunctionJson(function));
  }
  if (result.accuracy) json["accuracy"] = AccuracyJson(*result.accuracy);
  if (result.quantization_accuracy) {
    json["quantization_accuracy"] = QuantizationAccuracyJson(*result.quantization_accuracy);
  }
  if (result.agreement) json["agreement"] = AgreementJson(*result.agreement);
  for (const auto& stage : result.stages) json["stages"].push_back(StageJson(stage));
  if (result.outputs) json["outputs"] = OutputsJson(*result.outputs);
  if (result.trace) {
    json["trace"] = {{"samples", result.trace->samples}, {"sha256", result.trace->sha256}};
  }
  if (result.throughput) json["throughput"] = ThroughputJson(*result.throughput);
  PutObject(json, "provenance", ProvenanceJson(result.provenance));
  return Dump(json);
}

absl::StatusOr<Result> DecodeResultBody(const std::string& text) {
  return Decoded<Result>(text, "result", ReadResult);
}

}  // namespace edgerack::store
