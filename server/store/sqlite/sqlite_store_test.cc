#include "server/store/sqlite/sqlite_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <future>

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack::store {
namespace {

using core::JobId;
using core::RunId;

core::Model SomeModel() { return {core::ModelId("m1"), "net.tflite", 100, 5}; }

core::Job SomeJob(const std::string& id) {
  core::Job job;
  job.id = JobId(id);
  job.spec.model = core::ModelId("m1");
  job.spec.board_selector = "kind=x";
  job.create_time_ms = 10;
  core::Run run;
  run.id = RunId(id + "-r0");
  run.kind = "virtual-f746";
  run.chip = "stm32f746";
  job.runs.push_back(run);
  return job;
}

class SqliteStoreTest : public testing::Test {
 protected:
  void Open(SqliteOptions options = {}) {
    store_.reset();
    auto opened = SqliteStore::Open(file(), options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = std::move(*opened);
  }
  std::filesystem::path file() const { return dir_.path() / "db"; }
  absl::Status Write(WriteBatch batch, Durability durability = Durability::kReport) {
    std::promise<absl::Status> done;
    store_->journal().Write(std::move(batch), durability,
                            [&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }
  void WriteJob(const std::string& id) {
    ASSERT_TRUE(Write({.models = {SomeModel()}, .new_jobs = {SomeJob(id)}}).ok());
  }

  TempDir dir_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteStoreTest, AJobSurvivesReopening) {
  Open();
  core::Job job = SomeJob("j1");
  job.request_id = "req";
  ASSERT_TRUE(Write({.models = {SomeModel()}, .new_jobs = {job}}).ok());
  job.state = core::JobState::kFailed;
  job.error = core::Failure{ErrorClass::kUser, "BAD", "no good"};
  job.end_time_ms = 20;
  job.runs[0].state = core::RunState::kFailed;
  job.runs[0].attempt = 3;
  job.runs[0].tried_boards = {core::BoardId("b1"), core::BoardId("b2")};
  job.runs[0].plan.emplace();
  ASSERT_TRUE(Write({.jobs = {job}}).ok());
  Open();
  auto back = store_->GetJob(JobId("j1"));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->state, core::JobState::kFailed);
  EXPECT_EQ(back->error->code, "BAD");
  EXPECT_EQ(back->spec, job.spec);
  ASSERT_EQ(back->runs.size(), 1u);
  EXPECT_EQ(back->runs[0].attempt, 3);
  EXPECT_EQ(back->runs[0].tried_boards.size(), 2u);
  EXPECT_TRUE(back->runs[0].plan.has_value());
  EXPECT_EQ(store_->GetJobByRequestId("req")->id, JobId("j1"));
  EXPECT_EQ(ErrorCodeOf(store_->GetJob(JobId("j2")).status()), "JOB_NOT_FOUND");
  EXPECT_TRUE(store_->ListUnfinishedJobs()->empty());
}

TEST_F(SqliteStoreTest, UnfinishedJobsComeInOrder) {
  Open();
  for (const char* id : {"z", "a", "m"}) WriteJob(id);
  auto jobs = store_->ListUnfinishedJobs();
  ASSERT_EQ(jobs->size(), 3u);
  EXPECT_EQ((*jobs)[0].id, JobId("z"));
  EXPECT_EQ((*jobs)[2].id, JobId("m"));
}

TEST_F(SqliteStoreTest, PagesGoThroughEverythingOnce) {
  Open();
  for (int i = 0; i < 7; ++i) WriteJob("j" + std::to_string(i));
  std::vector<std::string> seen;
  PageRequest request{.size = 3};
  do {
    auto page = store_->ListJobs(request, {});
    ASSERT_TRUE(page.ok());
    for (const auto& job : page->records) seen.push_back(job.id.value());
    request.before = page->next;
  } while (request.before != 0);
  EXPECT_EQ(seen, (std::vector<std::string>{"j6", "j5", "j4", "j3", "j2", "j1", "j0"}));
}

TEST_F(SqliteStoreTest, OnlyUnfinishedJobsWhenAsked) {
  Open();
  for (const char* id : {"j0", "j1", "j2"}) WriteJob(id);
  core::Job ended = *store_->GetJob(JobId("j1"));
  ended.state = core::JobState::kCancelled;
  ended.end_time_ms = 20;
  ASSERT_TRUE(Write({.jobs = {ended}}).ok());
  auto page = store_->ListJobs({}, {.unfinished = true});
  ASSERT_EQ(page->records.size(), 2u);
  EXPECT_EQ(page->records[0].id, JobId("j2"));
  EXPECT_EQ(page->records[1].id, JobId("j0"));
}

TEST_F(SqliteStoreTest, ARequestIdIsTakenOnce) {
  Open();
  core::Job first = SomeJob("j1"), second = SomeJob("j2");
  first.request_id = second.request_id = "same";
  ASSERT_TRUE(Write({.models = {SomeModel()}, .new_jobs = {first}}).ok());
  EXPECT_EQ(Write({.new_jobs = {second}}).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(store_->GetJob(JobId("j2")).ok());
  core::Job third = SomeJob("j3"), fourth = SomeJob("j4");
  EXPECT_TRUE(Write({.new_jobs = {third, fourth}}).ok());  // no request id: no clash
}

TEST_F(SqliteStoreTest, ARunHasOneResult) {
  Open();
  WriteJob("j1");
  core::Result result;
  result.id = core::ResultId("r1");
  result.job = JobId("j1");
  result.run = RunId("j1-r0");
  result.provenance.model_sha256 = "m1";
  ASSERT_TRUE(Write({.results = {result}}).ok());
  result.id = core::ResultId("r2");
  EXPECT_EQ(Write({.results = {result}}).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->ListResults({}, {.job = JobId("j1")})->records.size(), 1u);
  EXPECT_EQ(store_->ListResults({}, {})->records.size(), 1u);
  EXPECT_TRUE(store_->GetResult(core::ResultId("r1")).ok());
}

TEST_F(SqliteStoreTest, ResultsAreListedByWhatTheyAreOf) {
  Open();
  // r0, r1, …: every second on board b1, every third of a model file of its own, the last invalid.
  ASSERT_TRUE(Write({.models = {SomeModel(), {core::ModelId("m2"), "other.tflite", 1, 1}}}).ok());
  for (int i = 0; i < 6; ++i) {
    const std::string id = std::to_string(i);
    WriteJob("j" + id);
    core::Result result;
    result.id = core::ResultId("r" + id);
    result.job = JobId("j" + id);
    result.run = RunId("j" + id + "-r0");
    result.board.id = core::BoardId(i % 2 ? "b1" : "b0");
    result.provenance.model_sha256 = i % 3 ? "m1" : "m2";
    result.model_display_name = i % 3 ? "net" : "other";
    result.verdict = i == 5 ? core::Verdict::kInvalid : core::Verdict::kValid;
    ASSERT_TRUE(Write({.results = {result}}).ok());
  }
  const auto ids = [&](const ResultFilter& filter, PageRequest request = {}) {
    std::string all;
    auto page = store_->ListResults(request, filter);
    for (const auto& result : page->records) all += result.id.value() + " ";
    return all;
  };
  EXPECT_EQ(ids({}), "r5 r4 r3 r2 r1 r0 ");
  EXPECT_EQ(ids({.board = core::BoardId("b1")}), "r5 r3 r1 ");
  EXPECT_EQ(ids({.model = core::ModelId("m2")}), "r3 r0 ");
  EXPECT_EQ(ids({.model_display_name = "net"}), "r5 r4 r2 r1 ");
  EXPECT_EQ(ids({.model_display_name = "net", .board = core::BoardId("b1")}), "r5 r1 ");
  EXPECT_EQ(ids({.verdict = core::Verdict::kInvalid}), "r5 ");
  EXPECT_EQ(ids({.job = JobId("j2"), .board = core::BoardId("b1")}), "");
  const ResultFilter net{.model_display_name = "net"};
  auto first = store_->ListResults({.size = 3}, net);
  EXPECT_EQ(ids(net, {.size = 3, .before = first->next}), "r1 ");
}

TEST_F(SqliteStoreTest, ABatchIsWholeOrNotAtAll) {
  Open();
  WriteJob("j1");
  // The second job clashes, so the first must not stay.
  EXPECT_FALSE(Write({.new_jobs = {SomeJob("j2"), SomeJob("j1")}}).ok());
  EXPECT_FALSE(store_->GetJob(JobId("j2")).ok());
}

TEST_F(SqliteStoreTest, BoardsAndCachesSurvive) {
  Open();
  core::Board board;
  board.id = core::BoardId("b");
  board.tags = {"x", "y"};
  board.is_virtual = true;
  core::CompiledModel compiled;
  compiled.package_sha256 = "p";
  core::PreparedSamples prepared;
  prepared.samples = 4;
  ASSERT_TRUE(
      Write({.boards = {board}, .compiled = {{"k", compiled, 1}}, .prepared = {{"q", prepared, 1}}})
          .ok());
  Open();
  auto boards = store_->ListBoards();
  ASSERT_EQ(boards->size(), 1u);
  EXPECT_EQ((*boards)[0].tags, board.tags);
  EXPECT_EQ((*boards)[0].state, core::BoardState::kOffline);
  EXPECT_EQ((*store_->FindCompiled("k"))->package_sha256, "p");
  EXPECT_EQ((*store_->FindPrepared("q"))->samples, 4);
  EXPECT_FALSE(store_->FindCompiled("other")->has_value());
}

TEST_F(SqliteStoreTest, AFullDiskIsSaidClearly) {
  Open();
  WriteJob("j1");
  Open({.retry_ms = 1, .max_pages = 40});
  core::Job big = SomeJob("j2");
  big.spec.options["x"] = std::string(1 << 20, 'x');
  absl::Status status = Write({.new_jobs = {big}});
  EXPECT_EQ(ErrorCodeOf(status), "DISK_FULL");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Write({.new_jobs = {SomeJob("j3")}}).ok());
  EXPECT_FALSE(store_->GetJob(JobId("j2")).ok());
}

TEST_F(SqliteStoreTest, WhatMustSucceedWaitsForTheLock) {
  Open({.busy_timeout_ms = 1, .retry_ms = 1});
  WriteJob("j1");
  auto other = Database::Open(file(), Database::Mode::kReadWrite, 1000);
  ASSERT_TRUE((*other)->Execute("BEGIN IMMEDIATE").ok());
  EXPECT_EQ(ErrorCodeOf(Write({.new_jobs = {SomeJob("j2")}})), "DATABASE_BUSY");
  core::Job job = SomeJob("j1");
  job.state = core::JobState::kCancelled;
  std::promise<absl::Status> done;
  store_->journal().Write({.jobs = {job}}, Durability::kUntilDurable,
                          [&](const absl::Status& status) { done.set_value(status); });
  // Fails while the lock is held: the failure shows that a round of the writer has passed.
  EXPECT_EQ(ErrorCodeOf(Write({.new_jobs = {SomeJob("j3")}})), "DATABASE_BUSY");
  ASSERT_TRUE((*other)->Execute("COMMIT").ok());
  EXPECT_TRUE(done.get_future().get().ok());
  EXPECT_EQ(store_->GetJob(JobId("j1"))->state, core::JobState::kCancelled);
}

TEST_F(SqliteStoreTest, EmptyBatchesBeforeTheFirstChangeNeedNoDisk) {
  Open({.busy_timeout_ms = 1, .retry_ms = 1});
  WriteJob("j1");
  auto other = Database::Open(file(), Database::Mode::kReadWrite, 1000);
  ASSERT_TRUE((*other)->Execute("BEGIN IMMEDIATE").ok());
  std::promise<absl::Status> empty, change, behind;
  auto set = [](std::promise<absl::Status>& promise) {
    return [&promise](const absl::Status& status) { promise.set_value(status); };
  };
  store_->journal().Write({}, Durability::kUntilDurable, set(empty));
  store_->journal().Write({.jobs = {SomeJob("j1")}}, Durability::kUntilDurable, set(change));
  store_->journal().Write({}, Durability::kUntilDurable, set(behind));
  EXPECT_TRUE(empty.get_future().get().ok());
  auto waits = behind.get_future();
  EXPECT_EQ(ErrorCodeOf(Write({.new_jobs = {SomeJob("j2")}})), "DATABASE_BUSY");
  EXPECT_EQ(waits.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  ASSERT_TRUE((*other)->Execute("COMMIT").ok());
  EXPECT_TRUE(change.get_future().get().ok());
  EXPECT_TRUE(waits.get().ok());
}

TEST_F(SqliteStoreTest, EmptyBatchesKeepTheOrder) {
  Open();
  std::vector<int> order;
  std::promise<void> last;
  store_->journal().Write({.models = {SomeModel()}}, Durability::kReport,
                          [&](const absl::Status&) { order.push_back(1); });
  store_->journal().Write({}, Durability::kUntilDurable,
                          [&](const absl::Status&) { order.push_back(2); });
  store_->journal().Write({.new_jobs = {SomeJob("j1")}}, Durability::kReport,
                          [&](const absl::Status&) {
                            order.push_back(3);
                            last.set_value();
                          });
  last.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

// A process that is killed while it writes: everything it was told is durable is there afterwards,
// and the database opens.
TEST_F(SqliteStoreTest, AKilledWriterLosesNothingItAcknowledged) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    auto store = SqliteStore::Open(file());
    if (!store.ok()) _exit(1);
    (*store)->journal().Write({.models = {SomeModel()}}, Durability::kReport,
                              [](const absl::Status&) {});
    for (int i = 0;; ++i) {
      (*store)->journal().Write({.new_jobs = {SomeJob("j" + std::to_string(i))}},
                                Durability::kReport, [&, i](const absl::Status& status) {
                                  if (status.ok() && write(pipe_ends[1], &i, sizeof i) < 0)
                                    _exit(2);
                                });
      if (i % 64 == 63) {  // keeps a bound on what waits, never waits for the last one
        std::promise<void> reached;
        (*store)->journal().Write({}, Durability::kReport,
                                  [&](const absl::Status&) { reached.set_value(); });
        reached.get_future().wait();
      }
    }
  }
  close(pipe_ends[1]);
  std::vector<int> acknowledged;
  int id = 0;
  while (acknowledged.size() < 200 && read(pipe_ends[0], &id, sizeof id) == sizeof id) {
    acknowledged.push_back(id);
  }
  kill(child, SIGKILL);
  while (read(pipe_ends[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GE(acknowledged.size(), 200u);
  Open();
  for (int job : acknowledged) {
    EXPECT_TRUE(store_->GetJob(JobId("j" + std::to_string(job))).ok()) << job;
  }
}

TEST_F(SqliteStoreTest, AModelHasOneViewOfOneCompiler) {
  Open();
  const core::ModelId model("m1");
  EXPECT_FALSE(store_->FindModelView(model, "p1")->has_value());
  ASSERT_TRUE(Write({.model_views = {{model, "p1", "{1}", 5}}}).ok());
  ASSERT_TRUE(Write({.model_views = {{model, "p2", "{2}", 6}}}).ok());
  Open();
  EXPECT_EQ(**store_->FindModelView(model, "p2"), "{2}");
  EXPECT_FALSE(store_->FindModelView(model, "p1")->has_value());
}

TEST_F(SqliteStoreTest, AResultHasOneValidationOfOneCompiler) {
  Open();
  const core::ResultId result("r1");
  EXPECT_FALSE(store_->FindValidation(result, "p1")->has_value());
  ASSERT_TRUE(Write({.validations = {{result, "p1", "{1}", 5}}}).ok());
  ASSERT_TRUE(Write({.validations = {{result, "p2", "{2}", 6}}}).ok());
  Open();
  EXPECT_EQ(**store_->FindValidation(result, "p2"), "{2}");
  EXPECT_FALSE(store_->FindValidation(result, "p1")->has_value());
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsRefused) {
  ASSERT_TRUE(WriteFileAtomic(file(), std::string(5000, 'x')).ok());
  EXPECT_EQ(ErrorCodeOf(SqliteStore::Open(file()).status()), "DATABASE_DAMAGED");
}

}  // namespace
}  // namespace edgerack::store
