#include "server/control/conclusion.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "server/control/kept_outputs.h"
#include "server/control/kept_trace.h"
#include "server/control/sequence.h"

namespace edgerack::control {
namespace {

// Everything a run waited for: for the compiler, then for a board, failed attempts included.
core::Stage QueueStage(const core::Job& job, const core::Run& run) {
  core::Stage stage;
  stage.name = "queue";
  stage.start_time_ms = job.create_time_ms;
  const auto waited_ms = static_cast<double>(run.assign_time_ms - job.create_time_ms);
  const double compile_ms = run.plan->compile_stage.duration_ms.value_or(0);
  stage.duration_ms = std::max(0.0, waited_ms - compile_ms);
  return stage;
}

absl::StatusOr<core::Result> MakeFromArtifacts(analysis::RunFacts facts,
                                               const core::Measurement& measurement,
                                               store::ArtifactStore& artifacts) {
  if (facts.spec.model.empty()) return analysis::MakeForeignResult(facts, measurement);
  ER_ASSIGN_OR_RETURN(std::string report, artifacts.Read(facts.plan.compiled.report_sha256));
  ER_ASSIGN_OR_RETURN(facts.report, compile_client::ParseReport(report));
  ER_ASSIGN_OR_RETURN(facts.reference, artifacts.Read(facts.plan.prepared.reference_sha256));
  ER_ASSIGN_OR_RETURN(facts.host_trace, ReadHostTrace(facts.plan, artifacts));
  ER_ASSIGN_OR_RETURN(core::Result result, analysis::MakeResult(facts, measurement));
  auto kept = KeepOutputs(facts.plan.prepared, measurement, artifacts);
  if (kept.ok()) {
    result.outputs = *std::move(kept);
  } else {
    // What was measured is worth more than the values it was measured with.
    result.issues.push_back({"OUTPUTS_NOT_KEPT", "the board's outputs were not kept: " +
                                                     ErrorMessageOf(kept.status())});
  }
  if (!measurement.trace || measurement.trace->samples == 0) return result;
  auto trace = KeepTrace(facts.plan, *measurement.trace, artifacts);
  if (trace.ok()) {
    result.trace = *std::move(trace);
  } else {
    result.issues.push_back({"TRACE_INCOMPLETE", "the trace of the layers was not kept: " +
                                                     ErrorMessageOf(trace.status())});
  }
  return result;
}

}  // namespace

void Conclusion::Begin(const core::RunId& id, const core::RunReport& report) {
  const ActiveJob* active = context_.jobs.FindByRun(id);
  const core::Run* run = context_.jobs.FindRun(id);
  if (active == nullptr || run == nullptr || !run->plan) return;
  analysis::RunFacts facts;
  facts.job = active->job.id;
  facts.run = id;
  facts.model_display_name = active->job.model_display_name;
  facts.spec = active->job.spec;
  facts.options = active->options;
  facts.plan = *run->plan;
  if (const core::Board* board = context_.scheduler.FindBoard(run->board)) {
    facts.board = {board->id, board->kind, board->chip, board->uid, board->is_virtual};
    auto kind = context_.services.catalog.FindBoardKind(board->kind);
    auto chip = context_.services.catalog.FindChip(board->chip);
    facts.firmware = analysis::PlacesOf(kind.ok() ? &*kind : nullptr, chip.ok() ? &*chip : nullptr,
                                        *report.measurement);
  }
  facts.stages = {QueueStage(active->job, *run)};
  if (!facts.spec.model.empty()) facts.stages.push_back(run->plan->compile_stage);
  facts.stages.insert(facts.stages.end(), report.stages.begin(), report.stages.end());
  facts.server_version = context_.services.server_version;

  const int attempt = run->attempt;
  pool_.Post([this, id, attempt, facts = std::move(facts),
              measurement = report.measurement]() mutable {
    auto result = MakeFromArtifacts(std::move(facts), *measurement, context_.services.artifacts);
    context_.sequence->Post([this, id, attempt, result = std::move(result)]() mutable {
      Finish(id, attempt, std::move(result));
    });
  });
}

void Conclusion::Finish(const core::RunId& id, int attempt, absl::StatusOr<core::Result> result) {
  core::Run* run = context_.jobs.FindRun(id);
  // Cancelled meanwhile.
  if (run == nullptr || run->state != core::RunState::kAssigned || run->attempt != attempt) return;
  const core::JobId job = context_.jobs.FindByRun(id)->job.id;
  Transition transition(context_);
  const bool ok = result.ok();
  run->progress.reset();
  if (ok) {
    result->id = core::ResultId(context_.services.ids.NewId());
    result->create_time_ms = context_.services.clock.WallMs();
    run->state = core::RunState::kSucceeded;
    run->stage = "validate";
    run->error.reset();
    run->result = result->id;
    for (const core::Stage& stage : result->stages) {
      context_.services.metrics.ObserveStage(stage.name, stage.duration_ms.value_or(0) / 1000);
    }
    context_.jobs.FindByRun(id)->results.push_back(*result);
    transition.Add(*std::move(result));
  } else {
    spdlog::error("run {}: {}", id.value(), ErrorMessageOf(result.status()));
    run->state = core::RunState::kFailed;
    run->error = core::FailureOf(result.status());
  }
  transition.Change(job);
  apply_(
      context_.scheduler.EndRun(id, ok ? scheduler::RunEnd::kSucceeded : scheduler::RunEnd::kFailed,
                                context_.services.clock.SteadyMs()),
      transition);
  transition.Commit();
}

}  // namespace edgerack::control
