// The whole server as its users see it: the real program, gRPC, an agent over its real stream. Only
// the compiler is a script.
#include <sys/wait.h>

#include <chrono>
#include <future>

#include "base/sha256.h"
#include "gmock/gmock.h"
#include "server/app/testing/server_fixture.h"

namespace edgerack::testing_server {
namespace {

using testing::HasSubstr;

TEST_F(ServerTest, AModelBecomesAResult) {
  ConnectAgent();
  v1::Job job = Create(SpecWithDataset());
  EXPECT_EQ(job.model_display_name(), "net.tflite");
  auto watched = std::async(std::launch::async, [&] { return Watch(job.name()); });
  const Assignment assignment = agent_.WaitForAssignment("b1");
  EXPECT_EQ(assignment.samples(), kDatasetSamples);
  EXPECT_EQ(assignment.input_bytes(0), 4);
  EXPECT_EQ(assignment.outputs(0).tensor(), 1);
  EXPECT_EQ(assignment.outputs(0).bytes(), 3);
  EXPECT_EQ(assignment.warmup_runs(), 2);
  EXPECT_EQ(assignment.timed_runs(), 20);
  EXPECT_EQ(assignment.timeouts().flash_ms(), 120'000);
  const std::string package = agent_.Download(assignment.package_sha256());
  EXPECT_EQ(Sha256Hex(package), assignment.package_sha256());
  EXPECT_EQ(static_cast<int64_t>(package.size()), assignment.package_bytes());
  EXPECT_EQ(agent_.Download(assignment.inputs_sha256()), std::string(40, 'i'));
  DoRun("b1");

  const auto messages = watched.get();
  const v1::WatchJobResponse& end = messages.back();
  ASSERT_EQ(end.job().state(), v1::Job::SUCCEEDED) << end.ShortDebugString();
  ASSERT_EQ(end.results_size(), 1);
  const v1::Result& result = end.results(0);
  EXPECT_EQ(result.verdict(), v1::Result::VALID) << result.ShortDebugString();
  EXPECT_EQ(result.board().id(), "b1");
  EXPECT_TRUE(result.board().virtual_());
  EXPECT_TRUE(result.latency().estimated());
  EXPECT_DOUBLE_EQ(result.latency().median_ms(), 0.01);
  EXPECT_EQ(result.instructions(), 1234);
  EXPECT_DOUBLE_EQ(result.cycles_per_mac(), 2160.0 / 500);
  EXPECT_EQ(result.agreement().bit_exact(), kDatasetSamples);
  EXPECT_DOUBLE_EQ(result.accuracy().top1(), 0.9);
  EXPECT_DOUBLE_EQ(result.accuracy().host_top1(), 0.9);
  EXPECT_EQ(result.layers(0).cycles(), 2150);
  EXPECT_EQ(result.memory().regions(0).used_bytes(), 300 + 40'000);
  EXPECT_EQ(result.provenance().model_sha256(), Sha256Hex(kModelBytes));
  EXPECT_EQ(result.provenance().firmware_image(), "stm32f746g-disco");
  std::string stages;
  for (const auto& stage : result.stages()) stages += stage.name() + " ";
  EXPECT_EQ(stages, "queue compile acquire flash handshake load run validate ");
  EXPECT_EQ(Get(job.name()).runs(0).result(), result.name());
  ASSERT_EQ(ResultsOf(job.name()).size(), 1u);
  EXPECT_EQ(ResultsOf(job.name())[0].SerializeAsString(), result.SerializeAsString());
  EXPECT_EQ(End(job.name()).results_size(), 1);  // watching what has ended gives the end
}

TEST_F(ServerTest, TheSecondTimeTheCompilerIsNotAsked) {
  ConnectAgent();
  for (int round = 0; round < 2; ++round) {
    v1::Job job = Create(SpecWithDataset());
    DoRun("b1");
    v1::WatchJobResponse end = End(job.name());
    ASSERT_EQ(end.results_size(), 1);
    EXPECT_EQ(end.results(0).stages(1).name(), "compile");
    EXPECT_EQ(end.results(0).stages(1).skipped(), round == 1);
    EXPECT_EQ(server_.CompilerCalls(/*prepare=*/false), 1);
    EXPECT_EQ(server_.CompilerCalls(/*prepare=*/true), 1);
  }
  v1::JobSpec other = SpecWithDataset();
  (*other.mutable_options())["kernels"] = "ref";
  Create(other);
  DoRun("b1");
  EXPECT_EQ(server_.CompilerCalls(false), 2);
  EXPECT_EQ(server_.CompilerCalls(true), 1);  // the same package: the same samples
}

TEST_F(ServerTest, WithoutADatasetOneRandomSampleIsCompared) {
  ConnectAgent();
  v1::Job job = Create(Spec());
  DoRun("b1");
  v1::WatchJobResponse end = End(job.name());
  ASSERT_EQ(end.results_size(), 1);
  EXPECT_EQ(end.results(0).agreement().samples(), 1);
  EXPECT_FALSE(end.results(0).has_accuracy());
}

TEST_F(ServerTest, AKilledServerLosesNoAcceptedJob) {
  ConnectAgent();
  // The first has a board, the second waits for one, the third is not compiled yet.
  v1::Job first = Create(Spec());
  const Assignment assignment = agent_.WaitForAssignment("b1");
  agent_.Work("b1", assignment);
  v1::Job second = Create(Spec());
  server_.HoldCompiler(true);
  v1::JobSpec held = Spec();
  (*held.mutable_options())["kernels"] = "ref";
  v1::Job third = Create(held);
  KillAndRestart();
  server_.HoldCompiler(false);
  EXPECT_EQ(Get(first.name()).runs(0).state(), v1::Run::ASSIGNED);

  // The agent finished meanwhile and brings the outcome of the same attempt.
  agent_.Connect(channel_);
  agent_.Succeed("b1", assignment, ReferenceOutputs(1));
  agent_.WaitUntilFree("b1");
  agent_.Idle("b1");
  DoRun("b1");
  DoRun("b1");
  for (const v1::Job& job : {first, second, third}) {
    v1::WatchJobResponse end = End(job.name());
    EXPECT_EQ(end.job().state(), v1::Job::SUCCEEDED) << end.ShortDebugString();
    EXPECT_EQ(end.job().runs(0).attempt(), 1);
    EXPECT_EQ(ResultsOf(job.name()).size(), 1u);
  }
}

TEST_F(ServerTest, KilledBetweenOutcomeAndAnswerTheJobEndsOnce) {
  ConnectAgent();
  v1::Job job = Create(Spec());
  const Assignment assignment = agent_.WaitForAssignment("b1");
  agent_.Succeed("b1", assignment, ReferenceOutputs(1));
  KillAndRestart();  // before, while or after it is stored: whichever, it ends once
  agent_.Connect(channel_);
  agent_.WaitUntilFree("b1");
  agent_.Report();  // the agent repeats itself
  v1::WatchJobResponse end = End(job.name());
  EXPECT_EQ(end.job().state(), v1::Job::SUCCEEDED);
  EXPECT_EQ(end.results_size(), 1);
  EXPECT_EQ(ResultsOf(job.name()).size(), 1u);
}

TEST_F(ServerTest, RequestIdsSurviveARestart) {
  ConnectAgent();
  const v1::JobSpec spec = Spec();
  v1::Job first, again, other;
  ASSERT_TRUE(Create(spec, &first, "req-1").ok());
  ASSERT_TRUE(Create(spec, &again, "req-1").ok());
  EXPECT_EQ(again.name(), first.name());
  KillAndRestart();
  ASSERT_TRUE(Create(spec, &again, "req-1").ok());
  EXPECT_EQ(again.name(), first.name());
  v1::JobSpec changed = spec;
  changed.set_quantize("none");
  grpc::Status status = Create(changed, &other, "req-1");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "USER REQUEST_ID_REUSED");
}

TEST_F(ServerTest, ManyAtOnceWithOneRequestIdGiveOneJob) {
  ConnectAgent();
  const v1::JobSpec spec = Spec();
  std::vector<std::future<std::string>> names;
  for (int i = 0; i < 16; ++i) {
    names.push_back(std::async(std::launch::async, [&] {
      v1::Job job;
      grpc::Status status = Create(spec, &job, "same");
      return status.ok() ? job.name() : status.error_message();
    }));
  }
  const std::string name = names[0].get();
  for (size_t i = 1; i < names.size(); ++i) EXPECT_EQ(names[i].get(), name);
}

TEST_F(ServerTest, RefusalsSayWhoAndWhat) {
  v1::Job job;
  v1::JobSpec spec = Spec();
  grpc::Status status = Create(spec, &job);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "USER NO_MATCHING_BOARD");
  ConnectAgent();
  v1::JobSpec bad = spec;
  bad.set_board_selector("color=red");
  EXPECT_EQ(ReasonOf(Create(bad, &job)), "USER BAD_SELECTOR");
  bad = spec;
  bad.set_model("models/" + std::string(64, '0'));
  status = Create(bad, &job);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "USER MODEL_NOT_FOUND");
  bad = spec;
  bad.set_dataset("datasets/" + std::string(64, '0'));
  EXPECT_EQ(ReasonOf(Create(bad, &job)), "USER DATASET_NOT_FOUND");
  bad = spec;
  (*bad.mutable_options())["samples"] = "many";
  EXPECT_EQ(ReasonOf(Create(bad, &job)), "JOB BAD_OPTION");
  EXPECT_EQ(ReasonOf(Create(spec, &job, std::string(65, 'x'))), "USER BAD_REQUEST_ID");
  v1::Model model;
  EXPECT_EQ(ReasonOf(UploadModel("", &model)), "USER EMPTY_UPLOAD");
  EXPECT_EQ(ReasonOf(UploadModel(std::string((256 << 20) + 1, 'x'), &model)),
            "USER UPLOAD_TOO_LARGE");
}

TEST_F(ServerTest, ARefusedModelFailsTheJobWithTheCompilersReason) {
  ConnectAgent();
  server_.RefuseWith(R"({"fits": false, "findings": [{"code": "ARENA_TOO_BIG",
      "severity": "error", "message": "needs 300 KB", "remedy": "use a smaller input"}]})");
  v1::WatchJobResponse end = End(Create(Spec()).name());
  EXPECT_EQ(end.job().state(), v1::Job::FAILED);
  EXPECT_EQ(end.job().error().error_class(), v1::USER);
  EXPECT_EQ(end.job().error().code(), "ARENA_TOO_BIG");
  EXPECT_EQ(end.job().error().message(), "needs 300 KB; use a smaller input");
}

