// The life of all jobs behind a thread-safe door. Inside, one sequence owns all state; see
// README.md.
#ifndef SERVER_CONTROL_FARM_H_
#define SERVER_CONTROL_FARM_H_

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "server/control/diagnoses.h"
#include "server/control/farm_context.h"
#include "server/control/model_views.h"
#include "server/control/validations.h"
#include "server/core/agent_report.h"
#include "server/core/comparison.h"
#include "server/core/explanation.h"

namespace edgerack::control {

class Farm {
 public:
  // Takes up what an earlier life of the server left unfinished. Errors of the store.
  static absl::StatusOr<std::unique_ptr<Farm>> Start(Services services);
  // Waits for compilations that run. The journal must be closed before.
  ~Farm();

  // Nothing is called back after this. Compilations that still run after `wait_ms` are left to die
  // with the process: then false, and the process must end without destroying this object.
  bool Stop(int64_t wait_ms);

  using JobCallback = std::function<void(absl::StatusOr<core::Job>)>;

  // `done` gets the job when it is durable; it is called on a thread of the farm, or on the
  // caller's when the request is refused at once. The same request id gives the same job again.
  // INVALID_ARGUMENT (BAD_SELECTOR, BAD_OPTION, BAD_REQUEST_ID, REQUEST_ID_REUSED), NOT_FOUND
  // (MODEL_NOT_FOUND, DATASET_NOT_FOUND), FAILED_PRECONDITION (NO_MATCHING_BOARD), errors of the
  // journal (DISK_FULL, …).
  void CreateJob(const core::JobSpec& spec, const std::string& request_id, JobCallback done);
  // `done` gets the job as it is after that. NOT_FOUND (JOB_NOT_FOUND).
  void CancelJob(const core::JobId& id, JobCallback done);
  // The job as it is now, from the view or the store. NOT_FOUND (JOB_NOT_FOUND).
  absl::StatusOr<core::Job> GetJob(const core::JobId& id) const;

  // Each report is answered through `link` with what the agent's boards should be doing.
  void Report(core::AgentReport report, std::shared_ptr<AgentLink> link);
  // The link is dead; the agent may be back with another one already.
  void Unlink(const core::AgentId& agent, const std::shared_ptr<AgentLink>& link);

  // What the model is; see ModelViews::Get.
  void GetModelView(const core::ModelId& id, ModelViews::Callback done);
  // Where a result's executions part; see Validations::Get.
  void GetValidation(const core::ResultId& id, Validations::Callback done);
  // Why a result took its time. NOT_FOUND (RESULT_NOT_FOUND).
  absl::StatusOr<core::Explanation> Explain(const core::ResultId& id) const;
  // What changed from one result to another; `allow` holds codes of differences that shall not
  // forbid it. NOT_FOUND (RESULT_NOT_FOUND).
  absl::StatusOr<core::ResultComparison> Compare(const core::ResultId& baseline,
                                                 const core::ResultId& result,
                                                 const std::set<std::string>& allow) const;
  // Why outputs are not the model's; see Diagnoses::Make.
  void Diagnose(DiagnosisRequest request, Diagnoses::Callback done);

  LiveView& view();
  const Services& services() const;

 private:
  struct Parts;
  explicit Farm(std::unique_ptr<Parts> parts);

  // On the sequence.
  void Insert(const core::JobSpec& spec, const std::string& request_id,
              const std::string& display_name, const JobCallback& done);
  void Cancel(const core::JobId& id, const JobCallback& done);
  void TakeReport(core::AgentReport report, std::shared_ptr<AgentLink> link);
  void Tick();

  std::unique_ptr<Parts> parts_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_FARM_H_
