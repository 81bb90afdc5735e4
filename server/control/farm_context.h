// What the stages of a job's life share. The services are thread-safe; the state below them belongs
// to the sequence.
#ifndef SERVER_CONTROL_FARM_CONTEXT_H_
#define SERVER_CONTROL_FARM_CONTEXT_H_

#include <map>
#include <memory>
#include <string>

#include "base/catalog/catalog.h"
#include "base/clock.h"
#include "base/ids.h"
#include "server/compile_client/compile_client.h"
#include "server/control/agent_link.h"
#include "server/control/job_table.h"
#include "server/control/live_view.h"
#include "server/metrics/metrics.h"
#include "server/scheduler/scheduler.h"
#include "server/store/artifact_store.h"
#include "server/store/journal.h"
#include "server/store/stores.h"

namespace edgerack::control {

class Sequence;

// Made by the composition root; all outlive the farm.
struct Services {
  Clock& clock;
  IdSource& ids;
  const Catalog& catalog;
  store::ArtifactStore& artifacts;
  store::Journal& journal;
  store::ModelStore& models;
  store::DatasetStore& datasets;
  store::FirmwareStore& firmwares;
  store::JobStore& jobs;
  store::ResultStore& results;
  store::BoardStore& boards;
  store::CacheStore& caches;
  compile_client::CompileClient& compiler;
  metrics::Metrics& metrics;
  std::string server_version;
};

struct FarmContext {
  Services services;
  LiveView& view;
  Sequence* sequence = nullptr;  // set before anything runs

  // Of the sequence.
  JobTable jobs;
  scheduler::Scheduler scheduler;
  std::map<core::AgentId, std::shared_ptr<AgentLink>> links;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_FARM_CONTEXT_H_