TEST_F(ServerTest, InfrastructureFailuresGoToAnotherBoard) {
  ConnectAgent({"b1", "b2"});
  v1::Job job = Create(Spec());
  agent_.Fail("b1", agent_.WaitForAssignment("b1"), v1::INFRASTRUCTURE);
  agent_.WaitUntilFree("b1");
  DoRun("b2", /*attempt=*/2);
  v1::WatchJobResponse end = End(job.name());
  EXPECT_EQ(end.job().state(), v1::Job::SUCCEEDED);
  EXPECT_EQ(end.job().runs(0).attempt(), 2);
  EXPECT_EQ(end.job().runs(0).board(), "b2");
  EXPECT_FALSE(end.job().runs(0).has_error());
}

TEST_F(ServerTest, AUsersErrorOnTheBoardEndsTheJob) {
  ConnectAgent();
  v1::Job job = Create(Spec());
  agent_.Fail("b1", agent_.WaitForAssignment("b1"), v1::USER);
  v1::WatchJobResponse end = End(job.name());
  EXPECT_EQ(end.job().state(), v1::Job::FAILED);
  EXPECT_EQ(end.job().error().code(), "SCRIPTED");
  EXPECT_TRUE(ResultsOf(job.name()).empty());
}

TEST_F(ServerTest, AnAgentThatStartsAgainGetsANewAttempt) {
  ConnectAgent();
  v1::Job job = Create(Spec());
  agent_.Work("b1", agent_.WaitForAssignment("b1"));
  while (Get(job.name()).runs(0).stage() != "run") {
  }
  ScriptedAgent reborn("boot2");
  reborn.Board("b1");
  reborn.Connect(channel_);
  const Assignment again = reborn.WaitForAssignment("b1", 2);
  reborn.Succeed("b1", again, ReferenceOutputs(1));
  EXPECT_EQ(End(job.name()).job().state(), v1::Job::SUCCEEDED);
}

