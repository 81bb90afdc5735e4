#include "server/control/job_table.h"

#include <utility>

#include "server/core/job_options.h"

namespace edgerack::control {

absl::Status JobTable::Add(core::Job job) {
  ActiveJob active;
  ER_ASSIGN_OR_RETURN(active.selector, core::Selector::Parse(job.spec.board_selector));
  ER_ASSIGN_OR_RETURN(active.options, core::OptionsOf(job.spec));
  active.order = next_order_;
  next_order_ += static_cast<int64_t>(job.runs.size());
  for (const core::Run& run : job.runs) job_of_run_.emplace(run.id, job.id);
  active.job = std::move(job);
  const core::JobId id = active.job.id;
  jobs_.emplace(id, std::move(active));
  return absl::OkStatus();
}

void JobTable::Remove(const core::JobId& id) {
  auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  for (const core::Run& run : found->second.job.runs) job_of_run_.erase(run.id);
  jobs_.erase(found);
}

ActiveJob* JobTable::Find(const core::JobId& id) {
  auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

ActiveJob* JobTable::FindByRun(const core::RunId& run) {
  auto found = job_of_run_.find(run);
  return found == job_of_run_.end() ? nullptr : Find(found->second);
}

core::Run* JobTable::FindRun(const core::RunId& id) {
  ActiveJob* active = FindByRun(id);
  if (active == nullptr) return nullptr;
  for (core::Run& run : active->job.runs) {
    if (run.id == id) return &run;
  }
  return nullptr;
}

}  // namespace edgerack::control
