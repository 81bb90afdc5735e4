#include "edgerack/v1/artifacts.grpc.pb.h"
#include "server/api/download.h"
#include "server/api/names.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/api/upload.h"

namespace edgerack::api {
namespace {

class FirmwareServiceImpl final : public v1::FirmwareService::CallbackService {
 public:
  explicit FirmwareServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerReadReactor<v1::UploadRequest>* UploadFirmware(grpc::CallbackServerContext* context,
                                                             v1::Firmware* response) override {
    return new UploadReactor<core::Firmware, v1::Firmware>(
        farm_, context, response,
        [](core::Firmware firmware, store::WriteBatch& batch) {
          batch.firmwares.push_back(std::move(firmware));
        },
        [this](const core::FirmwareId& id) { return farm_.services().firmwares.GetFirmware(id); });
  }

  grpc::ServerUnaryReactor* GetFirmware(grpc::CallbackServerContext* context,
                                        const v1::GetFirmwareRequest* request,
                                        v1::Firmware* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerWriteReactor<google::api::HttpBody>* DownloadFirmware(
      grpc::CallbackServerContext* context, const v1::DownloadFirmwareRequest* request) override {
    google::api::HttpBody first;
    first.set_content_type("application/octet-stream");
    auto path = PathOf(request->name());
    // Content-addressed: the file's name is its validator.
    if (path.ok()) context->AddInitialMetadata("etag", path->filename().string());
    return new DownloadReactor<google::api::HttpBody>(path, std::move(first));
  }

  grpc::ServerUnaryReactor* ListFirmwares(grpc::CallbackServerContext* context,
                                          const v1::ListFirmwaresRequest* request,
                                          v1::ListFirmwaresResponse* response) override {
    return Reply(context, List(*request, response));
  }

 private:
  absl::Status Get(const std::string& name, v1::Firmware* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "firmwares"));
    ER_ASSIGN_OR_RETURN(core::Firmware firmware,
                        farm_.services().firmwares.GetFirmware(core::FirmwareId(id)));
    ToProto(firmware, response);
    return absl::OkStatus();
  }

  absl::StatusOr<std::filesystem::path> PathOf(const std::string& name) {
    v1::Firmware firmware;
    ER_RETURN_IF_ERROR(Get(name, &firmware));
    return farm_.services().artifacts.PathOf(firmware.id());
  }

  absl::Status List(const v1::ListFirmwaresRequest& request, v1::ListFirmwaresResponse* response) {
    store::PageRequest page;
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), "firmwares"));
    ER_ASSIGN_OR_RETURN(auto found, farm_.services().firmwares.ListFirmwares(page));
    for (const core::Firmware& firmware : found.records)
      ToProto(firmware, response->add_firmwares());
    if (found.next != 0) {
      response->set_next_page_token(PageToken("firmwares", std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeFirmwareService(control::Farm& farm) {
  return std::make_unique<FirmwareServiceImpl>(farm);
}

}  // namespace edgerack::api
