// A suite's runs, their cases and baselines as messages.
#include "server/api/convert.h"
#include "server/api/convert_suite.h"

namespace edgerack::api {
namespace {

void AddNames(const char* collection, const auto& ids, auto* to) {
  for (const auto& id : ids) {
    if (!id.empty()) *to->Add() = collection + id.value();
  }
}

void FindingToProto(const core::SuiteFinding& finding, v1::SuiteFinding* to) {
  to->set_code(finding.code);
  to->set_severity(finding.is_regression ? v1::SuiteFinding::REGRESSION : v1::SuiteFinding::INFO);
  to->set_message(Utf8(finding.message));
  if (finding.layer) ToProto(*finding.layer, to->mutable_layer());
  if (finding.metric) ToProto(*finding.metric, to->mutable_metric());
}

void NoiseToProto(const core::SuiteNoise& noise, v1::SuiteNoise* to) {
  to->set_repeats(noise.repeats);
  to->set_percent(100 * noise.deviation);
  to->set_cycles(noise.centre * noise.deviation);
  to->set_degrees(noise.degrees);
}

}  // namespace

std::string SuiteRunName(const core::SuiteId& suite, const core::SuiteRunId& run) {
  return "suites/" + suite.value() + "/runs/" + run.value();
}

void ToProto(const core::SuiteCase& suite_case, v1::SuiteCase* to) {
  const core::CaseJudgement& judgement = suite_case.judgement;
  to->set_key(suite_case.key);
  to->set_model_label(suite_case.model_label);
  to->set_board(suite_case.board.value());
  to->set_variant_label(suite_case.variant_label);
  to->set_model("models/" + suite_case.spec.model.value());
  v1::SuiteCase::State state{};
  v1::SuiteCase::State_Parse(core::CaseStateName(judgement.state), &state);
  to->set_state(state);
  AddNames("jobs/", suite_case.jobs, to->mutable_jobs());
  AddNames("results/", suite_case.results, to->mutable_results());
  AddNames("jobs/", suite_case.confirming_jobs, to->mutable_confirming_jobs());
  AddNames("results/", suite_case.confirming_results, to->mutable_confirming_results());
  AddNames("results/", suite_case.baseline_results, to->mutable_baseline_results());
  if (judgement.metric) ToProto(*judgement.metric, to->mutable_metric());
  if (judgement.noise) NoiseToProto(*judgement.noise, to->mutable_noise());
  for (const auto& finding : judgement.findings) FindingToProto(finding, to->add_findings());
  for (const auto& suspect : judgement.suspects) ToProto(suspect, to->add_suspects());
  if (suite_case.error) ToProto(*suite_case.error, to->mutable_error());
  for (const std::string& note : judgement.notes) to->add_notes(Utf8(note));
}

void ToProto(const core::SuiteRun& run, Cases cases, v1::SuiteRun* to) {
  to->set_name(SuiteRunName(run.suite, run.id));
  to->set_id(run.id.value());
  to->set_suite("suites/" + run.suite.value());
  to->set_number(run.number);
  v1::SuiteRun::State state{};
  v1::SuiteRun::State_Parse(core::SuiteRunStateName(run.state), &state);
  to->set_state(state);
  to->set_trigger(Utf8(run.trigger));
  SetTime(run.create_time_ms, to->mutable_create_time());
  if (run.end_time_ms != 0) SetTime(run.end_time_ms, to->mutable_end_time());
  if (cases == Cases::kWith) {
    for (const core::SuiteCase& suite_case : run.cases) ToProto(suite_case, to->add_cases());
  }
  const core::RunCounts counts = core::CountsOf(run);
  to->set_case_count(static_cast<int32_t>(run.cases.size()));
  to->set_done_count(counts.done);
  to->set_regression_count(counts.regressions);
  to->set_failure_count(counts.failures);
  if (run.error) ToProto(*run.error, to->mutable_error());
  to->set_summary(Utf8(core::SummaryOf(run)));
}

void ToProto(const core::SuiteBaseline& baseline, v1::SuiteBaseline* to) {
  to->set_name("suites/" + baseline.suite.value() + "/baselines/" + baseline.id.value());
  to->set_suite("suites/" + baseline.suite.value());
  to->set_key(baseline.key);
  AddNames("results/", baseline.results, to->mutable_results());
  to->set_reason(Utf8(baseline.reason));
  to->set_accepted_by(Utf8(baseline.accepted_by));
  SetTime(baseline.accept_time_ms, to->mutable_accept_time());
  to->set_run(SuiteRunName(baseline.suite, baseline.run));
  if (baseline.end_time_ms != 0) SetTime(baseline.end_time_ms, to->mutable_end_time());
}

}  // namespace edgerack::api
