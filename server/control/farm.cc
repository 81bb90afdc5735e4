#include "server/control/farm.h"

#include <spdlog/spdlog.h>

#include <future>
#include <map>
#include <utility>

#include "server/analysis/compare.h"
#include "server/analysis/explain.h"
#include "server/control/conclusion.h"
#include "server/control/dispatch.h"
#include "server/control/preparation.h"
#include "server/control/recovery.h"
#include "server/control/sequence.h"
#include "server/control/submission.h"
#include "server/control/transition.h"
#include "server/control/worker_pool.h"

namespace edgerack::control {
namespace {

constexpr int64_t kTickMs = 1'000;
constexpr int kCompileThreads = 2;
constexpr int64_t kForeverMs = 24 * 3'600'000;

absl::StatusOr<core::Job> SameRequest(const core::Job& job, const core::JobSpec& spec) {
  if (job.spec == spec) return job;
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "REQUEST_ID_REUSED",
                   "the request id was used before for another job, " + job.id.value() +
                       "; choose a new one for each new request");
}

}  // namespace

struct Farm::Parts {
  explicit Parts(Services services)
      : context{std::move(services), view, nullptr, {}, {}, {}},
        model_views(context.services, view_pool),
        diagnoses(context.services, diagnosis_pool),
        validations(context.services, validation_pool),
        conclusion(context, result_pool),
        dispatch(context, conclusion),
        preparation(context, compile_pool, kCompileThreads, dispatch),
        sequence(kTickMs, [this] {
          if (tick) tick();
        }) {
    context.sequence = &sequence;
    conclusion.set_apply([this](const scheduler::Actions& actions, Transition& transition) {
      dispatch.Apply(actions, transition);
    });
  }

  LiveView view;
  FarmContext context;
  // Pools of their own: neither a result nor a look at a model must wait behind minutes of
  // compilation or validation.
  WorkerPool compile_pool{kCompileThreads};
  WorkerPool result_pool{1};
  WorkerPool view_pool{1};
  WorkerPool diagnosis_pool{1};
  WorkerPool validation_pool{1};
  ModelViews model_views;
  Diagnoses diagnoses;
  Validations validations;
  Conclusion conclusion;
  Dispatch dispatch;
  Preparation preparation;
  std::function<void()> tick;  // of the sequence; empty until the past is recovered
  Sequence sequence;           // last: its thread ends before the rest goes
};

