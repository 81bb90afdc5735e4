#include "server/api/convert_agent.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "firmware/wire/messages.h"
#include "server/api/convert.h"

namespace edgerack::api {
namespace {

namespace pb = agent::v1;

bool IsPlain(const std::string& text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ||
           c == ':';
  });
}

absl::Status Bad(const std::string& field, const std::string& value) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kInfrastructure,
                   "BAD_AGENT_STATE",
                   absl::StrCat(field, " \"", Utf8(value.substr(0, 100)),
                                "\" is not 1 to 100 letters, digits, '-', '_', '.' or ':'; look at "
                                "the agent's configuration"));
}

core::BoardState StateFrom(pb::BoardState::State state) {
  switch (state) {
    case pb::BoardState::IDLE:
      return core::BoardState::kIdle;
    case pb::BoardState::BUSY:
      return core::BoardState::kBusy;
    case pb::BoardState::RECOVERING:
      return core::BoardState::kRecovering;
    default:
      return core::BoardState::kOffline;
  }
}

core::RunSettings SettingsFrom(uint32_t bits) {
  core::RunSettings settings;
  settings.icache = (bits & ER_SETTING_ICACHE) != 0;
  settings.dcache = (bits & ER_SETTING_DCACHE) != 0;
  settings.art = (bits & ER_SETTING_ART) != 0;
  settings.fpu = (bits & ER_SETTING_FPU) != 0;
  settings.debug_build = (bits & ER_SETTING_DEBUG_BUILD) != 0;
  settings.clock_fallback = (bits & ER_SETTING_CLOCK_FALLBACK) != 0;
  return settings;
}

core::BoardTrace TraceFrom(const pb::Trace& from) {
  core::BoardTrace to;
  to.samples = from.samples();
  to.crc32 = {from.crc32().begin(), from.crc32().end()};
  for (const pb::TracedOutput& output : from.differing()) {
    to.differing.push_back({output.sample(), output.layer(), output.output(), output.data()});
  }
  to.note = from.note();
  return to;
}

core::Measurement MeasurementFrom(const pb::Measurement& from) {
  core::Measurement to;
  to.clock_hz = from.clock_hz();
  to.sample_cycles = {from.sample_cycles().begin(), from.sample_cycles().end()};
  to.timer_overhead_cycles = from.timer_overhead_cycles();
  for (const pb::LayerCounts& layer : from.layers()) {
    core::LayerCounts& counts = to.layers.emplace_back();
    counts.cycles = layer.cycles();
    if (layer.has_extra_counts()) counts.extra_counts = layer.extra_counts();
  }
  to.profiler_overhead_cycles = from.profiler_overhead_cycles();
  to.profiled_total_cycles = from.profiled_total_cycles();
  if (from.has_extra_counts()) to.extra_counts = from.extra_counts();
  to.extra_unit = from.extra_unit();
  to.stack_bytes = from.stack_bytes();
  to.stack_capacity_bytes = from.stack_capacity_bytes();
  to.code_bytes = from.code_bytes();
  to.data_bytes = from.data_bytes();
  to.arena_capacity_bytes = from.arena_capacity_bytes();
  to.settings = SettingsFrom(from.settings());
  for (const pb::FunctionSamples& function : from.functions()) {
    to.functions.push_back({function.name(), function.file(), function.samples()});
  }
  if (from.has_places()) {
    to.places = core::Places{from.places().arena_address(), from.places().weights_address(),
                             from.places().stack_address(), from.places().kernels_address()};
  }
  to.outputs = from.outputs();
  to.samples = from.samples();
  to.uid = from.uid();
  to.firmware_build_id = from.firmware_build_id();
  to.agent_version = from.agent_version();
  for (const pb::InferenceWindow& window : from.windows()) {
    to.windows.push_back({window.inferences(), window.elapsed_us()});
  }
  to.logged_us = {from.logged_us().begin(), from.logged_us().end()};
  to.logged_cycles = {from.logged_cycles().begin(), from.logged_cycles().end()};
  to.reported_results = {from.reported_results().begin(), from.reported_results().end()};
  to.said = {from.said().begin(), from.said().end()};
  if (from.has_trace()) to.trace = TraceFrom(from.trace());
  if (from.has_host_clock_ratio()) to.host_clock_ratio = from.host_clock_ratio();
  if (from.has_link()) {
    to.link = core::LinkStatistics{.requests = from.link().requests(),
                                   .repeated_requests = from.link().repeated_requests(),
                                   .damaged_replies = from.link().damaged_replies(),
                                   .damaged_requests = from.link().damaged_requests()};
  }
  return to;
}

core::RunReport RunFrom(const pb::RunState& from) {
  core::RunReport to;
  to.run = core::RunId(from.run_id());
  to.attempt = from.attempt();
  to.stage = from.stage();
  if (from.has_progress()) to.progress = from.progress();
  for (const pb::StageTime& time : from.stages()) {
    to.stages.push_back(
        {time.name(), WallMs(time.start_time()), time.duration_ms(), time.skipped()});
  }
  to.finished = from.finished();
  if (!from.finished()) return to;
  if (from.has_error()) {
    to.error = FromProto(from.error());
  } else if (from.has_measurement()) {
    to.measurement = std::make_shared<const core::Measurement>(MeasurementFrom(from.measurement()));
  }
  return to;
}

