#include "server/control/suites/suites.h"

#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/control/submission.h"
#include "server/control/suites/matrix.h"
#include "server/core/schedule.h"

namespace edgerack::control {
namespace {

constexpr int64_t kTickMs = 1'000;
constexpr size_t kLongestRequestId = 64;
constexpr size_t kLongestTrigger = 200;
constexpr int32_t kEverySuite = 10'000;
constexpr char kByRequest[] = "request";
constexpr char kBySchedule[] = "schedule";

// Each job that the suite would make, as far as that can be said without boards.
absl::Status CheckJobs(const core::SuiteSpec& spec, const Services& services) {
  std::vector<core::SuiteVariant> variants = spec.variants;
  if (variants.empty()) variants.emplace_back();
  for (const core::SuiteModel& model : spec.models) {
    for (const core::SuiteVariant& variant : variants) {
      core::JobSpec job;
      job.model = model.model;
      job.dataset = model.dataset;
      job.calibration = model.calibration;
      job.board_selector = spec.boards.front();
      job.quantize = variant.quantize.empty() ? model.quantize : variant.quantize;
      job.options = variant.options;
      job.options.insert(model.options.begin(), model.options.end());
      ER_RETURN_IF_ERROR(Annotate(CheckSpec(job, "", services).status(), "model " + model.label));
    }
  }
  return absl::OkStatus();
}

absl::Status Running(const core::SuiteId& id) {
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "SUITE_RUNNING",
                   "a run of suite \"" + id.value() +
                       "\" goes on; wait for it or cancel it (`edgerack suites history " +
                       id.value() + "`)");
}

}  // namespace

Suites::Suites(Farm& farm, store::SuiteStore& store, AnnounceRun announce)
    : farm_(farm), store_(store), announce_(std::move(announce)) {
  sequence_ = std::make_unique<Sequence>(kTickMs, [this] { Tick(); });
  runs_ = std::make_unique<SuiteRuns>(farm, store, *sequence_,
                                      [this](const core::SuiteRun& run) { Announce(run); });
}

Suites::~Suites() {
  Stop();
  runs_.reset();  // it watches jobs and would post to the sequence
}

void Suites::Stop() { sequence_->Stop(); }

absl::StatusOr<std::unique_ptr<Suites>> Suites::Start(Farm& farm, store::SuiteStore& store,
                                                      AnnounceRun announce) {
  std::unique_ptr<Suites> suites(new Suites(farm, store, std::move(announce)));
  std::promise<absl::Status> recovered;
  suites->sequence_->Post([&] { recovered.set_value(suites->Recover()); });
  ER_RETURN_IF_ERROR(recovered.get_future().get());
  return suites;
}

absl::Status Suites::Recover() {
  ER_ASSIGN_OR_RETURN(auto open, store_.ListOpenSuiteRuns());
  for (core::SuiteRun& run : open) {
    if (run.end_time_ms == 0) {
      spdlog::info("suite {} run {} is taken up again", run.suite.value(), run.number);
      runs_->TakeUp(std::move(run));
    } else {
      Announce(run);
    }
  }
  recovered_ = true;
  return absl::OkStatus();
}

void Suites::Write(store::SuiteRecords records, std::function<void(const absl::Status&)> done) {
  store::WriteBatch batch;
  batch.suites = std::move(records);
  services().journal.Write(std::move(batch), store::Durability::kReport, std::move(done));
}

