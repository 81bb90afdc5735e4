// What clients look at through the real server: views of models, outputs of results.
#include <future>
#include <thread>

#include "server/app/testing/server_fixture.h"

namespace edgerack::testing_server {
namespace {

class InspectionTest : public ServerTest {};

TEST_F(InspectionTest, AModelsViewIsMadeOnceAndKept) {
  v1::Model model;
  ASSERT_TRUE(UploadModel(kModelBytes, &model).ok());
  server_.HoldCompiler(true);
  std::vector<std::future<std::string>> views;
  for (int i = 0; i < 4; ++i) {
    views.push_back(std::async(std::launch::async, [&] {
      v1::ModelView view;
      grpc::Status status = View(model.name() + "/view", &view);
      return status.ok() ? view.SerializeAsString() : status.error_message();
    }));
  }
  while (server_.CompilerCalls(false) == 0) std::this_thread::yield();
  server_.HoldCompiler(false);
  v1::ModelView first;
  ASSERT_TRUE(first.ParseFromString(views[0].get()));
  for (size_t i = 1; i < views.size(); ++i) EXPECT_EQ(views[i].get(), first.SerializeAsString());
  EXPECT_EQ(first.model(), model.name());
  EXPECT_EQ(first.inputs(0).scale(), 0.5);
  EXPECT_TRUE(first.inputs(0).has_zero_point());
  EXPECT_FALSE(first.outputs(0).has_scale());
  EXPECT_EQ(first.layers(0).macs(), 12);
  EXPECT_TRUE(first.layers(0).has_parameters_bytes());
  EXPECT_EQ(first.totals().activations_peak_bytes(), 16);
  // Answers do not wait for the disk: whoever asks between answer and disk has it made again.
  v1::ModelView again;
  int calls = 0;
  do {
    calls = server_.CompilerCalls(false);
    ASSERT_LT(calls, 8) << "the view is never found again";
    ASSERT_TRUE(View(model.name() + "/view", &again).ok());
  } while (server_.CompilerCalls(false) != calls);
  KillAndRestart();
  ASSERT_TRUE(View(model.name() + "/view", &again).ok());
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(server_.CompilerCalls(false), calls);
}

TEST_F(InspectionTest, AViewThatCannotBeMadeSaysWhy) {
  v1::Model model;
  ASSERT_TRUE(UploadModel(kModelBytes, &model).ok());
  v1::ModelView view;
  server_.RefuseWith(
      R"({"error": {"class": "USER", "code": "UNKNOWN_MODEL_FORMAT", "message": "m"}})");
  EXPECT_EQ(ReasonOf(View(model.name() + "/view", &view)), "USER UNKNOWN_MODEL_FORMAT");
  EXPECT_EQ(ReasonOf(View("models/" + std::string(64, '0') + "/view", &view)),
            "USER MODEL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(View(model.name(), &view)), "USER BAD_NAME");
}

TEST_F(InspectionTest, StopDoesNotWaitForAView) {
  v1::Model model;
  ASSERT_TRUE(UploadModel(kModelBytes, &model).ok());
  server_.HoldCompiler(true);
  auto view = std::async(std::launch::async, [&] {
    v1::ModelView unused;
    return View(model.name() + "/view", &unused).ok();
  });
  while (server_.CompilerCalls(false) == 0) std::this_thread::yield();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(server_.Stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
  EXPECT_FALSE(view.get());
  server_.HoldCompiler(false);
}

TEST_F(InspectionTest, WhatTheBoardAnsweredIsKept) {
  ConnectAgent();
  v1::JobSpec spec = SpecWithDataset();
  (*spec.mutable_options())["board_samples"] = "5";
  v1::Job job = Create(spec);
  const Assignment assignment = agent_.WaitForAssignment("b1");
  std::string board = agent_.Download(assignment.inputs_sha256()).substr(0, 15);  // not the host's
  agent_.Work("b1", assignment);
  agent_.Succeed("b1", assignment, board);
  agent_.WaitUntilFree("b1");
  const v1::WatchJobResponse end = End(job.name());
  ASSERT_EQ(end.results_size(), 1) << end.ShortDebugString();
  const v1::Result& result = end.results(0);
  EXPECT_EQ(result.outputs().samples(), 5);
  EXPECT_EQ(result.outputs().dataset_samples(), kDatasetSamples);
  EXPECT_EQ(result.outputs().size_bytes(), 15);
  KillAndRestart();
  v1::ResultOutputs outputs;
  ASSERT_TRUE(Outputs(result.name(), v1::GetResultOutputsRequest::BOARD, &outputs).ok());
  EXPECT_EQ(outputs.samples(), 5);
  EXPECT_EQ(std::vector<int64_t>(outputs.sample_indices().begin(), outputs.sample_indices().end()),
            (std::vector<int64_t>{0, 2, 4, 6, 8}));
  ASSERT_EQ(outputs.outputs_size(), 1);
  EXPECT_EQ(outputs.outputs(0).tensor().name(), "y");
  EXPECT_EQ(outputs.outputs(0).data(), board);
  ASSERT_TRUE(Outputs(result.name(), v1::GetResultOutputsRequest::HOST, &outputs).ok());
  std::string expected;
  for (size_t i : {0u, 2u, 4u, 6u, 8u}) expected += ReferenceOutputs(10).substr(3 * i, 3);
  EXPECT_EQ(outputs.outputs(0).data(), expected);
  EXPECT_EQ(ReasonOf(Outputs("results/none", v1::GetResultOutputsRequest::BOARD, &outputs)),
            "USER RESULT_NOT_FOUND");
}

TEST_F(InspectionTest, TheLayerWhereTheBoardPartsIsNamedAndTheValidationKept) {
  ConnectAgent();
  v1::JobSpec spec = SpecWithDataset();
  (*spec.mutable_options())["board_samples"] = "3";
  (*spec.mutable_options())["trace"] = "2";
  v1::Job job = Create(spec);
  const Assignment assignment = agent_.WaitForAssignment("b1");
  EXPECT_EQ(assignment.trace_samples(), 2);
  EXPECT_EQ(agent_.Download(assignment.trace_sha256()), std::string("\1\0\0\0\2\0\0\0", 8));
  agent::v1::Trace trace;
  trace.set_samples(2);
  trace.add_crc32(1);
  trace.add_crc32(99);
  agent_.Work("b1", assignment);
  agent_.Succeed("b1", assignment, ReferenceOutputs(10).substr(0, 9), &trace);
  const v1::WatchJobResponse end = End(job.name());
  ASSERT_EQ(end.results_size(), 1) << end.ShortDebugString();
  const v1::Result& result = end.results(0);
  EXPECT_EQ(result.agreement().first_divergent_layer(), 0);
  EXPECT_EQ(result.agreement().traced_samples(), 2);
  EXPECT_EQ(result.layers(0).findings(0), "BOARD_HOST_MISMATCH");
  v1::ResultValidation validation;
  ASSERT_TRUE(Validation(result.name(), &validation).ok());
  EXPECT_EQ(validation.name(), result.name() + "/validation");
  EXPECT_EQ(validation.divergences(0).at(), "board");
  EXPECT_TRUE(validation.layers(0).board().has_bit_exact());
  EXPECT_EQ(validation.accuracy().labels().executions(0).confusion(0).counts(0), 4);
  int calls = 0;
  do {  // as a view's answer: it does not wait for the disk
    calls = server_.CompilerCalls(false);
    ASSERT_LT(calls, 12) << "the validation is never found again";
    ASSERT_TRUE(Validation(result.name(), &validation).ok());
  } while (server_.CompilerCalls(false) != calls);
  KillAndRestart();
  v1::ResultValidation again;
  ASSERT_TRUE(Validation(result.name(), &again).ok());
  EXPECT_EQ(again.SerializeAsString(), validation.SerializeAsString());
  EXPECT_EQ(server_.CompilerCalls(false), calls);
}

TEST_F(InspectionTest, OnlyTracedResultsCanBeValidated) {
  ConnectAgent();
  v1::Job job = Create(SpecWithDataset());
  const Assignment assignment = agent_.WaitForAssignment("b1");
  EXPECT_EQ(assignment.trace_samples(), 0);
  agent_.Work("b1", assignment);
  agent_.Succeed("b1", assignment, ReferenceOutputs(10));
  const v1::WatchJobResponse end = End(job.name());
  ASSERT_EQ(end.results_size(), 1) << end.ShortDebugString();
  v1::ResultValidation validation;
  EXPECT_EQ(ReasonOf(Validation(end.results(0).name(), &validation)), "USER NOT_TRACED");
  EXPECT_EQ(ReasonOf(Validation("results/none", &validation)), "USER RESULT_NOT_FOUND");
}

}  // namespace
}  // namespace edgerack::testing_server