Farm::Farm(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Farm::~Farm() { Stop(kForeverMs); }

LiveView& Farm::view() { return parts_->view; }
const Services& Farm::services() const { return parts_->context.services; }

absl::StatusOr<std::unique_ptr<Farm>> Farm::Start(Services services) {
  // Reads the whole program once, here and not on the sequence; a missing one is each job's error.
  (void)services.compiler.ProgramSha256();
  std::unique_ptr<Farm> farm(new Farm(std::make_unique<Parts>(std::move(services))));
  std::promise<absl::Status> recovered;
  farm->parts_->sequence.Post([&recovered, self = farm.get()] {
    Parts& parts = *self->parts_;
    absl::Status status = Recover(parts.context, parts.dispatch, parts.preparation,
                                  [&recovered] { recovered.set_value(absl::OkStatus()); });
    if (!status.ok()) return recovered.set_value(status);
    parts.tick = [self] { self->Tick(); };
  });
  ER_RETURN_IF_ERROR(recovered.get_future().get());
  return farm;
}

bool Farm::Stop(int64_t wait_ms) {
  parts_->sequence.Stop();
  const bool compiled = parts_->compile_pool.Stop(wait_ms);
  const bool viewed = parts_->view_pool.Stop(wait_ms);
  const bool diagnosed = parts_->diagnosis_pool.Stop(wait_ms);
  const bool validated = parts_->validation_pool.Stop(wait_ms);
  return parts_->result_pool.Stop(wait_ms) && compiled && viewed && diagnosed && validated;
}

absl::StatusOr<core::Job> Farm::GetJob(const core::JobId& id) const {
  if (auto live = parts_->view.FindJob(id)) return live->job;
  return services().jobs.GetJob(id);
}

void Farm::CreateJob(const core::JobSpec& spec, const std::string& request_id, JobCallback done) {
  absl::StatusOr<std::string> name = CheckSpec(spec, request_id, services());
  if (!name.ok()) return done(name.status());
  if (!request_id.empty()) {
    auto earlier = services().jobs.GetJobByRequestId(request_id);
    if (earlier.ok()) return done(SameRequest(*earlier, spec));
  }
  parts_->sequence.Post([this, spec, request_id, name = *std::move(name), done = std::move(done)] {
    Insert(spec, request_id, name, done);
  });
}

void Farm::Insert(const core::JobSpec& spec, const std::string& request_id,
                  const std::string& display_name, const JobCallback& done) {
  FarmContext& context = parts_->context;
  core::Job job;
  job.create_time_ms = job.update_time_ms = context.services.clock.WallMs();
  auto runs = MakeRuns(spec, context.scheduler.Boards(), job.create_time_ms, context.services.ids);
  if (!runs.ok()) return done(runs.status());
  job.id = core::JobId(context.services.ids.NewId());
  job.spec = spec;
  job.request_id = request_id;
  job.model_display_name = display_name;
  job.runs = *std::move(runs);
  store::WriteBatch batch;
  batch.new_jobs.push_back(job);
  context.services.journal.Write(
      std::move(batch), store::Durability::kReport, [this, job, done](const absl::Status& status) {
        if (status.code() == absl::StatusCode::kAlreadyExists) {
          // The same request came twice at once, and the other one was first.
          auto earlier = services().jobs.GetJobByRequestId(job.request_id);
          return done(earlier.ok() ? SameRequest(*earlier, job.spec) : earlier);
        }
        if (!status.ok()) return done(status);
        parts_->sequence.Post([this, job, done] {
          absl::Status added = parts_->context.jobs.Add(job);
          if (!added.ok()) return done(added);
          parts_->view.PublishJob({job, {}});
          spdlog::info("job {} accepted: {} on \"{}\", {} runs", job.id.value(),
                       job.model_display_name, job.spec.board_selector, job.runs.size());
          done(job);
          parts_->preparation.Begin(job.id);
        });
      });
}

void Farm::GetModelView(const core::ModelId& id, ModelViews::Callback done) {
  parts_->model_views.Get(id, std::move(done));
}

void Farm::GetValidation(const core::ResultId& id, Validations::Callback done) {
  parts_->validations.Get(id, std::move(done));
}

absl::StatusOr<core::Explanation> Farm::Explain(const core::ResultId& id) const {
  ER_ASSIGN_OR_RETURN(core::Result result, services().results.GetResult(id));
  // A chip that a later version no longer has leaves what the result says by itself.
  auto chip = services().catalog.FindChip(result.board.chip);
  return analysis::Explain(result, chip.ok() ? &*chip : nullptr);
}

absl::StatusOr<core::ResultComparison> Farm::Compare(const core::ResultId& baseline,
                                                     const core::ResultId& result,
                                                     const std::set<std::string>& allow) const {
  ER_ASSIGN_OR_RETURN(core::Result before, services().results.GetResult(baseline));
  ER_ASSIGN_OR_RETURN(core::Result after, services().results.GetResult(result));
  return analysis::CompareResults(before, after, allow);
}

void Farm::Diagnose(DiagnosisRequest request, Diagnoses::Callback done) {
  parts_->diagnoses.Make(std::move(request), std::move(done));
}

void Farm::CancelJob(const core::JobId& id, JobCallback done) {
  parts_->sequence.Post([this, id, done = std::move(done)] { Cancel(id, done); });
}

void Farm::Cancel(const core::JobId& id, const JobCallback& done) {
  FarmContext& context = parts_->context;
  ActiveJob* active = context.jobs.Find(id);
  Transition transition(context);
  if (active != nullptr) {
    for (core::Run& run : active->job.runs) {
      if (core::HasEnded(run.state)) continue;
      run.state = core::RunState::kCancelled;
      run.progress.reset();
      parts_->dispatch.Apply(context.scheduler.EndRun(run.id, scheduler::RunEnd::kCancelled,
                                                      context.services.clock.SteadyMs()),
                             transition);
    }
    transition.Change(id);
  }
  // A job that has just ended is in the store once everything before this is durable.
  transition.Then([this, id, done] { done(services().jobs.GetJob(id)); });
  transition.Commit();
}

void Farm::Report(core::AgentReport report, std::shared_ptr<AgentLink> link) {
  parts_->sequence.Post([this, report = std::move(report), link = std::move(link)]() mutable {
    TakeReport(std::move(report), std::move(link));
  });
}

void Farm::TakeReport(core::AgentReport report, std::shared_ptr<AgentLink> link) {
  FarmContext& context = parts_->context;
  const core::AgentId agent = report.agent;
  if (auto known = context.links.find(agent); known == context.links.end()) {
    spdlog::info("agent {} is connected with {} boards", agent.value(), report.boards.size());
  }
  context.links[agent] = std::move(link);
  Transition transition(context);
  for (core::BoardReport& board : report.boards) {
    board.board.last_seen_time_ms = context.services.clock.WallMs();
    transition.ShowBoard(board.board.id);
  }
  parts_->dispatch.Apply(context.scheduler.Report(report, context.services.clock.SteadyMs()),
                         transition);
  transition.Tell(agent);
  transition.Commit();
}

void Farm::Unlink(const core::AgentId& agent, const std::shared_ptr<AgentLink>& link) {
  parts_->sequence.Post([this, agent, link] {
    auto found = parts_->context.links.find(agent);
    if (found == parts_->context.links.end() || found->second != link) return;
    spdlog::info("agent {} is disconnected", agent.value());
    parts_->context.links.erase(found);
  });
}

void Farm::Tick() {
  FarmContext& context = parts_->context;
  Transition transition(context);
  parts_->dispatch.Apply(context.scheduler.Tick(context.services.clock.SteadyMs()), transition);
  transition.Commit();
  parts_->preparation.Tick();

  std::map<std::string, int> jobs;
  for (const auto& [id, active] : context.jobs.all()) ++jobs[core::JobStateName(active.job.state)];
  std::map<std::pair<std::string, std::string>, int> boards;
  for (const core::Board& board : context.scheduler.Boards()) {
    ++boards[{core::BoardStateName(board.state), core::BoardHealthName(board.health)}];
  }
  context.services.metrics.SetUnfinishedJobs(jobs);
  context.services.metrics.SetBoards(boards);
  context.services.metrics.SetWaitingRuns(static_cast<int>(context.scheduler.WaitingRuns()));
}

}  // namespace edgerack::control
