// A suite's run with its cases as JSON.
#include "server/store/json_fields.h"
#include "server/store/record_json.h"
#include "server/store/suite_json.h"
#include "server/store/suite_spec_json.h"

namespace edgerack::store {
namespace {

template <typename Id>
std::vector<std::string> Texts(const std::vector<Id>& ids) {
  std::vector<std::string> texts;
  for (const Id& id : ids) texts.push_back(id.value());
  return texts;
}

template <typename Id>
void GetIds(const Json& json, const char* key, std::vector<Id>& ids) {
  std::vector<std::string> texts;
  Get(json, key, texts);
  for (std::string& text : texts) ids.emplace_back(std::move(text));
}

Json FailureJson(const core::Failure& failure) {
  return {{"class", ErrorClassName(failure.error_class)},
          {"code", failure.code},
          {"message", failure.message}};
}

core::Failure ReadFailure(const Json& json) {
  core::Failure failure;
  failure.error_class = ParseErrorClass(json.at("class").get<std::string>());
  Get(json, "code", failure.code);
  Get(json, "message", failure.message);
  return failure;
}

Json ChangeJson(const core::Change& change) {
  return {{"baseline", change.baseline},
          {"value", change.value},
          {"change_percent", change.change_percent},
          {"band_percent", change.band_percent},
          {"verdict", core::ChangeVerdictName(change.verdict)}};
}

core::Change ReadChange(const Json& json) {
  core::Change change;
  Get(json, "baseline", change.baseline);
  Get(json, "value", change.value);
  Get(json, "change_percent", change.change_percent);
  Get(json, "band_percent", change.band_percent);
  change.verdict = core::ParseChangeVerdict(json.at("verdict").get<std::string>());
  return change;
}

Json MetricJson(const core::MetricChange& metric) {
  return {{"metric", metric.metric}, {"change", ChangeJson(metric.change)}};
}

core::MetricChange ReadMetric(const Json& json) {
  return {json.at("metric").get<std::string>(), ReadChange(json.at("change"))};
}

Json LayerJson(const core::LayerChange& layer) {
  return {{"index", layer.index},
          {"name", layer.name},
          {"op", layer.op},
          {"kernel", layer.kernel},
          {"change", ChangeJson(layer.change)}};
}

core::LayerChange ReadLayer(const Json& json) {
  core::LayerChange layer;
  Get(json, "index", layer.index);
  Get(json, "name", layer.name);
  Get(json, "op", layer.op);
  Get(json, "kernel", layer.kernel);
  layer.change = ReadChange(json.at("change"));
  return layer;
}

Json DifferenceJson(const core::Difference& difference) {
  return {{"code", difference.code},
          {"field", difference.field},
          {"baseline", difference.baseline},
          {"result", difference.result},
          {"message", difference.message}};
}

core::Difference ReadDifference(const Json& json) {
  core::Difference difference;
  Get(json, "code", difference.code);
  Get(json, "field", difference.field);
  Get(json, "baseline", difference.baseline);
  Get(json, "result", difference.result);
  Get(json, "message", difference.message);
  return difference;
}

Json FindingJson(const core::SuiteFinding& finding) {
  Json json = {{"code", finding.code},
               {"is_regression", finding.is_regression},
               {"message", finding.message}};
  if (finding.layer) json["layer"] = LayerJson(*finding.layer);
  if (finding.metric) json["metric"] = MetricJson(*finding.metric);
  return json;
}

core::SuiteFinding ReadFinding(const Json& json) {
  core::SuiteFinding finding;
  Get(json, "code", finding.code);
  Get(json, "is_regression", finding.is_regression);
  Get(json, "message", finding.message);
  if (json.contains("layer")) finding.layer = ReadLayer(json.at("layer"));
  if (json.contains("metric")) finding.metric = ReadMetric(json.at("metric"));
  return finding;
}

Json JudgementJson(const core::CaseJudgement& judgement) {
  Json json = {{"state", core::CaseStateName(judgement.state)}};
  if (judgement.metric) json["metric"] = MetricJson(*judgement.metric);
  if (judgement.noise) {
    json["noise"] = {{"repeats", judgement.noise->repeats},
                     {"centre", judgement.noise->centre},
                     {"deviation", judgement.noise->deviation},
                     {"degrees", judgement.noise->degrees}};
  }
  for (const auto& finding : judgement.findings) json["findings"].push_back(FindingJson(finding));
  for (const auto& suspect : judgement.suspects) {
    json["suspects"].push_back(DifferenceJson(suspect));
  }
  Put(json, "notes", judgement.notes);
  return json;
}

core::CaseJudgement ReadJudgement(const Json& json) {
  core::CaseJudgement judgement;
  judgement.state = core::ParseCaseState(json.at("state").get<std::string>());
  if (json.contains("metric")) judgement.metric = ReadMetric(json.at("metric"));
  if (auto noise = json.find("noise"); noise != json.end()) {
    core::SuiteNoise& to = judgement.noise.emplace();
    Get(*noise, "repeats", to.repeats);
    Get(*noise, "centre", to.centre);
    Get(*noise, "deviation", to.deviation);
    Get(*noise, "degrees", to.degrees);
  }
  if (auto findings = json.find("findings"); findings != json.end()) {
    for (const Json& finding : *findings) judgement.findings.push_back(ReadFinding(finding));
  }
  if (auto suspects = json.find("suspects"); suspects != json.end()) {
    for (const Json& suspect : *suspects) judgement.suspects.push_back(ReadDifference(suspect));
  }
  Get(json, "notes", judgement.notes);
  return judgement;
}

Json CaseJson(const core::SuiteCase& suite_case) {
  Json json = {{"key", suite_case.key},
               {"model_label", suite_case.model_label},
               {"board", suite_case.board.value()},
               {"variant_label", suite_case.variant_label},
               {"spec", Json::parse(EncodeSpec(suite_case.spec))},
               {"judgement", JudgementJson(suite_case.judgement)}};
  Put(json, "jobs", Texts(suite_case.jobs));
  Put(json, "results", Texts(suite_case.results));
  Put(json, "confirming_jobs", Texts(suite_case.confirming_jobs));
  Put(json, "confirming_results", Texts(suite_case.confirming_results));
  Put(json, "baseline_results", Texts(suite_case.baseline_results));
  if (suite_case.error) json["error"] = FailureJson(*suite_case.error);
  return json;
}

// The spec is text of its own to its decoder.
core::SuiteCase ReadCase(const Json& json) {
  core::SuiteCase suite_case;
  Get(json, "key", suite_case.key);
  Get(json, "model_label", suite_case.model_label);
  Get(json, "board", suite_case.board);
  Get(json, "variant_label", suite_case.variant_label);
  if (auto spec = DecodeSpec(json.at("spec").dump()); spec.ok()) suite_case.spec = *spec;
  suite_case.judgement = ReadJudgement(json.at("judgement"));
  GetIds(json, "jobs", suite_case.jobs);
  GetIds(json, "results", suite_case.results);
  GetIds(json, "confirming_jobs", suite_case.confirming_jobs);
  GetIds(json, "confirming_results", suite_case.confirming_results);
  GetIds(json, "baseline_results", suite_case.baseline_results);
  if (json.contains("error")) suite_case.error = ReadFailure(json.at("error"));
  return suite_case;
}

}  // namespace

std::string EncodeSuiteRun(const core::SuiteRun& run) {
  Json json = {{"trigger", run.trigger}, {"spec", SuiteSpecJson(run.spec)}};
  for (const auto& suite_case : run.cases) json["cases"].push_back(CaseJson(suite_case));
  if (run.error) json["error"] = FailureJson(*run.error);
  return Dump(json);
}

absl::StatusOr<core::SuiteRun> DecodeSuiteRun(const std::string& text) {
  return Decoded<core::SuiteRun>(text, "run of a suite", [](const Json& json, core::SuiteRun& run) {
    Get(json, "trigger", run.trigger);
    ReadSuiteSpec(json.at("spec"), run.spec);
    if (auto cases = json.find("cases"); cases != json.end()) {
      for (const Json& suite_case : *cases) run.cases.push_back(ReadCase(suite_case));
    }
    if (json.contains("error")) run.error = ReadFailure(json.at("error"));
  });
}

}  // namespace edgerack::store
