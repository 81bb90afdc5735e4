// A server with a scripted agent, and the calls that tests make.
#ifndef SERVER_APP_TESTING_SERVER_FIXTURE_H_
#define SERVER_APP_TESTING_SERVER_FIXTURE_H_

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "edgerack/v1/artifacts.grpc.pb.h"
#include "edgerack/v1/boards.grpc.pb.h"
#include "edgerack/v1/jobs.grpc.pb.h"
#include "edgerack/v1/results.grpc.pb.h"
#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "server/app/testing/scripted_agent.h"
#include "server/app/testing/server_process.h"

namespace edgerack::testing_server {

using agent::v1::Assignment;

inline constexpr char kModelBytes[] = "a model";

// "CLASS CODE" of a refusal.
inline std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) || details.details_size() == 0 ||
      !details.details(0).UnpackTo(&info)) {
    return "no details: " + status.error_message();
  }
  return info.metadata().at("class") + " " + info.reason();
}

class ServerTest : public testing::Test {
 protected:
  void SetUp() override { StartServer(); }
  void TearDown() override {
    agent_.Disconnect();
    if (HasFailure()) std::cerr << server_.Log();
  }

  void StartServer() {
    ASSERT_TRUE(server_.Start()) << server_.Log();
    channel_ = server_.Channel();
    jobs_ = v1::JobService::NewStub(channel_);
    results_ = v1::ResultService::NewStub(channel_);
    boards_ = v1::BoardService::NewStub(channel_);
  }
  void ConnectAgent(std::vector<std::string> boards = {"b1"}) {
    for (const std::string& board : boards) agent_.Board(board);
    agent_.Connect(channel_);
    agent_.WaitFor([](const auto&) { return true; });
  }
  // As the power goes and comes back.
  void KillAndRestart() {
    server_.Kill();
    agent_.Disconnect();
    StartServer();
  }

  template <typename Response, typename Writer>
  static grpc::Status Send(Writer& writer, const std::string& name, const std::string& bytes) {
    v1::UploadRequest request;
    request.set_display_name(name);
    for (size_t at = 0; at == 0 || at < bytes.size(); at += 1 << 20) {
      request.set_data(bytes.substr(at, 1 << 20));
      if (!writer->Write(request)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
  grpc::Status UploadModel(const std::string& bytes, v1::Model* model) {
    grpc::ClientContext context;
    auto writer = v1::ModelService::NewStub(channel_)->UploadModel(&context, model);
    return Send<v1::Model>(writer, "net.tflite", bytes);
  }
  v1::JobSpec Spec() {
    v1::JobSpec spec;
    v1::Model model;
    EXPECT_TRUE(UploadModel(kModelBytes, &model).ok());
    spec.set_model(model.name());
    spec.set_board_selector("chip=stm32f746");
    spec.set_quantize("int8");
    return spec;
  }
  v1::JobSpec SpecWithDataset() {
    v1::JobSpec spec = Spec();
    grpc::ClientContext context;
    v1::Dataset dataset;
    auto writer = v1::DatasetService::NewStub(channel_)->UploadDataset(&context, &dataset);
    EXPECT_TRUE(Send<v1::Dataset>(writer, "data.npz", "samples").ok());
    spec.set_dataset(dataset.name());
    return spec;
  }
  grpc::Status Create(const v1::JobSpec& spec, v1::Job* job, const std::string& request_id = "") {
    grpc::ClientContext context;
    v1::CreateJobRequest request;
    *request.mutable_job() = spec;
    request.set_request_id(request_id);
    return jobs_->CreateJob(&context, request, job);
  }
  v1::Job Create(const v1::JobSpec& spec) {
    v1::Job job;
    grpc::Status status = Create(spec, &job);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return job;
  }
  v1::Job Get(const std::string& name) {
    grpc::ClientContext context;
    v1::GetJobRequest request;
    request.set_name(name);
    v1::Job job;
    EXPECT_TRUE(jobs_->GetJob(&context, request, &job).ok());
    return job;
  }
  // Watches to the end: all messages.
  std::vector<v1::WatchJobResponse> Watch(const std::string& name) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    v1::WatchJobRequest request;
    request.set_name(name);
    auto stream = jobs_->WatchJob(&context, request);
    std::vector<v1::WatchJobResponse> messages(1);
    while (stream->Read(&messages.back())) messages.emplace_back();
    messages.pop_back();
    grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (messages.empty()) messages.emplace_back();
    return messages;
  }
  v1::WatchJobResponse End(const std::string& name) { return Watch(name).back(); }
  std::vector<v1::Result> ResultsOf(const std::string& job) {
    grpc::ClientContext context;
    v1::ListResultsRequest request;
    request.set_job(job);
    v1::ListResultsResponse response;
    EXPECT_TRUE(results_->ListResults(&context, request, &response).ok());
    return {response.results().begin(), response.results().end()};
  }
  grpc::Status View(const std::string& name, v1::ModelView* view) {
    grpc::ClientContext context;
    v1::GetModelViewRequest request;
    request.set_name(name);
    return v1::ModelService::NewStub(channel_)->GetModelView(&context, request, view);
  }
  grpc::Status Validation(const std::string& result, v1::ResultValidation* validation) {
    grpc::ClientContext context;
    v1::GetResultValidationRequest request;
    request.set_name(result + "/validation");
    return results_->GetResultValidation(&context, request, validation);
  }
  grpc::Status Outputs(const std::string& result, v1::GetResultOutputsRequest::Origin origin,
                       v1::ResultOutputs* outputs) {
    grpc::ClientContext context;
    v1::GetResultOutputsRequest request;
    request.set_name(result + "/outputs");
    request.set_origin(origin);
    return results_->GetResultOutputs(&context, request, outputs);
  }
  // The scripted agent does a run as a good one would.
  void DoRun(const std::string& board, int attempt = 1) {
    const Assignment assignment = agent_.WaitForAssignment(board, attempt);
    agent_.Work(board, assignment);
    agent_.Succeed(board, assignment, ReferenceOutputs(static_cast<int>(assignment.samples())));
    agent_.WaitUntilFree(board);
    agent_.Idle(board);
  }

  ServerProcess server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::JobService::Stub> jobs_;
  std::unique_ptr<v1::ResultService::Stub> results_;
  std::unique_ptr<v1::BoardService::Stub> boards_;
  ScriptedAgent agent_;
};

}  // namespace edgerack::testing_server

#endif  // SERVER_APP_TESTING_SERVER_FIXTURE_H_
