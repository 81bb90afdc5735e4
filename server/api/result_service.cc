#include "edgerack/v1/results.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/names.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/control/farm.h"

namespace edgerack::api {
namespace {

class ResultServiceImpl final : public v1::ResultService::CallbackService {
 public:
  explicit ResultServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerUnaryReactor* GetResult(grpc::CallbackServerContext* context,
                                      const v1::GetResultRequest* request,
                                      v1::Result* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerUnaryReactor* ListResults(grpc::CallbackServerContext* context,
                                        const v1::ListResultsRequest* request,
                                        v1::ListResultsResponse* response) override {
    return Reply(context, List(*request, response));
  }

 private:
  absl::Status Get(const std::string& name, v1::Result* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "results"));
    ER_ASSIGN_OR_RETURN(core::Result result,
                        farm_.services().results.GetResult(core::ResultId(id)));
    ToProto(result, response);
    return absl::OkStatus();
  }

  absl::Status List(const v1::ListResultsRequest& request, v1::ListResultsResponse* response) {
    store::PageRequest page;
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(std::string job, OptionalIdIn(request.job(), "jobs"));
    const std::string list = "results." + job;
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), list));
    ER_ASSIGN_OR_RETURN(auto found, farm_.services().results.ListResults(page, core::JobId(job)));
    for (const core::Result& result : found.records) ToProto(result, response->add_results());
    if (found.next != 0) {
      response->set_next_page_token(PageToken(list, std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeResultService(control::Farm& farm) {
  return std::make_unique<ResultServiceImpl>(farm);
}

}  // namespace edgerack::api
