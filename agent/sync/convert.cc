#include "agent/sync/convert.h"

namespace edgerack::agent {
namespace {

namespace pb = edgerack::agent::v1;

edgerack::v1::ErrorClass ToProto(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kUser:
      return edgerack::v1::USER;
    case ErrorClass::kJob:
      return edgerack::v1::JOB;
    case ErrorClass::kInfrastructure:
      return edgerack::v1::INFRASTRUCTURE;
    case ErrorClass::kBoard:
      return edgerack::v1::BOARD;
    case ErrorClass::kBug:
      return edgerack::v1::BUG;
  }
  return edgerack::v1::BUG;
}

pb::BoardState::State ToProto(BoardStatus status) {
  switch (status) {
    case BoardStatus::kIdle:
      return pb::BoardState::IDLE;
    case BoardStatus::kBusy:
      return pb::BoardState::BUSY;
    case BoardStatus::kRecovering:
      return pb::BoardState::RECOVERING;
    case BoardStatus::kOffline:
      return pb::BoardState::OFFLINE;
  }
  return pb::BoardState::OFFLINE;
}

void Fill(const Measurement& from, pb::Measurement& to) {
  to.set_clock_hz(from.clock_hz);
  to.mutable_sample_cycles()->Add(from.sample_cycles.begin(), from.sample_cycles.end());
  to.set_timer_overhead_cycles(from.timer_overhead_cycles);
  for (const LayerCount& layer : from.layers) {
    pb::LayerCounts* counts = to.add_layers();
    counts->set_cycles(layer.cycles);
    if (from.extra_counts) counts->set_extra_counts(layer.extra_counts);
  }
  to.set_profiler_overhead_cycles(from.profiler_overhead_cycles);
  to.set_profiled_total_cycles(from.profiled_total_cycles);
  if (from.extra_counts) {
    to.set_extra_counts(*from.extra_counts);
    to.set_extra_unit(from.extra_unit);
  }
  to.set_stack_bytes(from.stack_bytes);
  to.set_stack_capacity_bytes(from.stack_capacity_bytes);
  to.set_code_bytes(from.code_bytes);
  to.set_data_bytes(from.data_bytes);
  to.set_arena_capacity_bytes(from.arena_capacity_bytes);
  to.set_settings(from.settings);
  to.set_outputs(from.outputs);
  to.set_samples(from.samples);
  to.set_uid(from.uid);
  to.set_firmware_build_id(from.firmware_build_id);
  to.set_agent_version(AgentVersion());
  for (const FunctionSamples& function : from.functions) {
    pb::FunctionSamples* item = to.add_functions();
    item->set_name(function.name);
    item->set_file(function.file);
    item->set_samples(function.samples);
  }
  for (const InferenceWindow& window : from.windows) {
    pb::InferenceWindow* item = to.add_windows();
    item->set_inferences(window.inferences);
    item->set_elapsed_us(window.elapsed_us);
  }
  to.mutable_logged_us()->Add(from.logged_us.begin(), from.logged_us.end());
  to.mutable_logged_cycles()->Add(from.logged_cycles.begin(), from.logged_cycles.end());
  to.mutable_reported_results()->Add(from.reported_results.begin(), from.reported_results.end());
  for (const std::string& line : from.said) to.add_said(line);
  if (from.places) {
    to.mutable_places()->set_arena_address(from.places->arena);
    to.mutable_places()->set_weights_address(from.places->weights);
    to.mutable_places()->set_stack_address(from.places->stack);
    to.mutable_places()->set_kernels_address(from.places->kernels);
  }
  if (from.host_clock_ratio) to.set_host_clock_ratio(*from.host_clock_ratio);
  to.mutable_link()->set_requests(from.link.requests);
  to.mutable_link()->set_repeated_requests(from.link.repeated_requests);
  to.mutable_link()->set_damaged_replies(from.link.damaged_replies);
  to.mutable_link()->set_damaged_requests(from.link.damaged_requests);
}

void Fill(const BoardTrace& from, pb::Trace& to) {
  to.set_samples(from.samples);
  to.mutable_crc32()->Add(from.crc32.begin(), from.crc32.end());
  for (const TracedOutput& output : from.differing) {
    pb::TracedOutput* traced = to.add_differing();
    traced->set_sample(output.sample);
    traced->set_layer(output.layer);
    traced->set_output(output.output);
    traced->set_data(output.data);
  }
  to.set_note(from.note);
}

void Fill(const RunState& from, pb::RunState& to) {
  to.set_run_id(from.key.run_id.value());
  to.set_attempt(from.key.attempt);
  to.set_stage(from.stage);
  if (from.progress) to.set_progress(*from.progress);
  for (const StageTime& stage : from.stages) {
    pb::StageTime* time = to.add_stages();
    time->set_name(stage.name);
    time->mutable_start_time()->set_seconds(stage.start_wall_ms / 1000);
    time->mutable_start_time()->set_nanos(static_cast<int32_t>(stage.start_wall_ms % 1000) *
                                          1'000'000);
    time->set_duration_ms(static_cast<double>(stage.duration_ms));
    time->set_skipped(stage.skipped);
  }
  to.set_finished(from.finished);
  if (!from.finished) return;
  if (from.measurement) {
    Fill(*from.measurement, *to.mutable_measurement());
    if (from.measurement->trace) {
      Fill(*from.measurement->trace, *to.mutable_measurement()->mutable_trace());
    }
    return;
  }
  to.mutable_error()->set_error_class(ToProto(ErrorClassOf(from.error)));
  to.mutable_error()->set_code(ErrorCodeOf(from.error));
  to.mutable_error()->set_message(ErrorMessageOf(from.error));
}

Foreign FromProto(const pb::Foreign& from) {
  Foreign to;
  to.protocol = from.protocol() == pb::Foreign::MLPERF_TINY ? Protocol::kMlperfTiny
                : from.protocol() == pb::Foreign::LOG_REGEX ? Protocol::kLogRegex
                                                            : Protocol::kLink;
  to.image_sha256 = from.image_sha256();
  to.baud = from.baud();
  if (from.windows() > 0) to.windows.windows = from.windows();
  if (from.window_ms() > 0) to.windows.window_ms = from.window_ms();
  to.regex = from.regex();
  return to;
}

void TakeTime(int64_t from_ms, int64_t& to_ms) {
  if (from_ms > 0) to_ms = from_ms;
}

}  // namespace

