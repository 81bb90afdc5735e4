#include "server/analysis/make_result.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/analysis/issues.h"
#include "server/analysis/make_foreign_result.h"
#include "server/analysis/outputs.h"
#include "server/analysis/timing.h"

namespace edgerack::analysis {
namespace {

using core::Measurement;
using core::Result;

bool CountsInstructions(const Measurement& measurement) {
  return measurement.extra_unit == "instructions";
}

std::vector<core::Layer> Layers(const RunFacts& facts, const Measurement& measurement) {
  std::vector<core::Layer> layers = facts.report.layers;
  const size_t known = std::min(layers.size(), measurement.layers.size());
  for (size_t i = 0; i < known; ++i) {
    if (facts.firmware.cycle_counter) layers[i].cycles = measurement.layers[i].cycles;
    if (CountsInstructions(measurement) && measurement.layers[i].extra_counts) {
      layers[i].instructions = *measurement.layers[i].extra_counts;
    }
  }
  return layers;
}

std::vector<core::FunctionShare> FunctionsOf(const Measurement& measurement) {
  int64_t all = 0;
  for (const core::FunctionSamples& function : measurement.functions) all += function.samples;
  std::vector<core::FunctionShare> shares;
  for (const core::FunctionSamples& function : measurement.functions) {
    shares.push_back({function.name, function.file, function.samples,
                      100.0 * static_cast<double>(function.samples) / static_cast<double>(all)});
  }
  return shares;
}

// The report counts what the model takes of what the firmware leaves it; the firmware's own share
// comes on top, and the size becomes that of the whole region.
void AddFirmware(const core::MemoryRegionUse& region, int64_t bytes, core::Memory& memory) {
  if (region.name.empty()) return;
  auto found = std::find_if(memory.regions.begin(), memory.regions.end(),
                            [&](const auto& use) { return use.name == region.name; });
  if (found == memory.regions.end()) {
    memory.regions.push_back({region.name, bytes, region.size_bytes});
    return;
  }
  found->used_bytes = found->used_bytes.value_or(0) + bytes;
  if (region.size_bytes) found->size_bytes = region.size_bytes;
}

core::Memory MemoryOf(const RunFacts& facts, const Measurement& measurement) {
  core::Memory memory = facts.report.memory;
  memory.package_bytes = facts.plan.compiled.package_bytes;
  memory.code_bytes = measurement.code_bytes;
  memory.stack_bytes = measurement.stack_bytes;
  memory.code_region = facts.firmware.code_region;
  memory.stack_region = facts.firmware.stack.name;
  if (!facts.firmware.weights_region.empty()) memory.weights_region = facts.firmware.weights_region;
  if (!facts.firmware.arena_region.empty()) memory.arena_region = facts.firmware.arena_region;
  AddFirmware(facts.firmware.code, measurement.code_bytes, memory);
  AddFirmware(facts.firmware.stack, measurement.stack_bytes, memory);
  return memory;
}

core::Provenance ProvenanceOf(const RunFacts& facts, const Measurement& measurement) {
  core::Provenance provenance;
  provenance.model_sha256 = facts.spec.model.value();
  provenance.package_sha256 = facts.plan.compiled.package_sha256;
  provenance.dataset_sha256 = facts.spec.dataset.value();
  provenance.firmware_build_id = measurement.firmware_build_id;
  provenance.firmware_image = facts.firmware.image;
  provenance.compiler_version = facts.plan.compiled.compiler_version;
  provenance.server_version = facts.server_version;
  provenance.agent_version = measurement.agent_version;
  provenance.board_uid = measurement.uid;
  provenance.options = facts.spec.options;
  if (!facts.spec.quantize.empty()) provenance.options["quantize"] = facts.spec.quantize;
  if (!facts.spec.calibration.empty()) {
    provenance.options["calibration"] = facts.spec.calibration.value();
  }
  provenance.icache = measurement.settings.icache;
  provenance.dcache = measurement.settings.dcache;
  provenance.art = measurement.settings.art;
  provenance.fpu = measurement.settings.fpu;
  provenance.warmup_runs = facts.options.warmup_runs;
  provenance.timed_runs = static_cast<int32_t>(measurement.sample_cycles.size());
  provenance.timer_overhead_cycles = measurement.timer_overhead_cycles;
  if (measurement.link) {
    provenance.link_requests = measurement.link->requests;
    provenance.link_repeated_requests = measurement.link->repeated_requests;
    provenance.link_damaged_replies = measurement.link->damaged_replies;
    provenance.link_damaged_requests = measurement.link->damaged_requests;
  }
  if (!measurement.layers.empty()) {
    provenance.profiler_overhead_cycles = measurement.profiler_overhead_cycles;
    provenance.profiled_total_cycles = measurement.profiled_total_cycles;
  }
  return provenance;
}

// Integer arithmetic from the first layer to the last has one right answer.
bool MustBeExact(const RunFacts& facts) {
  if (facts.spec.quantize == "int8" || facts.spec.quantize == "int8-int16") return true;
  const auto& outputs = facts.plan.prepared.outputs;
  return !outputs.empty() && facts.spec.quantize != "int8-float" &&
         std::none_of(outputs.begin(), outputs.end(),
                      [](const core::TensorInfo& output) { return output.dtype == "float32"; });
}

// By the core's reference manual: of Cortex-M cores the M7 and M55 have both caches in the core;
// ours all have a floating-point unit from the M4 on.
Expectations ExpectationsOf(const RunFacts& facts) {
  Expectations expected;
  expected.is_virtual = facts.board.is_virtual.value_or(false);
  expected.is_timed = facts.firmware.cycle_counter;
  expected.max_clock_hz = facts.firmware.max_clock_hz;
  expected.must_be_exact = MustBeExact(facts);
  const std::string& core = facts.firmware.core;
  expected.has_caches = core == "cortex-m7" || core == "cortex-m55";
  expected.has_fpu = expected.has_caches || core == "cortex-m4" || core == "cortex-m33";
  const auto& issues = facts.plan.prepared.issues;
  expected.inputs_differ = std::none_of(issues.begin(), issues.end(), [](const core::Issue& issue) {
    return issue.code == "EQUAL_SAMPLES";
  });
  return expected;
}

absl::Status CheckBelongs(const RunFacts& facts, const Measurement& measurement) {
  const core::PreparedSamples& prepared = facts.plan.prepared;
  const int64_t bytes = prepared.samples * prepared.output_bytes;
  if (measurement.samples == prepared.samples &&
      static_cast<int64_t>(measurement.outputs.size()) == bytes &&
      static_cast<int64_t>(facts.reference.size()) == bytes) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_MEASUREMENT",
                   absl::StrCat("the board returned ", measurement.outputs.size(), " bytes for ",
                                measurement.samples, " samples, expected were ", bytes, " for ",
                                prepared.samples, "; agent and server probably differ in version"));
}

}  // namespace

