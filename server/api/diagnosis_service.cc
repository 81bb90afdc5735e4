#include "edgerack/v1/diagnoses.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/names.h"
#include "server/api/pending_reply.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/control/farm.h"

namespace edgerack::api {
namespace {

absl::StatusOr<control::DiagnosisRequest> FromProto(const v1::DiagnoseOutputsRequest& from) {
  control::DiagnosisRequest request;
  ER_ASSIGN_OR_RETURN(std::string model, IdIn(from.model(), "models"));
  ER_ASSIGN_OR_RETURN(std::string inputs, IdIn(from.inputs(), "datasets"));
  ER_ASSIGN_OR_RETURN(std::string outputs, IdIn(from.outputs(), "datasets"));
  request.model = core::ModelId(model);
  request.inputs = core::DatasetId(inputs);
  request.outputs = core::DatasetId(outputs);
  request.options = {from.options().begin(), from.options().end()};
  // It would name a file of the server.
  for (const auto& [key, value] : request.options) {
    if (key.rfind("shape.", 0) == 0) continue;
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                     "option " + key + ": a diagnosis takes shape.NAME and no other option");
  }
  return request;
}

class DiagnosisServiceImpl final : public v1::DiagnosisService::CallbackService {
 public:
  explicit DiagnosisServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerUnaryReactor* DiagnoseOutputs(grpc::CallbackServerContext* context,
                                            const v1::DiagnoseOutputsRequest* request,
                                            v1::Diagnosis* response) override {
    auto asked = FromProto(*request);
    if (!asked.ok()) return Reply(context, asked.status());
    auto* reactor = new PendingReply;
    farm_.Diagnose(*std::move(asked), [answer = reactor->answer(),
                                       response](absl::StatusOr<core::Diagnosis> diagnosis) {
      answer->Finish(ToGrpc(diagnosis.status()), [&] {
        if (diagnosis.ok()) ToProto(*diagnosis, response);
      });
    });
    return reactor;
  }

 private:
  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDiagnosisService(control::Farm& farm) {
  return std::make_unique<DiagnosisServiceImpl>(farm);
}

}  // namespace edgerack::api
