#include "client/cli/rpc/connection.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "base/utf8.h"
#include "client/cli/rpc/grpc_error.h"
#include "edgerack/v1/artifacts.grpc.pb.h"
#include "edgerack/v1/boards.grpc.pb.h"
#include "edgerack/v1/diagnoses.grpc.pb.h"
#include "edgerack/v1/jobs.grpc.pb.h"
#include "edgerack/v1/results.grpc.pb.h"
#include "edgerack/v1/suites.grpc.pb.h"

namespace edgerack::cli {
namespace {

constexpr int64_t kCallTimeoutMs = 30'000;
constexpr int64_t kViewTimeoutMs = 90'000;  // the server gives its compiler a minute
// The server gives its compiler ten minutes, and one diagnosis or validation may wait behind
// another.
constexpr int64_t kDiagnosisTimeoutMs = 1'260'000;
constexpr int64_t kValidationTimeoutMs = kDiagnosisTimeoutMs;
constexpr int64_t kUploadTimeoutMs = 600'000;
constexpr int64_t kFirstContactMs = 3'000;  // a server that is not there is reported soon
constexpr int64_t kServerAwayMs = 60'000;   // a server that was there may restart for so long
constexpr int64_t kPauseMs = 200;
constexpr size_t kPieceBytes = 512 * 1024;

std::chrono::system_clock::time_point After(int64_t ms) {
  return std::chrono::system_clock::now() + std::chrono::milliseconds(ms);
}

void Pause() { std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs)); }

}  // namespace

struct Connection::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& c)
      : channel(c),
        models(v1::ModelService::NewStub(c)),
        datasets(v1::DatasetService::NewStub(c)),
        firmwares(v1::FirmwareService::NewStub(c)),
        jobs(v1::JobService::NewStub(c)),
        boards(v1::BoardService::NewStub(c)),
        results(v1::ResultService::NewStub(c)),
        diagnoses(v1::DiagnosisService::NewStub(c)),
        suites(v1::SuiteService::NewStub(c)) {}

  // Repeats `call` while the server is unavailable: briefly before the first success, longer after.
  template <typename Response, typename Call>
  absl::StatusOr<Response> Unary(const std::string& address, Call call,
                                 int64_t timeout_ms = kCallTimeoutMs) {
    const int64_t patience_ms = reached ? kServerAwayMs : kFirstContactMs;
    const int64_t give_up_ms = SystemClock().SteadyMs() + patience_ms;
    while (true) {
      grpc::ClientContext context;
      context.set_deadline(After(timeout_ms));
      Response response;
      grpc::Status status = call(&context, &response);
      if (status.ok()) {
        reached = true;
        return response;
      }
      if (status.error_code() != grpc::UNAVAILABLE || SystemClock().SteadyMs() > give_up_ms) {
        return FromGrpc(status, address);
      }
      Pause();
    }
  }

  // Waits until the channel is up, so that a stream does not fail on a server that is starting.
  bool WaitForServer() {
    const int64_t patience_ms = reached ? kServerAwayMs : kFirstContactMs;
    return reached = channel->WaitForConnected(After(patience_ms));
  }

  template <typename Response, typename Open>
  absl::StatusOr<Response> UploadFile(const std::string& address, const std::string& path,
                                      Open open) {
    ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
    return Upload<Response>(address, path, bytes, open);
  }

  template <typename Response, typename Open>
  absl::StatusOr<Response> Upload(const std::string& address, const std::string& path,
                                  const std::string& bytes, Open open) {
    if (!WaitForServer()) {
      return FromGrpc(grpc::Status(grpc::UNAVAILABLE, "connection failed"), address);
    }
    grpc::ClientContext context;
    context.set_deadline(After(kUploadTimeoutMs));
    Response response;
    auto writer = open(&context, &response);
    v1::UploadRequest piece;
    piece.set_display_name(Utf8(std::filesystem::path(path).filename().string()));
    piece.set_size_bytes(static_cast<int64_t>(bytes.size()));
    size_t at = 0;
    do {  // an empty file is sent as one empty piece: the server says what is wrong with it
      piece.set_data(bytes.substr(at, kPieceBytes));
      if (!writer->Write(piece)) break;
      piece.clear_display_name();
      piece.clear_size_bytes();
      at += kPieceBytes;
    } while (at < bytes.size());
    writer->WritesDone();
    grpc::Status status = writer->Finish();
    if (!status.ok()) return FromGrpc(status, address);
    return response;
  }

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::ModelService::Stub> models;
  std::unique_ptr<v1::DatasetService::Stub> datasets;
  std::unique_ptr<v1::FirmwareService::Stub> firmwares;
  std::unique_ptr<v1::JobService::Stub> jobs;
  std::unique_ptr<v1::BoardService::Stub> boards;
  std::unique_ptr<v1::ResultService::Stub> results;
  std::unique_ptr<v1::DiagnosisService::Stub> diagnoses;
  std::unique_ptr<v1::SuiteService::Stub> suites;
  bool reached = false;
};

