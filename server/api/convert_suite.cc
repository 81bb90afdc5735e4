// A suite as a message, and the one that comes in.
#include "server/api/convert_suite.h"

#include "server/api/convert.h"
#include "server/api/names.h"
#include "server/core/schedule.h"

namespace edgerack::api {
namespace {

void SetOptions(const std::map<std::string, std::string>& options, auto* to) {
  for (const auto& [key, value] : options) (*to)[key] = value;
}

void ModelToProto(const core::SuiteModel& model, v1::SuiteModel* to) {
  to->set_label(model.label);
  to->set_model("models/" + model.model.value());
  if (!model.dataset.empty()) to->set_dataset("datasets/" + model.dataset.value());
  if (!model.calibration.empty()) to->set_calibration("datasets/" + model.calibration.value());
  to->set_quantize(model.quantize);
  SetOptions(model.options, to->mutable_options());
}

absl::StatusOr<core::SuiteModel> ModelFromProto(const v1::SuiteModel& from) {
  core::SuiteModel model;
  ER_ASSIGN_OR_RETURN(std::string id, IdIn(from.model(), "models"));
  ER_ASSIGN_OR_RETURN(std::string dataset, OptionalIdIn(from.dataset(), "datasets"));
  ER_ASSIGN_OR_RETURN(std::string calibration, OptionalIdIn(from.calibration(), "datasets"));
  model.label = from.label();
  model.model = core::ModelId(std::move(id));
  model.dataset = core::DatasetId(std::move(dataset));
  model.calibration = core::DatasetId(std::move(calibration));
  model.quantize = from.quantize();
  model.options = {from.options().begin(), from.options().end()};
  return model;
}

void ThresholdsToProto(const core::SuiteThresholds& thresholds, v1::SuiteThresholds* to) {
  to->set_min_percent(thresholds.min_percent);
  to->set_min_cycles(thresholds.min_cycles);
  to->set_min_layer_percent(thresholds.min_layer_percent);
  to->set_min_bytes_percent(thresholds.min_bytes_percent);
  to->set_max_top1_loss(thresholds.max_top1_loss);
  if (thresholds.max_latency_ms) to->set_max_latency_ms(*thresholds.max_latency_ms);
  if (thresholds.max_arena_bytes) to->set_max_arena_bytes(*thresholds.max_arena_bytes);
  if (thresholds.min_top1) to->set_min_top1(*thresholds.min_top1);
}

core::SuiteThresholds ThresholdsFromProto(const v1::SuiteThresholds& from) {
  core::SuiteThresholds thresholds;
  if (from.has_min_percent()) thresholds.min_percent = from.min_percent();
  if (from.has_min_cycles()) thresholds.min_cycles = from.min_cycles();
  if (from.has_min_layer_percent()) thresholds.min_layer_percent = from.min_layer_percent();
  if (from.has_min_bytes_percent()) thresholds.min_bytes_percent = from.min_bytes_percent();
  if (from.has_max_top1_loss()) thresholds.max_top1_loss = from.max_top1_loss();
  if (from.has_max_latency_ms()) thresholds.max_latency_ms = from.max_latency_ms();
  if (from.has_max_arena_bytes()) thresholds.max_arena_bytes = from.max_arena_bytes();
  if (from.has_min_top1()) thresholds.min_top1 = from.min_top1();
  return thresholds;
}

void NotificationsToProto(const core::SuiteNotifications& notifications,
                          v1::SuiteNotifications* to) {
  v1::SuiteNotifications::When when{};
  v1::SuiteNotifications::When_Parse(core::NotifyWhenName(notifications.when), &when);
  to->set_when(when);
  for (const std::string& address : notifications.mail_to) to->add_mail_to(address);
  for (const std::string& webhook : notifications.webhooks) to->add_webhooks(Utf8(webhook));
}

core::SuiteNotifications NotificationsFromProto(const v1::SuiteNotifications& from) {
  core::SuiteNotifications notifications;
  notifications.when = core::ParseNotifyWhen(v1::SuiteNotifications::When_Name(from.when()));
  notifications.mail_to = {from.mail_to().begin(), from.mail_to().end()};
  notifications.webhooks = {from.webhooks().begin(), from.webhooks().end()};
  return notifications;
}

void ScheduleToProto(const core::Suite& suite, v1::Suite* to) {
  const core::SuiteSchedule& schedule = suite.spec.schedule;
  if (schedule.when.empty()) return;
  to->mutable_schedule()->set_when(schedule.when);
  to->mutable_schedule()->set_time_zone(schedule.time_zone);
  to->mutable_schedule()->set_paused(schedule.paused);
  auto parsed = core::Schedule::Parse(schedule.when, schedule.time_zone);
  if (schedule.paused || !parsed.ok()) return;
  SetTime(parsed->NextAfter(suite.schedule_time_ms), to->mutable_next_run_time());
}

}  // namespace

void ToProto(const core::Suite& suite, v1::Suite* to) {
  const core::SuiteSpec& spec = suite.spec;
  to->set_name("suites/" + suite.id.value());
  to->set_id(suite.id.value());
  to->set_display_name(Utf8(spec.display_name));
  to->set_description(Utf8(spec.description));
  for (const core::SuiteModel& model : spec.models) ModelToProto(model, to->add_models());
  for (const std::string& board : spec.boards) to->add_boards(board);
  for (const core::SuiteVariant& variant : spec.variants) {
    v1::SuiteVariant* added = to->add_variants();
    added->set_label(variant.label);
    added->set_quantize(variant.quantize);
    SetOptions(variant.options, added->mutable_options());
  }
  ThresholdsToProto(spec.thresholds, to->mutable_thresholds());
  ScheduleToProto(suite, to);
  NotificationsToProto(spec.notifications, to->mutable_notifications());
  to->set_repeats(spec.repeats);
  to->set_confirmations(spec.confirmations);
  SetTime(suite.create_time_ms, to->mutable_create_time());
  SetTime(suite.update_time_ms, to->mutable_update_time());
}

absl::StatusOr<core::SuiteSpec> FromProto(const v1::Suite& from) {
  core::SuiteSpec spec;
  spec.display_name = from.display_name();
  spec.description = from.description();
  for (const v1::SuiteModel& model : from.models()) {
    ER_ASSIGN_OR_RETURN(core::SuiteModel read, ModelFromProto(model));
    spec.models.push_back(std::move(read));
  }
  spec.boards = {from.boards().begin(), from.boards().end()};
  for (const v1::SuiteVariant& variant : from.variants()) {
    spec.variants.push_back({variant.label(),
                             {variant.options().begin(), variant.options().end()},
                             variant.quantize()});
  }
  spec.thresholds = ThresholdsFromProto(from.thresholds());
  spec.schedule = {from.schedule().when(), from.schedule().time_zone(), from.schedule().paused()};
  spec.notifications = NotificationsFromProto(from.notifications());
  if (from.repeats() != 0) spec.repeats = from.repeats();
  if (from.confirmations() != 0) spec.confirmations = from.confirmations();
  return spec;
}

}  // namespace edgerack::api