TEST_F(ServerTest, AllBoardsGiveAResultEach) {
  ConnectAgent({"b1", "b2", "b3"});
  v1::JobSpec spec = Spec();
  spec.set_all_boards(true);
  v1::Job job = Create(spec);
  EXPECT_EQ(job.runs_size(), 3);
  for (const char* board : {"b2", "b3", "b1"}) DoRun(board);
  v1::WatchJobResponse end = End(job.name());
  EXPECT_EQ(end.job().state(), v1::Job::SUCCEEDED);
  std::set<std::string> boards;
  for (const auto& result : end.results()) boards.insert(result.board().id());
  EXPECT_THAT(boards, testing::ElementsAre("b1", "b2", "b3"));
  EXPECT_EQ(server_.CompilerCalls(false), 1);
}

TEST_F(ServerTest, CancellingStopsTheBoard) {
  ConnectAgent();
  v1::Job job = Create(Spec());
  agent_.Work("b1", agent_.WaitForAssignment("b1"));
  while (Get(job.name()).runs(0).stage() != "run") {
  }
  grpc::ClientContext context;
  v1::CancelJobRequest request;
  request.set_name(job.name());
  v1::Job cancelled;
  ASSERT_TRUE(jobs_->CancelJob(&context, request, &cancelled).ok());
  EXPECT_EQ(cancelled.state(), v1::Job::CANCELLED);
  agent_.WaitFor([](const auto& desired) {
    return desired.assignments_size() == 1 && desired.assignments(0).cancelled();
  });
  agent_.Idle("b1");
  agent_.WaitUntilFree("b1");
  EXPECT_EQ(End(job.name()).job().state(), v1::Job::CANCELLED);
  // The board is free for others.
  v1::Job next = Create(Spec());
  DoRun("b1");
  EXPECT_EQ(End(next.name()).job().state(), v1::Job::SUCCEEDED);
}