const char* AgentVersion() { return EDGERACK_VERSION; }

pb::BoardState ToProto(const BoardSpec& spec, const BoardState& state) {
  pb::BoardState to;
  to.set_id(state.id.value());
  to.set_kind(spec.kind.id);
  to.set_chip(spec.chip.id);
  to.set_family(spec.chip.family);
  to.set_virtual_(spec.kind.is_virtual);
  for (const std::string& tag : spec.tags) to.add_tags(tag);
  to.set_state(ToProto(state.status));
  to.set_reason(state.reason);
  to.set_uid(state.uid);
  to.set_firmware_build_id(state.firmware_build_id);
  if (state.run) Fill(*state.run, *to.mutable_run());
  return to;
}

Assignment FromProto(const pb::Assignment& from) {
  Assignment to;
  to.board = BoardId(from.board_id());
  to.key = {RunId(from.run_id()), from.attempt()};
  to.package_sha256 = from.package_sha256();
  to.package_crc32 = from.package_crc32();
  to.package_bytes = from.package_bytes();
  to.inputs_sha256 = from.inputs_sha256();
  to.samples = from.samples();
  to.input_bytes.assign(from.input_bytes().begin(), from.input_bytes().end());
  for (const pb::TensorSlice& output : from.outputs()) {
    to.outputs.push_back({output.tensor(), output.bytes()});
  }
  to.trace_samples = from.trace_samples();
  to.trace_sha256 = from.trace_sha256();
  to.firmware_variant = from.firmware_variant();
  to.function_samples = from.function_samples();
  to.conditions.clock_hz = from.conditions().clock_hz();
  to.conditions.icache = !from.conditions().icache_off();
  to.conditions.dcache = !from.conditions().dcache_off();
  to.conditions.art = !from.conditions().art_off();
  to.conditions.placement = {from.conditions().arena_region(), from.conditions().weights_region(),
                             from.conditions().code_region(), from.conditions().stack_region()};
  if (from.has_foreign()) to.foreign = FromProto(from.foreign());
  to.warmup_runs = from.warmup_runs();
  to.timed_runs = from.timed_runs();
  TakeTime(from.timeouts().acquire_ms(), to.timeouts.acquire_ms);
  TakeTime(from.timeouts().flash_ms(), to.timeouts.flash_ms);
  TakeTime(from.timeouts().handshake_ms(), to.timeouts.handshake_ms);
  TakeTime(from.timeouts().load_ms(), to.timeouts.load_ms);
  TakeTime(from.timeouts().run_ms(), to.timeouts.run_ms);
  TakeTime(from.timeouts().validate_ms(), to.timeouts.validate_ms);
  to.cancelled = from.cancelled();
  return to;
}

std::vector<Assignment> FromProto(const pb::DesiredState& desired) {
  std::vector<Assignment> assignments;
  for (const pb::Assignment& assignment : desired.assignments()) {
    assignments.push_back(FromProto(assignment));
  }
  return assignments;
}

}  // namespace edgerack::agent
