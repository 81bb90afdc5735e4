#include "edgerack/v1/artifacts.grpc.pb.h"
#include "server/api/download.h"
#include "server/api/names.h"
#include "server/api/pending_reply.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/api/upload.h"

namespace edgerack::api {
namespace {

class ModelServiceImpl final : public v1::ModelService::CallbackService {
 public:
  explicit ModelServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerReadReactor<v1::UploadRequest>* UploadModel(grpc::CallbackServerContext* context,
                                                          v1::Model* response) override {
    return new UploadReactor<core::Model, v1::Model>(
        farm_, context, response,
        [](core::Model model, store::WriteBatch& batch) {
          batch.models.push_back(std::move(model));
        },
        [this](const core::ModelId& id) { return farm_.services().models.GetModel(id); });
  }

  grpc::ServerUnaryReactor* GetModel(grpc::CallbackServerContext* context,
                                     const v1::GetModelRequest* request,
                                     v1::Model* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerUnaryReactor* GetModelView(grpc::CallbackServerContext* context,
                                         const v1::GetModelViewRequest* request,
                                         v1::ModelView* response) override {
    auto id = IdOfPart(request->name(), "models", "view");
    if (!id.ok()) return Reply(context, id.status());
    auto* reactor = new PendingReply;
    farm_.GetModelView(core::ModelId(*id), [answer = reactor->answer(), id = *id,
                                            response](absl::StatusOr<core::ModelView> view) {
      answer->Finish(ToGrpc(view.status()), [&] {
        if (!view.ok()) return;
        ToProto(*view, response);
        response->set_name("models/" + id + "/view");
        response->set_model("models/" + id);
      });
    });
    return reactor;
  }

  grpc::ServerWriteReactor<google::api::HttpBody>* DownloadModel(
      grpc::CallbackServerContext* context, const v1::DownloadModelRequest* request) override {
    google::api::HttpBody first;
    first.set_content_type("application/octet-stream");
    auto path = PathOf(request->name());
    // Content-addressed: the file's name is its validator.
    if (path.ok()) context->AddInitialMetadata("etag", path->filename().string());
    return new DownloadReactor<google::api::HttpBody>(path, std::move(first));
  }

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override {
    return Reply(context, List(*request, response));
  }

 private:
  absl::Status Get(const std::string& name, v1::Model* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "models"));
    ER_ASSIGN_OR_RETURN(core::Model model, farm_.services().models.GetModel(core::ModelId(id)));
    ToProto(model, response);
    return absl::OkStatus();
  }

  absl::StatusOr<std::filesystem::path> PathOf(const std::string& name) {
    v1::Model model;
    ER_RETURN_IF_ERROR(Get(name, &model));
    return farm_.services().artifacts.PathOf(model.id());
  }

  absl::Status List(const v1::ListModelsRequest& request, v1::ListModelsResponse* response) {
    store::PageRequest page;
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), "models"));
    ER_ASSIGN_OR_RETURN(auto found, farm_.services().models.ListModels(page));
    for (const core::Model& model : found.records) ToProto(model, response->add_models());
    if (found.next != 0) {
      response->set_next_page_token(PageToken("models", std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeModelService(control::Farm& farm) {
  return std::make_unique<ModelServiceImpl>(farm);
}

}  // namespace edgerack::api
