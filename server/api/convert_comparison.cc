// Comparisons as messages.
#include "server/api/convert.h"
#include "server/api/convert_suite.h"

namespace edgerack::api {
namespace {

v1::Change::Verdict VerdictToProto(core::ChangeVerdict verdict) {
  v1::Change::Verdict to{};
  v1::Change::Verdict_Parse(core::ChangeVerdictName(verdict), &to);
  return to;
}

void ToProto(const core::Change& change, v1::Change* to) {
  to->set_baseline(change.baseline);
  to->set_value(change.value);
  to->set_change_percent(change.change_percent);
  to->set_band_percent(change.band_percent);
  to->set_verdict(VerdictToProto(change.verdict));
}

}  // namespace

void ToProto(const core::Difference& difference, v1::Difference* to) {
  to->set_code(difference.code);
  to->set_field(difference.field);
  to->set_baseline(Utf8(difference.baseline));
  to->set_result(Utf8(difference.result));
  to->set_message(Utf8(difference.message));
}

void ToProto(const core::MetricChange& metric, v1::MetricChange* to) {
  to->set_metric(metric.metric);
  ToProto(metric.change, to->mutable_change());
}

void ToProto(const core::LayerChange& layer, v1::LayerChange* to) {
  to->set_index(layer.index);
  to->set_name(Utf8(layer.name));
  to->set_op(Utf8(layer.op));
  to->set_kernel(Utf8(layer.kernel));
  ToProto(layer.change, to->mutable_change());
}

void ToProto(const core::ResultComparison& comparison, v1::Comparison* to) {
  to->set_baseline("results/" + comparison.baseline.value());
  to->set_result("results/" + comparison.result.value());
  to->set_comparable(comparison.refusals.empty());
  for (const auto& refusal : comparison.refusals) ToProto(refusal, to->add_refusals());
  for (const auto& difference : comparison.differences) ToProto(difference, to->add_differences());
  for (const auto& metric : comparison.metrics) ToProto(metric, to->add_metrics());
  for (const auto& layer : comparison.layers) ToProto(layer, to->add_layers());
  if (comparison.refusals.empty()) to->set_verdict(VerdictToProto(comparison.verdict));
  to->set_summary(Utf8(comparison.summary));
}

}  // namespace edgerack::api
