#include "client/cli/output/suite_view.h"

#include <google/protobuf/util/time_util.h>

#include <cmath>

#include "base/text/layer_name.h"
#include "base/text/table.h"

namespace edgerack::cli {
namespace {

constexpr auto kRight = Table::Align::kRight;

std::string Percent(double value, const char* sign) {
  return (value >= 0 ? sign : "") + Fixed(value, 1) + " %";
}

std::string Value(const std::string& metric, double value) {
  if (metric == "latency_ms") return Fixed(value, 3);
  if (metric == "top1") return Fixed(value, 4);
  return Grouped(std::llround(value));
}

std::string Findings(const v1::SuiteCase& suite_case) {
  std::string text;
  if (suite_case.has_error()) {
    text += "  " + suite_case.error().code() + ": " + suite_case.error().message() + "\n";
  }
  for (const v1::SuiteFinding& finding : suite_case.findings()) {
    text += "  " + finding.code() + ": " + finding.message() + "\n";
  }
  for (const std::string& note : suite_case.notes()) text += "  " + note + "\n";
  if (suite_case.findings_size() == 0) return text;
  for (const v1::Difference& suspect : suite_case.suspects()) {
    text += "  suspect " + suspect.code() + ": " + suspect.message() + "\n";
  }
  return text;
}

std::string VerdictText(v1::Change::Verdict verdict) {
  return verdict == v1::Change::SAME ? "" : v1::Change::Verdict_Name(verdict);
}

}  // namespace

std::string RenderSuiteRun(const v1::SuiteRun& run) {
  std::string text = run.suite() + ", run " + std::to_string(run.number()) + " (" + run.id() +
                     "): " + v1::SuiteRun::State_Name(run.state()) + "\n" + run.summary() + "\n";
  if (run.cases_size() == 0) return text;
  Table table({{"case"},
               {"state"},
               {"measured", kRight},
               {"change", kRight},
               {"noise or floor", kRight},
               {"repeats", kRight}});
  std::string details;
  for (const v1::SuiteCase& suite_case : run.cases()) {
    const bool judged = suite_case.has_metric();
    const v1::Change& change = suite_case.metric().change();
    table.Add(
        {suite_case.key(), v1::SuiteCase::State_Name(suite_case.state()),
         judged ? Grouped(std::llround(change.value())) + " " + suite_case.metric().metric() : "",
         judged ? Percent(change.change_percent(), "+") : "",
         judged ? Percent(change.band_percent(), "±") : "",
         suite_case.has_noise() ? std::to_string(suite_case.noise().repeats()) : ""});
    const std::string findings = Findings(suite_case);
    if (!findings.empty()) details += "\n" + suite_case.key() + "\n" + findings;
  }
  return text + "\n" + table.Render() + details;
}

std::string RenderSuite(const v1::Suite& suite) {
  std::string text = suite.id();
  if (!suite.display_name().empty()) text += ": " + suite.display_name();
  text += "\n";
  if (!suite.description().empty()) text += suite.description() + "\n";
  Table table({{"model"}, {"id"}, {"dataset"}, {"quantize"}});
  for (const v1::SuiteModel& model : suite.models()) {
    table.Add({model.label(), model.model().substr(0, 19), model.dataset().substr(0, 21),
               model.quantize()});
  }
  text += "\n" + table.Render() + "\nboards    ";
  for (const std::string& board : suite.boards()) text += board + "  ";
  text += "\nvariants  ";
  for (const v1::SuiteVariant& variant : suite.variants()) text += variant.label() + "  ";
  if (suite.variants_size() == 0) text += "default";
  text += "\nschedule  ";
  if (suite.has_schedule()) {
    text += suite.schedule().when() + " " +
            (suite.schedule().time_zone().empty() ? "UTC" : suite.schedule().time_zone());
    if (suite.schedule().paused()) text += ", paused";
    if (suite.has_next_run_time()) {
      text += ", next " + google::protobuf::util::TimeUtil::ToString(suite.next_run_time());
    }
  } else {
    text += "none";
  }
  text += "\n";
  if (suite.has_last_run()) {
    text += "last run  " + std::to_string(suite.last_run().number()) + ", " +
            v1::SuiteRun::State_Name(suite.last_run().state()) + ": " + suite.last_run().summary() +
            "\n";
  }
  return text;
}

std::string RenderComparison(const v1::Comparison& comparison, bool every_layer) {
  std::string text = comparison.summary() + "\n";
  if (!comparison.comparable()) {
    for (const v1::Difference& refusal : comparison.refusals()) {
      text += "  " + refusal.code() + ": " + refusal.message() + "\n";
    }
    return text + "Where a difference was meant, --allow CODE compares all the same.\n";
  }
  Table metrics({{"metric"},
                 {"before", kRight},
                 {"now", kRight},
                 {"change", kRight},
                 {"noise or floor", kRight},
                 {""}});
  for (const v1::MetricChange& metric : comparison.metrics()) {
    const v1::Change& change = metric.change();
    metrics.Add({metric.metric(), Value(metric.metric(), change.baseline()),
                 Value(metric.metric(), change.value()), Percent(change.change_percent(), "+"),
                 change.band_percent() > 0 ? Percent(change.band_percent(), "±") : "",
                 VerdictText(change.verdict())});
  }
  text += "\n" + metrics.Render();
  Table layers({{"#", kRight},
                {"layer"},
                {"op"},
                {"before", kRight},
                {"now", kRight},
                {"change", kRight},
                {"noise or floor", kRight},
                {""}});
  bool any = false;
  for (const v1::LayerChange& layer : comparison.layers()) {
    const v1::Change& change = layer.change();
    if (!every_layer && change.verdict() == v1::Change::SAME) continue;
    any = true;
    layers.Add({std::to_string(layer.index()), ShortLayerName(layer.name()), layer.op(),
                Grouped(std::llround(change.baseline())), Grouped(std::llround(change.value())),
                Percent(change.change_percent(), "+"), Percent(change.band_percent(), "±"),
                VerdictText(change.verdict())});
  }
  if (any) text += "\n" + layers.Render();
  if (comparison.differences_size() > 0) text += "\nnot the same in both:\n";
  for (const v1::Difference& difference : comparison.differences()) {
    text += "  " + difference.code() + ": " + difference.message() + "\n";
  }
  return text;
}

}  // namespace edgerack::cli
