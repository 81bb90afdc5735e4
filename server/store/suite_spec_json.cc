// A suite's spec as JSON.
#include "server/store/suite_spec_json.h"

#include "server/store/json_fields.h"
#include "server/store/suite_json.h"

namespace edgerack::store {
namespace {

template <typename Tag>
void PutId(Json& to, const char* key, const StrongId<Tag>& id) {
  Put(to, key, id.value());
}

Json ModelJson(const core::SuiteModel& model) {
  Json json = {{"label", model.label}, {"model", model.model.value()}};
  PutId(json, "dataset", model.dataset);
  PutId(json, "calibration", model.calibration);
  Put(json, "quantize", model.quantize);
  if (!model.options.empty()) json["options"] = model.options;
  return json;
}

core::SuiteModel ReadModel(const Json& json) {
  core::SuiteModel model;
  Get(json, "label", model.label);
  Get(json, "model", model.model);
  Get(json, "dataset", model.dataset);
  Get(json, "calibration", model.calibration);
  Get(json, "quantize", model.quantize);
  Get(json, "options", model.options);
  return model;
}

Json VariantJson(const core::SuiteVariant& variant) {
  Json json = {{"label", variant.label}};
  Put(json, "quantize", variant.quantize);
  if (!variant.options.empty()) json["options"] = variant.options;
  return json;
}

core::SuiteVariant ReadVariant(const Json& json) {
  core::SuiteVariant variant;
  Get(json, "label", variant.label);
  Get(json, "quantize", variant.quantize);
  Get(json, "options", variant.options);
  return variant;
}

Json ThresholdsJson(const core::SuiteThresholds& thresholds) {
  Json json = {{"min_percent", thresholds.min_percent},
               {"min_cycles", thresholds.min_cycles},
               {"min_layer_percent", thresholds.min_layer_percent},
               {"min_bytes_percent", thresholds.min_bytes_percent},
               {"max_top1_loss", thresholds.max_top1_loss}};
  Put(json, "max_latency_ms", thresholds.max_latency_ms);
  Put(json, "max_arena_bytes", thresholds.max_arena_bytes);
  Put(json, "min_top1", thresholds.min_top1);
  return json;
}

core::SuiteThresholds ReadThresholds(const Json& json) {
  core::SuiteThresholds thresholds;
  Get(json, "min_percent", thresholds.min_percent);
  Get(json, "min_cycles", thresholds.min_cycles);
  Get(json, "min_layer_percent", thresholds.min_layer_percent);
  Get(json, "min_bytes_percent", thresholds.min_bytes_percent);
  Get(json, "max_top1_loss", thresholds.max_top1_loss);
  Get(json, "max_latency_ms", thresholds.max_latency_ms);
  Get(json, "max_arena_bytes", thresholds.max_arena_bytes);
  Get(json, "min_top1", thresholds.min_top1);
  return thresholds;
}

}  // namespace

Json SuiteSpecJson(const core::SuiteSpec& spec) {
  Json json = {{"boards", spec.boards},
               {"thresholds", ThresholdsJson(spec.thresholds)},
               {"repeats", spec.repeats},
               {"confirmations", spec.confirmations}};
  Put(json, "display_name", spec.display_name);
  Put(json, "description", spec.description);
  for (const core::SuiteModel& model : spec.models) json["models"].push_back(ModelJson(model));
  for (const core::SuiteVariant& variant : spec.variants) {
    json["variants"].push_back(VariantJson(variant));
  }
  json["schedule"] = {{"when", spec.schedule.when},
                      {"time_zone", spec.schedule.time_zone},
                      {"paused", spec.schedule.paused}};
  json["notifications"] = {{"when", core::NotifyWhenName(spec.notifications.when)},
                           {"mail_to", spec.notifications.mail_to},
                           {"webhooks", spec.notifications.webhooks}};
  return json;
}

void ReadSuiteSpec(const Json& json, core::SuiteSpec& spec) {
  Get(json, "display_name", spec.display_name);
  Get(json, "description", spec.description);
  Get(json, "boards", spec.boards);
  Get(json, "repeats", spec.repeats);
  Get(json, "confirmations", spec.confirmations);
  for (const Json& model : json.at("models")) spec.models.push_back(ReadModel(model));
  if (auto variants = json.find("variants"); variants != json.end()) {
    for (const Json& variant : *variants) spec.variants.push_back(ReadVariant(variant));
  }
  spec.thresholds = ReadThresholds(json.at("thresholds"));
  const Json& schedule = json.at("schedule");
  Get(schedule, "when", spec.schedule.when);
  Get(schedule, "time_zone", spec.schedule.time_zone);
  Get(schedule, "paused", spec.schedule.paused);
  const Json& notifications = json.at("notifications");
  spec.notifications.when = core::ParseNotifyWhen(notifications.at("when").get<std::string>());
  Get(notifications, "mail_to", spec.notifications.mail_to);
  Get(notifications, "webhooks", spec.notifications.webhooks);
}

std::string EncodeSuiteSpec(const core::SuiteSpec& spec) { return Dump(SuiteSpecJson(spec)); }

absl::StatusOr<core::SuiteSpec> DecodeSuiteSpec(const std::string& text) {
  return Decoded<core::SuiteSpec>(text, "suite", ReadSuiteSpec);
}

}  // namespace edgerack::store