TEST_F(ServerTest, BoardsAreListedWithTheirState) {
  ConnectAgent({"b1", "b2"});
  grpc::ClientContext context;
  v1::ListBoardsRequest request;
  request.set_selector("family=stm32f7");
  request.set_page_size(1);
  v1::ListBoardsResponse page;
  ASSERT_TRUE(boards_->ListBoards(&context, request, &page).ok());
  ASSERT_EQ(page.boards_size(), 1);
  EXPECT_EQ(page.boards(0).id(), "b1");
  EXPECT_EQ(page.boards(0).state(), v1::Board::IDLE);
  EXPECT_EQ(page.boards(0).agent(), "scripted");
  request.set_page_token(page.next_page_token());
  grpc::ClientContext second;
  ASSERT_TRUE(boards_->ListBoards(&second, request, &page).ok());
  EXPECT_EQ(page.boards(0).id(), "b2");
  EXPECT_EQ(page.next_page_token(), "");
  KillAndRestart();
  grpc::ClientContext third;
  v1::GetBoardRequest get;
  get.set_name("boards/b1");
  v1::Board board;
  ASSERT_TRUE(boards_->GetBoard(&third, get, &board).ok());
  EXPECT_EQ(board.state(), v1::Board::OFFLINE);  // remembered, not seen yet
}

