// The agent's loop against a server that speaks real gRPC on loopback, with fake boards.
#include "agent/sync/sync_client.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/link/fake_console.h"
#include "agent/link/fake_package.h"
#include "agent/sync/artifact_cache.h"
#include "agent/sync/downloader.h"
#include "base/files.h"
#include "base/sha256.h"

namespace edgerack::agent {
namespace {

namespace pb = edgerack::agent::v1;

class FakeServer : public pb::AgentService::Service {
 public:
  grpc::Status Synchronize(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<pb::DesiredState, pb::AgentState>* stream) override {
    pb::AgentState state;
    while (stream->Read(&state)) {
      std::lock_guard lock(mutex_);
      stream_ = stream;
      last_ = state;
      ++reports;
      changed_.notify_all();
      stream->Write(desired_);
    }
    std::lock_guard lock(mutex_);
    stream_ = nullptr;
    return grpc::Status::OK;
  }

  grpc::Status DownloadArtifact(grpc::ServerContext*, const pb::DownloadArtifactRequest* request,
                                grpc::ServerWriter<pb::DownloadArtifactResponse>* writer) override {
    std::lock_guard lock(mutex_);
    auto found = artifacts.find(request->sha256());
    if (found == artifacts.end()) return {grpc::StatusCode::NOT_FOUND, "unknown"};
    for (size_t at = 0; at < found->second.size(); at += 1'000) {
      pb::DownloadArtifactResponse piece;
      piece.set_data(found->second.substr(at, 1'000));
      writer->Write(piece);
    }
    return grpc::Status::OK;
  }

  void Want(pb::DesiredState desired) {
    std::lock_guard lock(mutex_);
    desired_ = std::move(desired);
    if (stream_ != nullptr) stream_->Write(desired_);
  }

  bool WaitFor(std::function<bool(const pb::AgentState&)> done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return done(last_); });
  }

  std::map<std::string, std::string> artifacts;
  int reports = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  pb::AgentState last_;
  pb::DesiredState desired_;
  grpc::ServerReaderWriter<pb::DesiredState, pb::AgentState>* stream_ = nullptr;
};

class SyncClientTest : public testing::Test {
 protected:
  void StartServer() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&service);
    server = builder.BuildAndStart();
    ASSERT_NE(server, nullptr);
  }
  void StopServer() { server->Shutdown(std::chrono::system_clock::now()); }

  void SetUp() override {
    StartServer();
    endpoint.address = "127.0.0.1:" + std::to_string(port);
    auto channel = MakeChannel(endpoint);
    cache = *ArtifactCache::Open(dir.path() / "cache", 1 << 20, MakeDownloader(channel, endpoint));
    sync = std::make_shared<SyncClient>("desk", endpoint, channel, asio::make_strand(context),
                                        SystemTimers());
    BoardSpec spec;
    spec.id = BoardId("b1");
    spec.kind.package_load = "link";
    const std::string chip = "firmware/family/stm32f7/chips/stm32f746.toml";
    spec.chip = ParseChip(ReadFile(chip).value_or(""), chip).value_or(Chip{});
    auto ports = [this](asio::any_io_executor executor, Timers& timers, Interrupt* interrupt) {
      BoardPorts made;
      made.console = std::make_unique<FakeConsole>(executor, timers, interrupt, board);
      return made;
    };
    actor = std::make_shared<BoardActor>(spec, ports, asio::make_strand(context), SystemTimers(),
                                         *cache, uint16_t{7},
                                         [this](const BoardState& state) { sync->OnBoard(state); });
    sync->AddBoard(spec, actor);
    actor->Start();
    sync->Start();
    for (int i = 0; i < 2; ++i) threads.emplace_back([this] { context.run(); });
  }

  void TearDown() override {
    std::atomic<int> left = 2;
    auto stopped = [&] {
      if (--left == 0) context.stop();
    };
    actor->Stop(stopped);
    sync->Stop(stopped);
    for (std::thread& thread : threads) thread.join();
    if (server) StopServer();
  }

  pb::DesiredState Run(const std::string& id) {
    std::string package = FakePackage(6'000);
    std::string inputs = "abcdefgh";
    service.artifacts[Sha256Hex(package)] = package;
    service.artifacts[Sha256Hex(inputs)] = inputs;
    pb::DesiredState desired;
    pb::Assignment* a = desired.add_assignments();
    a->set_board_id("b1");
    a->set_run_id(id);
    a->set_attempt(1);
    a->set_package_sha256(Sha256Hex(package));
    a->set_package_crc32(PackageCrc(package));
    a->set_package_bytes(static_cast<int64_t>(package.size()));
    a->set_inputs_sha256(Sha256Hex(inputs));
    a->set_samples(2);
    a->add_input_bytes(4);
    a->add_outputs()->set_bytes(4);
    a->set_timed_runs(3);
    return desired;
  }

  static bool Finished(const pb::AgentState& state, const std::string& id) {
    return state.boards_size() == 1 && state.boards(0).run().run_id() == id &&
           state.boards(0).run().finished();
  }

  TempDir dir;
  FakeServer service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  Endpoint endpoint;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::vector<std::thread> threads;
  FakeFirmware board;
  std::shared_ptr<ArtifactCache> cache;
  std::shared_ptr<SyncClient> sync;
  std::shared_ptr<BoardActor> actor;
};

TEST_F(SyncClientTest, RunGoesFromWishToOutcomeAndIsForgotten) {
  ASSERT_TRUE(service.WaitFor([](const pb::AgentState& state) {
    return state.boards_size() == 1 && state.boards(0).state() == pb::BoardState::IDLE;
  }));
  service.Want(Run("r1"));
  pb::AgentState last;
  ASSERT_TRUE(service.WaitFor([&](const pb::AgentState& state) {
    last = state;
    return Finished(state, "r1");
  }));
  EXPECT_EQ(last.agent_id(), "desk");
  const pb::RunState& run = last.boards(0).run();
  ASSERT_FALSE(run.has_error()) << run.error().message();
  EXPECT_EQ(run.measurement().outputs(), "bcdefghi");
  EXPECT_EQ(run.measurement().sample_cycles_size(), 3);
  EXPECT_EQ(run.stages_size(), 6);
  service.Want({});
  EXPECT_TRUE(
      service.WaitFor([](const pb::AgentState& state) { return !state.boards(0).has_run(); }));
}

TEST_F(SyncClientTest, MissingArtifactIsTheRunsError) {
  pb::DesiredState desired = Run("r1");
  service.artifacts.clear();
  service.Want(desired);
  pb::AgentState last;
  ASSERT_TRUE(service.WaitFor([&](const pb::AgentState& state) {
    last = state;
    return Finished(state, "r1");
  }));
  EXPECT_EQ(last.boards(0).run().error().code(), "ARTIFACT_NOT_FOUND");
}

TEST_F(SyncClientTest, OutcomeSurvivesARestartOfTheServer) {
  service.Want(Run("r1"));
  ASSERT_TRUE(service.WaitFor([](const pb::AgentState& state) { return Finished(state, "r1"); }));
  StopServer();
  int before = service.reports;
  StartServer();
  ASSERT_TRUE(service.WaitFor([&](const pb::AgentState& state) {
    return service.reports > before && Finished(state, "r1");
  }));
  EXPECT_EQ(board.executed_runs, 4);  // one timed RUN, PROFILE, two samples: not run again
}

}  // namespace
}  // namespace edgerack::agent