Result BeginResult(const RunFacts& facts, const Measurement& measurement) {
  const bool is_virtual = facts.board.is_virtual.value_or(false);
  Result result;
  result.job = facts.job;
  result.run = facts.run;
  result.model_display_name = facts.model_display_name;
  result.board = facts.board;
  if (!measurement.uid.empty()) result.board.uid = measurement.uid;
  if (facts.firmware.cycle_counter) {
    if (measurement.clock_hz > 0) result.clock_hz = measurement.clock_hz;
    if (auto timing = TimingOf(measurement.sample_cycles, measurement.clock_hz, is_virtual)) {
      result.cycles = timing->cycles;
      result.latency = timing->latency;
    }
  }
  return result;
}

absl::StatusOr<Result> MakeResult(const RunFacts& facts, const Measurement& measurement) {
  ER_RETURN_IF_ERROR(CheckBelongs(facts, measurement));
  const core::PreparedSamples& prepared = facts.plan.prepared;
  Result result = BeginResult(facts, measurement);
  if (CountsInstructions(measurement)) result.instructions = measurement.extra_counts;
  result.macs = facts.report.macs;
  if (result.cycles && result.macs.value_or(0) > 0) {
    result.cycles_per_mac =
        static_cast<double>(*result.cycles->median) / static_cast<double>(*result.macs);
  }
  result.memory = MemoryOf(facts, measurement);
  result.layers = Layers(facts, measurement);
  result.functions = FunctionsOf(measurement);
  if (auto top1 =
          Top1(measurement.outputs, prepared.output_bytes, prepared.outputs, prepared.labels)) {
    core::Accuracy accuracy;
    accuracy.samples = prepared.samples;
    accuracy.top1 = top1;
    if (prepared.host_top1) {
      accuracy.host_samples = prepared.host_samples;
      accuracy.host_top1 = prepared.host_top1;
    }
    result.accuracy = accuracy;
  }
  result.quantization_accuracy = facts.report.quantization_accuracy;
  const Comparison comparison =
      Compare(measurement.outputs, facts.reference, prepared.output_bytes, prepared.outputs);
  core::Agreement agreement;
  agreement.samples = comparison.samples;
  agreement.bit_exact = comparison.bit_exact;
  agreement.max_abs_error = comparison.max_abs_error;
  result.agreement = agreement;
  result.stages = facts.stages;
  result.provenance = ProvenanceOf(facts, measurement);
  Findings findings =
      Judge(measurement, facts.report, result.cycles, comparison, ExpectationsOf(facts));
  result.verdict = findings.verdict;
  result.issues = std::move(findings.issues);
  result.issues.insert(result.issues.end(), prepared.issues.begin(), prepared.issues.end());
  AddForeign(facts, measurement, result);
  if (measurement.trace) {
    AddTrace(CompareTraces(facts.host_trace, *measurement.trace), *measurement.trace,
             MustBeExact(facts), result);
  }
  return result;
}

}  // namespace edgerack::analysis