Connection::Connection(std::string address) : address_(std::move(address)) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  stubs_ = std::make_unique<Stubs>(
      grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments));
}

Connection::~Connection() = default;

absl::StatusOr<v1::Model> Connection::UploadModel(const std::string& path) {
  return stubs_->UploadFile<v1::Model>(address_, path, [this](auto* context, auto* response) {
    return stubs_->models->UploadModel(context, response);
  });
}

absl::StatusOr<v1::Dataset> Connection::UploadDataset(const std::string& path) {
  return stubs_->UploadFile<v1::Dataset>(address_, path, [this](auto* context, auto* response) {
    return stubs_->datasets->UploadDataset(context, response);
  });
}

absl::StatusOr<v1::Firmware> Connection::UploadFirmware(const std::string& path) {
  return stubs_->UploadFile<v1::Firmware>(address_, path, [this](auto* context, auto* response) {
    return stubs_->firmwares->UploadFirmware(context, response);
  });
}

absl::StatusOr<v1::Dataset> Connection::UploadDatasetBytes(const std::string& display_name,
                                                           const std::string& bytes) {
  return stubs_->Upload<v1::Dataset>(address_, display_name, bytes,
                                     [this](auto* context, auto* response) {
                                       return stubs_->datasets->UploadDataset(context, response);
                                     });
}

absl::StatusOr<v1::ModelView> Connection::GetModelView(const std::string& model) {
  v1::GetModelViewRequest request;
  request.set_name(model + "/view");
  auto call = [&](auto* context, auto* response) {
    return stubs_->models->GetModelView(context, request, response);
  };
  return stubs_->Unary<v1::ModelView>(address_, call, kViewTimeoutMs);
}

absl::StatusOr<v1::Diagnosis> Connection::DiagnoseOutputs(
    const v1::DiagnoseOutputsRequest& request) {
  auto call = [&](auto* context, auto* response) {
    return stubs_->diagnoses->DiagnoseOutputs(context, request, response);
  };
  return stubs_->Unary<v1::Diagnosis>(address_, call, kDiagnosisTimeoutMs);
}

absl::StatusOr<v1::WatchJobResponse> Connection::WatchJob(
    const std::string& name, const std::function<void(const v1::Job&)>& seen) {
  v1::WatchJobRequest request;
  request.set_name(name);
  int64_t last_contact_ms = SystemClock().SteadyMs();
  while (true) {
    grpc::ClientContext context;
    auto reader = stubs_->jobs->WatchJob(&context, request);
    v1::WatchJobResponse response;
    while (reader->Read(&response)) {
      last_contact_ms = SystemClock().SteadyMs();
      seen(response.job());
    }
    grpc::Status status = reader->Finish();
    if (status.ok() && response.job().state() >= v1::Job::SUCCEEDED) return response;
    const bool away = status.ok() || status.error_code() == grpc::UNAVAILABLE ||
                      status.error_code() == grpc::CANCELLED;
    if (!away || SystemClock().SteadyMs() - last_contact_ms > kServerAwayMs) {
      return FromGrpc(status, address_);
    }
    Pause();
  }
}

#define ER_UNARY(Method, Response, service)                                         \
  return stubs_->Unary<v1::Response>(address_, [&](auto* context, auto* response) { \
    return stubs_->service->Method(context, request, response);                     \
  })

absl::StatusOr<v1::Job> Connection::CreateJob(const v1::CreateJobRequest& request) {
  ER_UNARY(CreateJob, Job, jobs);
}
absl::StatusOr<v1::ListJobsResponse> Connection::ListJobs(const v1::ListJobsRequest& request) {
  ER_UNARY(ListJobs, ListJobsResponse, jobs);
}
absl::StatusOr<v1::ListBoardsResponse> Connection::ListBoards(
    const v1::ListBoardsRequest& request) {
  ER_UNARY(ListBoards, ListBoardsResponse, boards);
}
absl::StatusOr<v1::ListModelsResponse> Connection::ListModels(
    const v1::ListModelsRequest& request) {
  ER_UNARY(ListModels, ListModelsResponse, models);
}
absl::StatusOr<v1::ListResultsResponse> Connection::ListResults(
    const v1::ListResultsRequest& request) {
  ER_UNARY(ListResults, ListResultsResponse, results);
}
absl::StatusOr<v1::Job> Connection::GetJob(const std::string& name) {
  v1::GetJobRequest request;
  request.set_name(name);
  ER_UNARY(GetJob, Job, jobs);
}
absl::StatusOr<v1::Job> Connection::CancelJob(const std::string& name) {
  v1::CancelJobRequest request;
  request.set_name(name);
  ER_UNARY(CancelJob, Job, jobs);
}
absl::StatusOr<v1::Board> Connection::GetBoard(const std::string& name) {
  v1::GetBoardRequest request;
  request.set_name(name);
  ER_UNARY(GetBoard, Board, boards);
}
absl::StatusOr<v1::Model> Connection::GetModel(const std::string& name) {
  v1::GetModelRequest request;
  request.set_name(name);
  ER_UNARY(GetModel, Model, models);
}
absl::StatusOr<v1::Result> Connection::GetResult(const std::string& name) {
  v1::GetResultRequest request;
  request.set_name(name);
  ER_UNARY(GetResult, Result, results);
}
absl::StatusOr<v1::ResultOutputs> Connection::GetResultOutputs(const std::string& result,
                                                               bool host) {
  v1::GetResultOutputsRequest request;
  request.set_name(result + "/outputs");
  request.set_origin(host ? v1::GetResultOutputsRequest::HOST : v1::GetResultOutputsRequest::BOARD);
  ER_UNARY(GetResultOutputs, ResultOutputs, results);
}

