// One server as the command line sees it. Every call has a deadline; a call that only reads is
// tried again while the server restarts. Errors are absl::Status with the server's class and code;
// a server that cannot be reached is kUnavailable with code SERVER_NOT_REACHED.
#ifndef CLIENT_CLI_RPC_CONNECTION_H_
#define CLIENT_CLI_RPC_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "edgerack/v1/artifacts.pb.h"
#include "edgerack/v1/boards.pb.h"
#include "edgerack/v1/diagnoses.pb.h"
#include "edgerack/v1/jobs.pb.h"
#include "edgerack/v1/results.pb.h"
#include "edgerack/v1/suites.pb.h"

namespace edgerack::cli {

class Connection {
 public:
  // `address` is HOST:PORT. Does not connect yet.
  explicit Connection(std::string address);
  ~Connection();

  // Reads the file and streams it in pieces. Errors of base/files.h and of the server.
  absl::StatusOr<v1::Model> UploadModel(const std::string& path);
  absl::StatusOr<v1::Dataset> UploadDataset(const std::string& path);
  absl::StatusOr<v1::Firmware> UploadFirmware(const std::string& path);
  // The same with bytes that are in no file.
  absl::StatusOr<v1::Dataset> UploadDatasetBytes(const std::string& display_name,
                                                 const std::string& bytes);

  // Safe to repeat because the request carries a request_id; repeated while the server restarts.
  absl::StatusOr<v1::Job> CreateJob(const v1::CreateJobRequest& request);
  absl::StatusOr<v1::Job> GetJob(const std::string& name);
  absl::StatusOr<v1::Job> CancelJob(const std::string& name);
  absl::StatusOr<v1::ListJobsResponse> ListJobs(const v1::ListJobsRequest& request);
  // Calls `seen` for every state until the job has ended, across restarts of the server, and
  // returns the last message. Gives up when the server is away for 60 s.
  absl::StatusOr<v1::WatchJobResponse> WatchJob(const std::string& name,
                                                const std::function<void(const v1::Job&)>& seen);

  absl::StatusOr<v1::ListBoardsResponse> ListBoards(const v1::ListBoardsRequest& request);
  absl::StatusOr<v1::Board> GetBoard(const std::string& name);
  absl::StatusOr<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request);
  absl::StatusOr<v1::Model> GetModel(const std::string& name);
  // Layers, shapes and sizes of "models/{id}"; the server may have to read the file first.
  absl::StatusOr<v1::ModelView> GetModelView(const std::string& model);
  absl::StatusOr<v1::Result> GetResult(const std::string& name);
  // What the board, or the host's reference run, answered in "results/{id}".
  absl::StatusOr<v1::ResultOutputs> GetResultOutputs(const std::string& result, bool host);
  // Where the executions of "results/{id}" part; the server may have to run them first.
  absl::StatusOr<v1::Explanation> ExplainResult(const std::string& result);
  absl::StatusOr<v1::ResultValidation> GetResultValidation(const std::string& result);
  absl::StatusOr<v1::ListResultsResponse> ListResults(const v1::ListResultsRequest& request);
  absl::StatusOr<v1::Comparison> CompareResults(const v1::CompareResultsRequest& request);

  absl::StatusOr<v1::Suite> UpdateSuite(const v1::UpdateSuiteRequest& request);
  absl::StatusOr<v1::Suite> GetSuite(const std::string& name);
  absl::StatusOr<v1::ListSuitesResponse> ListSuites(const v1::ListSuitesRequest& request);
  absl::Status DeleteSuite(const std::string& name);
  // Safe to repeat because the request carries a request_id.
  absl::StatusOr<v1::SuiteRun> RunSuite(const v1::RunSuiteRequest& request);
  absl::StatusOr<v1::SuiteRun> GetSuiteRun(const std::string& name);
  absl::StatusOr<v1::ListSuiteRunsResponse> ListSuiteRuns(const v1::ListSuiteRunsRequest& request);
  absl::StatusOr<v1::SuiteRun> CancelSuiteRun(const std::string& name);
  absl::StatusOr<v1::SuiteRunReport> GetSuiteRunReport(const v1::GetSuiteRunReportRequest& request);
  absl::StatusOr<v1::AcceptBaselineResponse> AcceptBaseline(
      const v1::AcceptBaselineRequest& request);
  absl::StatusOr<v1::ListBaselinesResponse> ListBaselines(const v1::ListBaselinesRequest& request);
  absl::StatusOr<v1::ListCaseHistoryResponse> ListCaseHistory(
      const v1::ListCaseHistoryRequest& request);

  // May take minutes on the server.
  absl::StatusOr<v1::Diagnosis> DiagnoseOutputs(const v1::DiagnoseOutputsRequest& request);

 private:
  struct Stubs;
  std::unique_ptr<Stubs> stubs_;
  std::string address_;
};

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_RPC_CONNECTION_H_
