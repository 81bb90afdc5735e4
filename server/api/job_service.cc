#include "edgerack/v1/jobs.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/names.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/api/watch.h"
#include "server/control/farm.h"

namespace edgerack::api {
namespace {

class JobServiceImpl final : public v1::JobService::CallbackService {
 public:
  explicit JobServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerUnaryReactor* CreateJob(grpc::CallbackServerContext* context,
                                      const v1::CreateJobRequest* request,
                                      v1::Job* response) override {
    auto spec = FromProto(request->job());
    if (!spec.ok()) return Reply(context, spec.status());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    farm_.CreateJob(*spec, request->request_id(), Answer(reactor, response));
    return reactor;
  }

  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context,
                                   const v1::GetJobRequest* request, v1::Job* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context,
                                     const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override {
    return Reply(context, List(*request, response));
  }

  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::Job* response) override {
    auto id = IdIn(request->name(), "jobs");
    if (!id.ok()) return Reply(context, id.status());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    farm_.CancelJob(core::JobId(*id), Answer(reactor, response));
    return reactor;
  }

  grpc::ServerWriteReactor<v1::WatchJobResponse>* WatchJob(
      grpc::CallbackServerContext*, const v1::WatchJobRequest* request) override {
    auto id = IdIn(request->name(), "jobs");
    if (!id.ok()) return new RefusedWatch(id.status());
    return new WatchReactor(farm_, core::JobId(*id));
  }

 private:
  // Called once, on any thread, while the call waits.
  static control::Farm::JobCallback Answer(grpc::ServerUnaryReactor* reactor, v1::Job* response) {
    return [reactor, response](absl::StatusOr<core::Job> job) {
      if (job.ok()) ToProto(*job, response);
      reactor->Finish(ToGrpc(job.status()));
    };
  }

  absl::Status Get(const std::string& name, v1::Job* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "jobs"));
    ER_ASSIGN_OR_RETURN(core::Job job, farm_.GetJob(core::JobId(id)));
    ToProto(job, response);
    return absl::OkStatus();
  }

  absl::Status List(const v1::ListJobsRequest& request, v1::ListJobsResponse* response) {
    store::PageRequest page;
    const std::string list = request.unfinished() ? "jobs.unfinished" : "jobs";
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), list));
    ER_ASSIGN_OR_RETURN(auto found,
                        farm_.services().jobs.ListJobs(page, {.unfinished = request.unfinished()}));
    for (const core::Job& stored : found.records) {
      // The view knows more of a job that works: the stage it is in.
      auto live = farm_.view().FindJob(stored.id);
      ToProto(live != nullptr ? live->job : stored, response->add_jobs());
    }
    if (found.next != 0) {
      response->set_next_page_token(PageToken(list, std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeJobService(control::Farm& farm) {
  return std::make_unique<JobServiceImpl>(farm);
}

}  // namespace edgerack::api