absl::StatusOr<v1::Explanation> Connection::ExplainResult(const std::string& result) {
  v1::ExplainResultRequest request;
  request.set_name(result + "/explanation");
  ER_UNARY(ExplainResult, Explanation, results);
}

absl::StatusOr<v1::Comparison> Connection::CompareResults(
    const v1::CompareResultsRequest& request) {
  ER_UNARY(CompareResults, Comparison, results);
}
absl::StatusOr<v1::Suite> Connection::UpdateSuite(const v1::UpdateSuiteRequest& request) {
  ER_UNARY(UpdateSuite, Suite, suites);
}
absl::StatusOr<v1::ListSuitesResponse> Connection::ListSuites(
    const v1::ListSuitesRequest& request) {
  ER_UNARY(ListSuites, ListSuitesResponse, suites);
}
absl::StatusOr<v1::SuiteRun> Connection::RunSuite(const v1::RunSuiteRequest& request) {
  ER_UNARY(RunSuite, SuiteRun, suites);
}
absl::StatusOr<v1::ListSuiteRunsResponse> Connection::ListSuiteRuns(
    const v1::ListSuiteRunsRequest& request) {
  ER_UNARY(ListSuiteRuns, ListSuiteRunsResponse, suites);
}
absl::StatusOr<v1::SuiteRunReport> Connection::GetSuiteRunReport(
    const v1::GetSuiteRunReportRequest& request) {
  ER_UNARY(GetSuiteRunReport, SuiteRunReport, suites);
}
absl::StatusOr<v1::AcceptBaselineResponse> Connection::AcceptBaseline(
    const v1::AcceptBaselineRequest& request) {
  ER_UNARY(AcceptBaseline, AcceptBaselineResponse, suites);
}
absl::StatusOr<v1::ListBaselinesResponse> Connection::ListBaselines(
    const v1::ListBaselinesRequest& request) {
  ER_UNARY(ListBaselines, ListBaselinesResponse, suites);
}
absl::StatusOr<v1::ListCaseHistoryResponse> Connection::ListCaseHistory(
    const v1::ListCaseHistoryRequest& request) {
  ER_UNARY(ListCaseHistory, ListCaseHistoryResponse, suites);
}
absl::StatusOr<v1::Suite> Connection::GetSuite(const std::string& name) {
  v1::GetSuiteRequest request;
  request.set_name(name);
  ER_UNARY(GetSuite, Suite, suites);
}
absl::StatusOr<v1::SuiteRun> Connection::GetSuiteRun(const std::string& name) {
  v1::GetSuiteRunRequest request;
  request.set_name(name);
  ER_UNARY(GetSuiteRun, SuiteRun, suites);
}
absl::StatusOr<v1::SuiteRun> Connection::CancelSuiteRun(const std::string& name) {
  v1::CancelSuiteRunRequest request;
  request.set_name(name);
  ER_UNARY(CancelSuiteRun, SuiteRun, suites);
}

#undef ER_UNARY

absl::Status Connection::DeleteSuite(const std::string& name) {
  v1::DeleteSuiteRequest request;
  request.set_name(name);
  auto call = [&](auto* context, auto* response) {
    return stubs_->suites->DeleteSuite(context, request, response);
  };
  return stubs_->Unary<v1::DeleteSuiteResponse>(address_, call).status();
}

absl::StatusOr<v1::ResultValidation> Connection::GetResultValidation(const std::string& result) {
  v1::GetResultValidationRequest request;
  request.set_name(result + "/validation");
  auto call = [&](auto* context, auto* response) {
    return stubs_->results->GetResultValidation(context, request, response);
  };
  return stubs_->Unary<v1::ResultValidation>(address_, call, kValidationTimeoutMs);
}

}  // namespace edgerack::cli
