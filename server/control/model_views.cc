#include "server/control/model_views.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace edgerack::control {
namespace {

constexpr size_t kMostWaitingModels = 64;

}  // namespace

ModelViews::ModelViews(const Services& services, WorkerPool& pool)
    : services_(services), work_(pool, kMostWaitingModels) {}

void ModelViews::Get(const core::ModelId& id, Callback done) {
  auto model = services_.models.GetModel(id);
  if (!model.ok()) return done(model.status());
  auto program = services_.compiler.ProgramSha256();
  if (!program.ok()) return done(program.status());
  auto cached = services_.caches.FindModelView(id, *program);
  if (!cached.ok()) return done(cached.status());
  services_.metrics.CountCacheLookup("model_view", cached->has_value());
  if (*cached) return done(compile_client::ParseModelView(**cached));
  work_.Ask(
      id, [this, model = *std::move(model), program = *program] { return Make(model, program); },
      std::move(done));
}

absl::StatusOr<core::ModelView> ModelViews::Make(const core::Model& model,
                                                 const std::string& program_sha256) {
  ER_ASSIGN_OR_RETURN(auto path, services_.artifacts.PathOf(model.id.value()));
  ER_ASSIGN_OR_RETURN(std::string body, services_.compiler.Show({path, model.display_name}));
  ER_ASSIGN_OR_RETURN(core::ModelView view, compile_client::ParseModelView(body));
  store::WriteBatch batch;
  batch.model_views.push_back(
      {model.id, program_sha256, std::move(body), services_.clock.WallMs()});
  // The answer does not wait for the disk: a view that is lost is made again.
  services_.journal.Write(
      std::move(batch), store::Durability::kReport, [](const absl::Status& status) {
        if (!status.ok()) {
          spdlog::warn("a model's view was not kept: {}", ErrorMessageOf(status));
        }
      });
  return view;
}

}  // namespace edgerack::control
