#include "server/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <mutex>
#include <set>

namespace edgerack::metrics {
namespace {

using Labels = prometheus::Labels;

const prometheus::Histogram::BucketBoundaries kSeconds = {0.01, 0.05, 0.1, 0.5, 1,
                                                          5,    10,   30,  120, 600};
const prometheus::Histogram::BucketBoundaries kHttpSeconds = {0.001, 0.005, 0.01, 0.05, 0.1,
                                                              0.5,   1,     5,    30,   300};

}  // namespace

struct Metrics::Impl {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Gauge>& jobs = prometheus::BuildGauge()
                                                    .Name("edgerack_jobs")
                                                    .Help("Jobs that have not ended, by state")
                                                    .Register(*registry);
  prometheus::Family<prometheus::Gauge>& boards = prometheus::BuildGauge()
                                                      .Name("edgerack_boards")
                                                      .Help("Boards by state and health")
                                                      .Register(*registry);
  prometheus::Gauge& waiting_runs = prometheus::BuildGauge()
                                        .Name("edgerack_waiting_runs")
                                        .Help("Runs that are ready and wait for a board")
                                        .Register(*registry)
                                        .Add({});
  prometheus::Family<prometheus::Counter>& jobs_ended =
      prometheus::BuildCounter()
          .Name("edgerack_jobs_ended_total")
          .Help("Jobs that ended since the server started, by final state")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& failed_attempts =
      prometheus::BuildCounter()
          .Name("edgerack_failed_attempts_total")
          .Help("Attempts of runs that failed, by error class and code, retried ones included")
          .Register(*registry);
  prometheus::Family<prometheus::Histogram>& stage_seconds =
      prometheus::BuildHistogram()
          .Name("edgerack_stage_seconds")
          .Help("Duration of the stages of successful runs")
          .Register(*registry);
  prometheus::Histogram& compile_seconds =
      prometheus::BuildHistogram()
          .Name("edgerack_compile_seconds")
          .Help("Duration of compilations that ran; cache hits are not counted")
          .Register(*registry)
          .Add({}, kSeconds);
  prometheus::Family<prometheus::Counter>& cache_lookups =
      prometheus::BuildCounter()
          .Name("edgerack_cache_lookups_total")
          .Help("Look-ups in the compile and dataset caches, by outcome")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& http_requests =
      prometheus::BuildCounter()
          .Name("edgerack_http_requests_total")
          .Help("REST requests answered, by method, route and HTTP status")
          .Register(*registry);
  prometheus::Family<prometheus::Histogram>& http_seconds =
      prometheus::BuildHistogram()
          .Name("edgerack_http_request_seconds")
          .Help("Duration of REST requests from their head to the end of the answer")
          .Register(*registry);

  std::mutex mutex;  // of the two sets
  std::set<std::string> known_states;
  std::set<std::pair<std::string, std::string>> known_boards;
  std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  for (const char* state : {"QUEUED", "COMPILING", "RUNNING"}) {
    impl_->known_states.insert(state);
    impl_->jobs.Add({{"state", state}});
  }
  for (const char* state : {"SUCCEEDED", "FAILED", "CANCELLED"}) {
    impl_->jobs_ended.Add({{"state", state}});
  }
}

Metrics::~Metrics() = default;

void Metrics::SetUnfinishedJobs(const std::map<std::string, int>& count_by_state) {
  std::lock_guard lock(impl_->mutex);
  for (const auto& [state, count] : count_by_state) impl_->known_states.insert(state);
  for (const std::string& state : impl_->known_states) {
    auto found = count_by_state.find(state);
    impl_->jobs.Add({{"state", state}}).Set(found == count_by_state.end() ? 0 : found->second);
  }
}

void Metrics::SetBoards(const std::map<std::pair<std::string, std::string>, int>& count) {
  std::lock_guard lock(impl_->mutex);
  for (const auto& [key, boards] : count) impl_->known_boards.insert(key);
  for (const auto& key : impl_->known_boards) {
    auto found = count.find(key);
    impl_->boards.Add({{"state", key.first}, {"health", key.second}})
        .Set(found == count.end() ? 0 : found->second);
  }
}

void Metrics::SetWaitingRuns(int count) { impl_->waiting_runs.Set(count); }

void Metrics::CountJobEnd(const std::string& state) {
  impl_->jobs_ended.Add({{"state", state}}).Increment();
}

void Metrics::CountFailedAttempt(const std::string& error_class, const std::string& code) {
  impl_->failed_attempts.Add({{"class", error_class}, {"code", code}}).Increment();
}

void Metrics::ObserveStage(const std::string& stage, double seconds) {
  impl_->stage_seconds.Add({{"stage", stage}}, kSeconds).Observe(seconds);
}

void Metrics::ObserveCompile(double seconds) { impl_->compile_seconds.Observe(seconds); }

void Metrics::CountCacheLookup(const std::string& cache, bool hit) {
  impl_->cache_lookups.Add({{"cache", cache}, {"outcome", hit ? "hit" : "miss"}}).Increment();
}

void Metrics::ObserveHttpRequest(const std::string& method, const std::string& route, int status,
                                 double seconds) {
  impl_->http_requests
      .Add({{"method", method}, {"route", route}, {"status", std::to_string(status)}})
      .Increment();
  impl_->http_seconds.Add({{"method", method}, {"route", route}}, kHttpSeconds).Observe(seconds);
}

absl::Status Metrics::Serve(const std::string& address) {
  try {
    impl_->exposer = std::make_unique<prometheus::Exposer>(address, 1);
    impl_->exposer->RegisterCollectable(impl_->registry);
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "ADDRESS_IN_USE",
                     "cannot serve metrics on " + address + ": " + error.what() +
                         "; choose another --metrics address or stop what has it");
  }
}

}  // namespace edgerack::metrics
