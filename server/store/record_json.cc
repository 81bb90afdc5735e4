#include "server/store/record_json.h"

#include "server/store/json_fields.h"
#include "server/store/tensor_json.h"

namespace edgerack::store {
namespace {

using core::CompiledModel;
using core::PreparedSamples;
using core::RunPlan;

Json CompiledJson(const CompiledModel& compiled) {
  Json outputs = Json::array();
  for (const auto& slice : compiled.outputs) {
    outputs.push_back({{"tensor", slice.tensor}, {"bytes", slice.bytes}});
  }
  return {{"package_sha256", compiled.package_sha256},    {"report_sha256", compiled.report_sha256},
          {"package_crc32", compiled.package_crc32},      {"package_bytes", compiled.package_bytes},
          {"input_bytes", compiled.input_bytes},          {"outputs", outputs},
          {"compiler_version", compiled.compiler_version}};
}

void ReadCompiled(const Json& json, CompiledModel& compiled) {
  Get(json, "package_sha256", compiled.package_sha256);
  Get(json, "report_sha256", compiled.report_sha256);
  Get(json, "package_crc32", compiled.package_crc32);
  Get(json, "package_bytes", compiled.package_bytes);
  Get(json, "input_bytes", compiled.input_bytes);
  Get(json, "compiler_version", compiled.compiler_version);
  for (const Json& item : json.at("outputs")) {
    compiled.outputs.push_back({item.at("tensor").get<int32_t>(), item.at("bytes").get<int64_t>()});
  }
}

Json PreparedJson(const PreparedSamples& prepared) {
  Json json = {{"samples", prepared.samples},
               {"inputs_sha256", prepared.inputs_sha256},
               {"reference_sha256", prepared.reference_sha256},
               {"output_bytes", prepared.output_bytes},
               {"host_samples", prepared.host_samples}};
  Put(json, "labels", prepared.labels);
  Put(json, "host_top1", prepared.host_top1);
  if (prepared.sample_seed != 0) json["sample_seed"] = prepared.sample_seed;
  if (prepared.trace_samples > 0) {
    json["trace_samples"] = prepared.trace_samples;
    json["trace_sha256"] = prepared.trace_sha256;
  }
  json["outputs"] = TensorsJson(prepared.outputs);
  for (const auto& issue : prepared.issues) {
    json["issues"].push_back({{"code", issue.code}, {"message", issue.message}});
  }
  return json;
}

void ReadPrepared(const Json& json, PreparedSamples& prepared) {
  Get(json, "samples", prepared.samples);
  Get(json, "inputs_sha256", prepared.inputs_sha256);
  Get(json, "reference_sha256", prepared.reference_sha256);
  Get(json, "output_bytes", prepared.output_bytes);
  Get(json, "host_samples", prepared.host_samples);
  Get(json, "labels", prepared.labels);
  Get(json, "host_top1", prepared.host_top1);
  Get(json, "sample_seed", prepared.sample_seed);
  Get(json, "trace_samples", prepared.trace_samples);
  Get(json, "trace_sha256", prepared.trace_sha256);
  prepared.outputs = ReadTensors(json.at("outputs"));
  if (auto issues = json.find("issues"); issues != json.end()) {
    for (const Json& item : *issues) {
      core::Issue& issue = prepared.issues.emplace_back();
      Get(item, "code", issue.code);
      Get(item, "message", issue.message);
    }
  }
}

}  // namespace

std::string EncodeSpec(const core::JobSpec& spec) {
  Json json = {{"model", spec.model.value()},
               {"board_selector", spec.board_selector},
               {"all_boards", spec.all_boards}};
  Put(json, "dataset", spec.dataset.value());
  Put(json, "calibration", spec.calibration.value());
  Put(json, "quantize", spec.quantize);
  if (!spec.options.empty()) json["options"] = spec.options;
  Put(json, "firmware", spec.firmware.value());
  if (spec.protocol != core::Protocol::kLink) json["protocol"] = core::ProtocolName(spec.protocol);
  return Dump(json);
}

absl::StatusOr<core::JobSpec> DecodeSpec(const std::string& text) {
  return Decoded<core::JobSpec>(text, "job", [](const Json& json, core::JobSpec& spec) {
    Get(json, "model", spec.model);
    Get(json, "dataset", spec.dataset);
    Get(json, "calibration", spec.calibration);
    Get(json, "board_selector", spec.board_selector);
    Get(json, "all_boards", spec.all_boards);
    Get(json, "quantize", spec.quantize);
    Get(json, "options", spec.options);
    Get(json, "firmware", spec.firmware);
    std::string protocol;
    Get(json, "protocol", protocol);
    spec.protocol = core::ParseProtocol(protocol).value_or(core::Protocol::kLink);
  });
}

std::string EncodeFailure(const core::Failure& failure) {
  return Dump({{"class", ErrorClassName(failure.error_class)},
               {"code", failure.code},
               {"message", failure.message}});
}

absl::StatusOr<core::Failure> DecodeFailure(const std::string& text) {
  return Decoded<core::Failure>(text, "error", [](const Json& json, core::Failure& failure) {
    failure.error_class = ParseErrorClass(json.at("class").get<std::string>());
    Get(json, "code", failure.code);
    Get(json, "message", failure.message);
  });
}

std::string EncodePlan(const RunPlan& plan) {
  Json stage = {{"name", plan.compile_stage.name},
                {"start_time_ms", plan.compile_stage.start_time_ms}};
  Put(stage, "duration_ms", plan.compile_stage.duration_ms);
  Put(stage, "skipped", plan.compile_stage.skipped);
  return Dump({{"compiled", CompiledJson(plan.compiled)},
               {"prepared", PreparedJson(plan.prepared)},
               {"compile_stage", stage}});
}

absl::StatusOr<RunPlan> DecodePlan(const std::string& text) {
  return Decoded<RunPlan>(text, "run plan", [](const Json& json, RunPlan& plan) {
    ReadCompiled(json.at("compiled"), plan.compiled);
    ReadPrepared(json.at("prepared"), plan.prepared);
    const Json& stage = json.at("compile_stage");
    Get(stage, "name", plan.compile_stage.name);
    Get(stage, "start_time_ms", plan.compile_stage.start_time_ms);
    Get(stage, "duration_ms", plan.compile_stage.duration_ms);
    Get(stage, "skipped", plan.compile_stage.skipped);
  });
}

std::string EncodeCompiled(const CompiledModel& compiled) { return Dump(CompiledJson(compiled)); }

absl::StatusOr<CompiledModel> DecodeCompiled(const std::string& text) {
  return Decoded<CompiledModel>(text, "compilation", ReadCompiled);
}

std::string EncodePrepared(const PreparedSamples& prepared) { return Dump(PreparedJson(prepared)); }

absl::StatusOr<PreparedSamples> DecodePrepared(const std::string& text) {
  return Decoded<PreparedSamples>(text, "prepared dataset", ReadPrepared);
}

std::string EncodeTexts(const std::vector<std::string>& texts) { return Dump(Json(texts)); }

absl::StatusOr<std::vector<std::string>> DecodeTexts(const std::string& text) {
  using Texts = std::vector<std::string>;
  return Decoded<Texts>(text, "list",
                        [](const Json& json, Texts& texts) { texts = json.get<Texts>(); });
}

}  // namespace edgerack::store