void Suites::PutSuite(const core::SuiteId& id, core::SuiteSpec spec, Put how,
                      Done<core::Suite> done) {
  absl::Status status = core::CheckSuite(id, spec);
  if (status.ok()) status = CheckJobs(spec, services());
  if (!status.ok()) return done(status);
  sequence_->Post([this, id, spec = std::move(spec), how, done = std::move(done)] {
    auto known = store_.GetSuite(id);
    const bool is_new = known.status().code() == absl::StatusCode::kNotFound;
    if (!known.ok() && (!is_new || how == Put::kUpdate)) return done(known.status());
    if (known.ok() && how == Put::kCreate) {
      return done(MakeError(absl::StatusCode::kAlreadyExists, ErrorClass::kUser, "SUITE_EXISTS",
                            "there is a suite \"" + id.value() + "\" already; change that one"));
    }
    core::Suite suite;
    if (known.ok()) suite = *known;
    suite.id = id;
    suite.update_time_ms = services().clock.WallMs();
    if (is_new) suite.create_time_ms = suite.update_time_ms;
    // A schedule that stays as it is does not begin anew with each change of the suite.
    const bool same_schedule = suite.spec.schedule.when == spec.schedule.when &&
                               suite.spec.schedule.time_zone == spec.schedule.time_zone &&
                               suite.spec.schedule.paused == spec.schedule.paused;
    if (is_new || !same_schedule) suite.schedule_time_ms = suite.update_time_ms;
    suite.spec = spec;
    store::SuiteRecords records;
    (is_new ? records.new_suites : records.suites).push_back(suite);
    Write(std::move(records), [suite, done](const absl::Status& written) {
      if (!written.ok()) return done(written);
      done(suite);
    });
  });
}

void Suites::RemoveSuite(const core::SuiteId& id, Done<core::SuiteId> done) {
  sequence_->Post([this, id, done = std::move(done)] {
    if (auto known = store_.GetSuite(id); !known.ok()) return done(known.status());
    auto page = store_.ListSuiteRuns({.size = 1}, id);
    if (page.ok() && !page->records.empty()) runs_->Cancel(page->records.front().id);
    store::SuiteRecords records;
    records.removed.push_back(id);
    Write(std::move(records), [id, done](const absl::Status& written) {
      if (!written.ok()) return done(written);
      done(id);
    });
  });
}

void Suites::RunSuite(const core::SuiteId& id, std::string trigger, std::string request_id,
                      Done<core::SuiteRun> done) {
  if (request_id.size() > kLongestRequestId || trigger.size() > kLongestTrigger) {
    return done(MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_REQUEST_ID",
                          absl::StrCat("a request id has at most ", kLongestRequestId,
                                       " characters, a trigger ", kLongestTrigger)));
  }
  if (trigger.empty()) trigger = kByRequest;
  sequence_->Post(
      [this, id, trigger = std::move(trigger), request_id = std::move(request_id),
       done = std::move(done)] { Begin(id, trigger, request_id, /*scheduled=*/false, done); });
}

absl::StatusOr<int64_t> Suites::NextNumber(const core::SuiteId& id) {
  ER_ASSIGN_OR_RETURN(auto latest, store_.ListSuiteRuns({.size = 1}, id));
  return latest.records.empty() ? 1 : latest.records.front().number + 1;
}

void Suites::Begin(const core::SuiteId& id, const std::string& trigger,
                   const std::string& request_id, bool scheduled, Done<core::SuiteRun> done) {
  auto suite = store_.GetSuite(id);
  if (!suite.ok()) return done(suite.status());
  if (!request_id.empty()) {
    auto earlier = store_.GetSuiteRunByRequestId(id, request_id);
    if (earlier.ok()) return done(*earlier);
  }
  if (runs_->HasRunOf(id) || starting_.count(id) != 0) return done(Running(id));
  auto number = NextNumber(id);
  if (!number.ok()) return done(number.status());
  core::SuiteRun run;
  run.id = core::SuiteRunId(services().ids.NewId());
  run.suite = id;
  run.number = *number;
  run.request_id = request_id;
  run.trigger = trigger;
  run.create_time_ms = services().clock.WallMs();
  run.spec = suite->spec;
  auto cases = CasesOf(suite->spec, farm_.view().Boards(), run.create_time_ms);
  if (cases.ok()) {
    run.cases = *std::move(cases);
  } else {
    // A night without its boards is a run that failed, not one that never was.
    run.error = core::FailureOf(cases.status());
  }
  store::SuiteRecords records;
  records.new_runs.push_back(run);
  if (scheduled) {
    suite->schedule_time_ms = run.create_time_ms;
    records.suites.push_back(*suite);
  }
  starting_.insert(id);
  Write(std::move(records), [this, run, done = std::move(done)](const absl::Status& written) {
    sequence_->Post([this, run, done, written] {
      starting_.erase(run.suite);
      if (!written.ok()) return done(written);
      spdlog::info("suite {} run {} begins: {} cases, by {}", run.suite.value(), run.number,
                   run.cases.size(), run.trigger);
      done(run);
      runs_->TakeUp(run);
    });
  });
}

