// Every Prometheus metric of the server in one place. Thread-safe.
#ifndef SERVER_METRICS_METRICS_H_
#define SERVER_METRICS_METRICS_H_

#include <map>
#include <memory>
#include <string>

#include "base/error.h"

namespace edgerack::metrics {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // edgerack_jobs{state}: jobs that have not ended. A state that is not named becomes 0.
  void SetUnfinishedJobs(const std::map<std::string, int>& count_by_state);
  // edgerack_boards{state,health}, keyed "STATE/HEALTH". What is not named becomes 0.
  void SetBoards(const std::map<std::pair<std::string, std::string>, int>& count);
  // edgerack_waiting_runs: runs that are ready and wait for a board.
  void SetWaitingRuns(int count);
  // edgerack_jobs_ended_total{state}
  void CountJobEnd(const std::string& state);
  // edgerack_failed_attempts_total{class,code}
  void CountFailedAttempt(const std::string& error_class, const std::string& code);
  // edgerack_stage_seconds{stage}
  void ObserveStage(const std::string& stage, double seconds);
  // edgerack_compile_seconds: compilations that ran, cache hits not counted.
  void ObserveCompile(double seconds);
  // edgerack_cache_lookups_total{cache,outcome}; outcome is hit or miss.
  void CountCacheLookup(const std::string& cache, bool hit);

  // edgerack_http_requests_total{method,route,status} and
  // edgerack_http_request_seconds{method,route}: `route` is the path's template, `status` the HTTP
  // status, 0 when the client left before it.
  void ObserveHttpRequest(const std::string& method, const std::string& route, int status,
                          double seconds);

  // Serves /metrics on HOST:PORT until this object goes. INVALID_ARGUMENT (BAD_ADDRESS) or
  // UNAVAILABLE (ADDRESS_IN_USE). Call once.
  absl::Status Serve(const std::string& address);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace edgerack::metrics

#endif  // SERVER_METRICS_METRICS_H_
