#include "edgerack/v1/artifacts.grpc.pb.h"
#include "server/api/download.h"
#include "server/api/names.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/api/upload.h"

namespace edgerack::api {
namespace {

class DatasetServiceImpl final : public v1::DatasetService::CallbackService {
 public:
  explicit DatasetServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerReadReactor<v1::UploadRequest>* UploadDataset(grpc::CallbackServerContext* context,
                                                            v1::Dataset* response) override {
    return new UploadReactor<core::Dataset, v1::Dataset>(
        farm_, context, response,
        [](core::Dataset dataset, store::WriteBatch& batch) {
          batch.datasets.push_back(std::move(dataset));
        },
        [this](const core::DatasetId& id) { return farm_.services().datasets.GetDataset(id); });
  }

  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context,
                                       const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerWriteReactor<google::api::HttpBody>* DownloadDataset(
      grpc::CallbackServerContext* context, const v1::DownloadDatasetRequest* request) override {
    google::api::HttpBody first;
    first.set_content_type("application/octet-stream");
    auto path = PathOf(request->name());
    // Content-addressed: the file's name is its validator.
    if (path.ok()) context->AddInitialMetadata("etag", path->filename().string());
    return new DownloadReactor<google::api::HttpBody>(path, std::move(first));
  }

  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context,
                                         const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override {
    return Reply(context, List(*request, response));
  }

 private:
  absl::Status Get(const std::string& name, v1::Dataset* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "datasets"));
    ER_ASSIGN_OR_RETURN(core::Dataset dataset,
                        farm_.services().datasets.GetDataset(core::DatasetId(id)));
    ToProto(dataset, response);
    return absl::OkStatus();
  }

  absl::StatusOr<std::filesystem::path> PathOf(const std::string& name) {
    v1::Dataset dataset;
    ER_RETURN_IF_ERROR(Get(name, &dataset));
    return farm_.services().artifacts.PathOf(dataset.id());
  }

  absl::Status List(const v1::ListDatasetsRequest& request, v1::ListDatasetsResponse* response) {
    store::PageRequest page;
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), "datasets"));
    ER_ASSIGN_OR_RETURN(auto found, farm_.services().datasets.ListDatasets(page));
    for (const core::Dataset& dataset : found.records) ToProto(dataset, response->add_datasets());
    if (found.next != 0) {
      response->set_next_page_token(PageToken("datasets", std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDatasetService(control::Farm& farm) {
  return std::make_unique<DatasetServiceImpl>(farm);
}

}  // namespace edgerack::api