void Suites::CancelRun(const core::SuiteId& suite, const core::SuiteRunId& id,
                       Done<core::SuiteRun> done) {
  sequence_->Post([this, suite, id, done = std::move(done)] {
    auto run = GetRun(suite, id);
    if (!run.ok()) return done(run.status());
    runs_->Cancel(id);
    // After what the cancellation writes.
    Write({},
          [this, suite, id, done](const absl::Status&) { done(store_.GetSuiteRun(suite, id)); });
  });
}

void Suites::Accept(const core::SuiteId& suite, const core::SuiteRunId& id, Acceptance acceptance,
                    Done<std::vector<core::SuiteBaseline>> done) {
  sequence_->Post([this, suite, id, acceptance = std::move(acceptance), done = std::move(done)] {
    auto run = GetRun(suite, id);
    if (!run.ok()) return done(run.status());
    // A run of now would add to the baseline that ends.
    if (runs_->HasRunOf(suite)) return done(Running(suite));
    auto changed = Accepted(*run, acceptance, store_, services().clock.WallMs(), services().ids);
    if (!changed.ok()) return done(changed.status());
    store::SuiteRecords records;
    records.baselines = *changed;
    std::vector<core::SuiteBaseline> begun;
    for (const core::SuiteBaseline& baseline : *changed) {
      if (baseline.end_time_ms == 0) begun.push_back(baseline);
    }
    Write(std::move(records), [begun, done](const absl::Status& written) {
      if (!written.ok()) return done(written);
      done(begun);
    });
  });
}

absl::StatusOr<core::SuiteRun> Suites::GetRun(const core::SuiteId& suite,
                                              const core::SuiteRunId& id) const {
  if (auto live = runs_->Find(id); live && live->suite == suite) return *std::move(live);
  return store_.GetSuiteRun(suite, id);
}

void Suites::Announce(const core::SuiteRun& run) {
  std::optional<core::SuiteRunState> previous;
  auto page = store_.ListSuiteRuns({.size = 2}, run.suite);
  if (page.ok()) {
    for (const core::SuiteRun& earlier : page->records) {
      if (earlier.number < run.number && !previous) previous = earlier.state;
    }
  }
  announce_(run, previous, [this, told = core::SuiteRun(run)]() mutable {
    told.told = true;
    store::SuiteRecords records;
    records.runs.push_back(told);
    Write(std::move(records), [](const absl::Status&) {});
  });
}

void Suites::Tick() {
  if (!recovered_) return;
  runs_->Tick();
  auto suites = store_.ListSuites("", kEverySuite);
  if (!suites.ok()) return;
  const int64_t now_ms = services().clock.WallMs();
  for (core::Suite& suite : *suites) {
    const core::SuiteSchedule& schedule = suite.spec.schedule;
    if (schedule.when.empty() || schedule.paused || starting_.count(suite.id) != 0) continue;
    auto parsed = core::Schedule::Parse(schedule.when, schedule.time_zone);
    if (!parsed.ok() || parsed->NextAfter(suite.schedule_time_ms) > now_ms) continue;
    if (runs_->HasRunOf(suite.id)) {
      spdlog::warn("suite {} is due while a run of it goes on; this time is left out",
                   suite.id.value());
      suite.schedule_time_ms = now_ms;
      store::SuiteRecords records;
      records.suites.push_back(suite);
      Write(std::move(records), [](const absl::Status&) {});
      continue;
    }
    Begin(suite.id, kBySchedule, "", /*scheduled=*/true,
          [id = suite.id](const absl::StatusOr<core::SuiteRun>& run) {
            if (run.ok()) return;
            spdlog::error("suite {} did not begin: {}", id.value(), ErrorMessageOf(run.status()));
          });
  }
}

}  // namespace edgerack::control