TEST_F(ServerTest, ResultsAreListedByConditionsAndInShort) {
  ConnectAgent({"b1", "b2"});
  v1::JobSpec spec = Spec();
  spec.set_all_boards(true);
  v1::Job job = Create(spec);
  for (const char* board : {"b1", "b2"}) DoRun(board);
  ASSERT_EQ(End(job.name()).results_size(), 2);
  const auto list = [&](const v1::ListResultsRequest& request, v1::ListResultsResponse* page) {
    grpc::ClientContext context;
    return results_->ListResults(&context, request, page);
  };
  v1::ListResultsRequest request;
  v1::ListResultsResponse page;
  request.set_board("boards/b2");
  request.set_view(v1::ListResultsRequest::BASIC);
  ASSERT_TRUE(list(request, &page).ok());
  ASSERT_EQ(page.results_size(), 1);
  EXPECT_EQ(page.results(0).board().id(), "b2");
  EXPECT_TRUE(page.results(0).latency().has_median_ms());
  EXPECT_EQ(page.results(0).latency().samples_ms_size(), 0);
  EXPECT_EQ(page.results(0).layers_size() + page.results(0).stages_size(), 0);
  EXPECT_FALSE(page.results(0).has_outputs());
  request.clear_board();
  request.set_verdict(v1::Result::INVALID);
  ASSERT_TRUE(list(request, &page).ok());
  EXPECT_EQ(page.results_size(), 0);
  request.set_verdict(v1::Result::VALID);
  request.set_page_size(1);
  ASSERT_TRUE(list(request, &page).ok());
  ASSERT_NE(page.next_page_token(), "");
  request.set_page_token(page.next_page_token());
  request.set_view(v1::ListResultsRequest::FULL);  // the same list
  ASSERT_TRUE(list(request, &page).ok());
  EXPECT_EQ(page.results_size(), 1);
  EXPECT_GT(page.results(0).layers_size(), 0);
  request.clear_verdict();  // another list
  EXPECT_EQ(ReasonOf(list(request, &page)), "USER BAD_PAGE_TOKEN");
}

TEST_F(ServerTest, HttpHealthAndMetrics) {
  EXPECT_EQ(server_.HttpGet(1, "/healthz"), R"({"status":"ok"})");
  EXPECT_THAT(server_.HttpGet(1, "/nothing"), HasSubstr("NOT_FOUND"));
  EXPECT_THAT(server_.HttpGet(2, "/metrics"), HasSubstr("edgerack_jobs{state=\"QUEUED\"} 0"));
}

TEST_F(ServerTest, StopsCleanlyAndOnlyOnceInAFolder) {
  ServerProcess other;
  const pid_t first = server_.pid();
  ASSERT_GT(first, 0);
  EXPECT_FALSE(server_.Start());  // the same folder and port
  waitpid(server_.pid(), nullptr, 0);
  EXPECT_THAT(server_.Log(), HasSubstr("DIR_IN_USE"));
  kill(first, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(first, &status, 0), first);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ASSERT_TRUE(server_.Start());
  EXPECT_EQ(server_.Stop(), 0);
}

TEST_F(ServerTest, APortThatIsTakenIsSaidAndLosesNothing) {
  ConnectAgent();
  server_.HoldCompiler(true);
  v1::Job job = Create(Spec());
  server_.Kill();
  agent_.Disconnect();
  {
    PortHolder holder(server_.port() + 1);
    EXPECT_FALSE(server_.Start());  // with an unfinished job in its hands
    EXPECT_THAT(server_.Log(), HasSubstr("ADDRESS_IN_USE"));
    server_.Kill();
  }
  server_.HoldCompiler(false);
  StartServer();
  agent_.Connect(channel_);
  DoRun("b1");
  EXPECT_EQ(End(job.name()).job().state(), v1::Job::SUCCEEDED);
}

TEST_F(ServerTest, StopsAtOnceWhileCompiling) {
  ConnectAgent();
  server_.HoldCompiler(true);
  v1::Job job = Create(Spec());
  while (Get(job.name()).state() != v1::Job::COMPILING) {
  }
  EXPECT_EQ(server_.Stop(), 0);
  server_.HoldCompiler(false);
  agent_.Disconnect();
  StartServer();
  agent_.Connect(channel_);
  DoRun("b1");
  EXPECT_EQ(End(job.name()).job().state(), v1::Job::SUCCEEDED);
}

}  // namespace
}  // namespace edgerack::testing_server
