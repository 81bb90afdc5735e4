#include "base/sha256.h"
#include "edgerack/v1/results.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/convert_suite.h"
#include "server/api/names.h"
#include "server/api/pending_reply.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/control/farm.h"
#include "server/control/samples.h"

namespace edgerack::api {
namespace {

// Each tensor's samples together, from bytes that hold whole samples one after the other.
void AddTensor(const core::TensorInfo& tensor, const core::KeptOutputs& kept,
               const std::string& raw, v1::OutputTensor* to) {
  ToProto(tensor, to->mutable_tensor());
  const int64_t bytes = core::ElementCount(tensor.shape) * core::DtypeBytes(tensor.dtype);
  for (int64_t sample = 0; sample < kept.samples; ++sample) {
    to->mutable_data()->append(
        raw, static_cast<size_t>(sample * kept.sample_bytes + tensor.offset_bytes),
        static_cast<size_t>(bytes));
  }
}

absl::Status NotKept(const std::string& id) {
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "OUTPUTS_NOT_KEPT",
                   "result \"" + id +
                       "\" has no outputs: the server was older when it was made, or its disk was "
                       "full; run the model again");
}

absl::StatusOr<store::ResultFilter> FilterIn(const v1::ListResultsRequest& request) {
  store::ResultFilter filter;
  ER_ASSIGN_OR_RETURN(std::string job, OptionalIdIn(request.job(), "jobs"));
  ER_ASSIGN_OR_RETURN(std::string model, OptionalIdIn(request.model(), "models"));
  ER_ASSIGN_OR_RETURN(std::string board, OptionalIdIn(request.board(), "boards"));
  filter.job = core::JobId(job);
  filter.model = core::ModelId(model);
  filter.model_display_name = request.model_display_name();
  filter.board = core::BoardId(board);
  if (request.verdict() != v1::Result::VERDICT_UNSPECIFIED) {
    filter.verdict = core::ParseVerdict(v1::Result::Verdict_Name(request.verdict()));
  }
  return filter;
}

// A token belongs to one list: the same conditions, whatever view and page size.
std::string ListName(const v1::ListResultsRequest& request) {
  v1::ListResultsRequest conditions = request;
  conditions.clear_page_size();
  conditions.clear_page_token();
  conditions.clear_view();
  return "results." + Sha256Hex(conditions.SerializeAsString()).substr(0, 16);
}

void LeaveBasics(v1::Result* result) {
  result->clear_layers();
  result->clear_functions();
  result->clear_stages();
  result->clear_outputs();
  if (result->has_latency()) result->mutable_latency()->clear_samples_ms();
}

class ResultServiceImpl final : public v1::ResultService::CallbackService {
 public:
  explicit ResultServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerUnaryReactor* GetResult(grpc::CallbackServerContext* context,
                                      const v1::GetResultRequest* request,
                                      v1::Result* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerUnaryReactor* GetResultOutputs(grpc::CallbackServerContext* context,
                                             const v1::GetResultOutputsRequest* request,
                                             v1::ResultOutputs* response) override {
    return Reply(context, GetOutputs(*request, response));
  }

  grpc::ServerUnaryReactor* GetResultValidation(grpc::CallbackServerContext* context,
                                                const v1::GetResultValidationRequest* request,
                                                v1::ResultValidation* response) override {
    auto id = IdOfPart(request->name(), "results", "validation");
    if (!id.ok()) return Reply(context, id.status());
    auto* reactor = new PendingReply;
    farm_.GetValidation(core::ResultId(*id), [answer = reactor->answer(), name = request->name(),
                                              response](absl::StatusOr<std::string> body) {
      // Read into a message of its own: the call may be over by now, its response with it.
      v1::ResultValidation validation;
      absl::Status status = body.status();
      if (status.ok()) status = ReadValidation(*body, &validation);
      answer->Finish(ToGrpc(status), [&] {
        if (!status.ok()) return;
        response->Swap(&validation);
        response->set_name(name);
      });
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* ExplainResult(grpc::CallbackServerContext* context,
                                          const v1::ExplainResultRequest* request,
                                          v1::Explanation* response) override {
    return Reply(context, Explain(request->name(), response));
  }

  grpc::ServerUnaryReactor* CompareResults(grpc::CallbackServerContext* context,
                                           const v1::CompareResultsRequest* request,
                                           v1::Comparison* response) override {
    return Reply(context, Compare(*request, response));
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

  absl::Status GetOutputs(const v1::GetResultOutputsRequest& request, v1::ResultOutputs* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdOfPart(request.name(), "results", "outputs"));
    ER_ASSIGN_OR_RETURN(core::Result result,
                        farm_.services().results.GetResult(core::ResultId(id)));
    if (!result.outputs) return NotKept(id);
    const core::KeptOutputs& kept = *result.outputs;
    const bool host = request.origin() == v1::GetResultOutputsRequest::HOST;
    ER_ASSIGN_OR_RETURN(std::string raw, farm_.services().artifacts.Read(
                                             host ? kept.reference_sha256 : kept.board_sha256));
    if (static_cast<int64_t>(raw.size()) < kept.samples * kept.sample_bytes) return NotKept(id);
    response->set_name(request.name());
    response->set_samples(kept.samples);
    auto indices = control::SampleIndices(kept.dataset_samples, kept.run_samples, kept.sample_seed);
    indices.resize(static_cast<size_t>(kept.samples));
    response->mutable_sample_indices()->Add(indices.begin(), indices.end());
    for (const core::TensorInfo& tensor : kept.tensors) {
      AddTensor(tensor, kept, raw, response->add_outputs());
    }
    return absl::OkStatus();
  }

  absl::Status Explain(const std::string& name, v1::Explanation* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdOfPart(name, "results", "explanation"));
    ER_ASSIGN_OR_RETURN(core::Explanation explanation, farm_.Explain(core::ResultId(id)));
    ToProto(explanation, response);
    response->set_name(name);
    return absl::OkStatus();
  }

  absl::Status Compare(const v1::CompareResultsRequest& request, v1::Comparison* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(request.name(), "results"));
    ER_ASSIGN_OR_RETURN(std::string baseline, IdIn(request.baseline(), "results"));
    ER_ASSIGN_OR_RETURN(core::ResultComparison comparison,
                        farm_.Compare(core::ResultId(baseline), core::ResultId(id),
                                      {request.allow().begin(), request.allow().end()}));
    ToProto(comparison, response);
    return absl::OkStatus();
  }

  absl::Status List(const v1::ListResultsRequest& request, v1::ListResultsResponse* response) {
    store::PageRequest page;
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(store::ResultFilter filter, FilterIn(request));
    const std::string list = ListName(request);
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), list));
    ER_ASSIGN_OR_RETURN(auto found, farm_.services().results.ListResults(page, filter));
    for (const core::Result& result : found.records) {
      v1::Result* item = response->add_results();
      ToProto(result, item);
      if (request.view() == v1::ListResultsRequest::BASIC) LeaveBasics(item);
    }
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