void ForeignToProto(const core::Assignment& from, pb::Assignment* to) {
  if (from.firmware.empty() && from.protocol == core::Protocol::kLink) return;
  pb::Foreign* foreign = to->mutable_foreign();
  foreign->set_protocol(from.protocol == core::Protocol::kMlperfTiny ? pb::Foreign::MLPERF_TINY
                        : from.protocol == core::Protocol::kLogRegex ? pb::Foreign::LOG_REGEX
                                                                     : pb::Foreign::LINK);
  foreign->set_image_sha256(from.firmware.value());
  foreign->set_baud(from.options.foreign.baud);
  foreign->set_windows(from.options.foreign.windows);
  foreign->set_window_ms(from.options.foreign.window_ms);
  foreign->set_regex(from.options.foreign.regex);
}

}  // namespace

absl::StatusOr<core::AgentReport> FromProto(const pb::AgentState& state) {
  core::AgentReport report;
  if (!IsPlain(state.agent_id())) return Bad("agent_id", state.agent_id());
  if (!IsPlain(state.boot_id())) return Bad("boot_id", state.boot_id());
  report.agent = core::AgentId(state.agent_id());
  report.boot_id = state.boot_id();
  report.version = state.version();
  for (const pb::BoardState& from : state.boards()) {
    core::BoardReport& to = report.boards.emplace_back();
    if (!IsPlain(from.id())) return Bad("board id", from.id());
    if (!IsPlain(from.kind())) return Bad("board kind", from.kind());
    if (!IsPlain(from.chip())) return Bad("board chip", from.chip());
    to.board.id = core::BoardId(from.id());
    to.board.kind = from.kind();
    to.board.chip = from.chip();
    to.board.family = from.family();
    to.board.is_virtual = from.virtual_();
    to.board.tags = {from.tags().begin(), from.tags().end()};
    to.board.state = StateFrom(from.state());
    to.board.reason = from.reason();
    to.board.uid = from.uid();
    to.board.firmware_build_id = from.firmware_build_id();
    if (from.has_run()) to.run = RunFrom(from.run());
  }
  return report;
}

void ToProto(const std::vector<core::Assignment>& assignments, pb::DesiredState* to) {
  for (const core::Assignment& from : assignments) {
    pb::Assignment* item = to->add_assignments();
    item->set_board_id(from.board.value());
    item->set_run_id(from.run.value());
    item->set_attempt(from.attempt);
    item->set_cancelled(from.cancelled);
    if (from.cancelled) continue;
    const core::CompiledModel& compiled = from.plan.compiled;
    item->set_package_sha256(compiled.package_sha256);
    item->set_package_crc32(compiled.package_crc32);
    item->set_package_bytes(compiled.package_bytes);
    for (int64_t bytes : compiled.input_bytes) item->add_input_bytes(bytes);
    for (const core::TensorSlice& output : compiled.outputs) {
      pb::TensorSlice* slice = item->add_outputs();
      slice->set_tensor(output.tensor);
      slice->set_bytes(output.bytes);
    }
    item->set_inputs_sha256(from.plan.prepared.inputs_sha256);
    item->set_samples(from.plan.prepared.samples);
    item->set_trace_samples(from.plan.prepared.trace_samples);
    item->set_trace_sha256(from.plan.prepared.trace_sha256);
    item->set_firmware_variant(from.options.firmware_variant);
    item->set_function_samples(from.options.function_samples);
    ForeignToProto(from, item);
    const core::OperatingConditions& wanted = from.options.conditions;
    pb::OperatingConditions* conditions = item->mutable_conditions();
    conditions->set_clock_hz(wanted.clock_hz);
    conditions->set_icache_off(!wanted.icache);
    conditions->set_dcache_off(!wanted.dcache);
    conditions->set_art_off(!wanted.art);
    conditions->set_arena_region(wanted.placement.arena);
    conditions->set_weights_region(wanted.placement.weights);
    conditions->set_code_region(wanted.placement.code);
    conditions->set_stack_region(wanted.placement.stack);
    item->set_warmup_runs(from.options.warmup_runs);
    item->set_timed_runs(from.options.timed_runs);
    const core::StageTimeouts& timeouts = from.options.timeouts;
    pb::StageTimeouts* limits = item->mutable_timeouts();
    limits->set_acquire_ms(timeouts.acquire_ms);
    limits->set_flash_ms(timeouts.flash_ms);
    limits->set_handshake_ms(timeouts.handshake_ms);
    limits->set_load_ms(timeouts.load_ms);
    limits->set_run_ms(timeouts.run_ms);
    limits->set_validate_ms(timeouts.validate_ms);
  }
}

}  // namespace edgerack::api
