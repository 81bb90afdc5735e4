#include "server/store/sqlite/sqlite_suite_store.h"

#include <future>

#include "base/files.h"
#include "gtest/gtest.h"
#include "server/store/sqlite/sqlite_store.h"

namespace edgerack::store {
namespace {

using core::SuiteId;
using core::SuiteRunId;

core::Suite SomeSuite(const std::string& id = "nightly") {
  core::Suite suite;
  suite.id = SuiteId(id);
  suite.create_time_ms = suite.update_time_ms = suite.schedule_time_ms = 5;
  core::SuiteSpec& spec = suite.spec;
  spec.display_name = "Nightly";
  spec.models = {{.label = "digits",
                  .model = core::ModelId("m1"),
                  .dataset = core::DatasetId("d1"),
                  .quantize = "int8",
                  .options = {{"samples", "5"}}}};
  spec.boards = {"kind=virtual-f746", "tag=lab"};
  spec.variants = {{.label = "ref", .options = {{"kernels", "ref"}}, .quantize = "none"}};
  spec.thresholds.min_percent = 2.5;
  spec.thresholds.max_arena_bytes = 4096;
  spec.schedule = {"daily 02:30", "Europe/Berlin", true};
  spec.notifications = {core::NotifyWhen::kAlways, {"lab@example.org"}, {"chat"}};
  spec.repeats = 2;
  spec.confirmations = 4;
  return suite;
}

core::SuiteRun SomeRun(const std::string& id, int64_t number) {
  core::SuiteRun run;
  run.id = SuiteRunId(id);
  run.suite = SuiteId("nightly");
  run.number = number;
  run.trigger = "schedule";
  run.create_time_ms = 100 + number;
  run.spec = SomeSuite().spec;
  core::SuiteCase suite_case;
  suite_case.key = "digits/f7/ref";
  suite_case.model_label = "digits";
  suite_case.board = core::BoardId("f7");
  suite_case.variant_label = "ref";
  suite_case.spec.model = core::ModelId("m1");
  suite_case.spec.board_selector = "f7";
  suite_case.jobs = {core::JobId("j1")};
  suite_case.results = {core::ResultId("r1")};
  suite_case.confirming_jobs = {core::JobId("j2")};
  suite_case.confirming_results = {core::ResultId("r2")};
  suite_case.baseline_results = {core::ResultId("r0")};
  core::CaseJudgement& judgement = suite_case.judgement;
  judgement.state = core::CaseState::kRegressed;
  const core::Change change{100, 104, 4, 1.5, core::ChangeVerdict::kSlower};
  judgement.metric = core::MetricChange{"cycles", change};
  judgement.noise = core::SuiteNoise{9, 100, 0.004, 10};
  judgement.findings = {{"LAYER_SLOWER",
                         true,
                         "layer 2 +4 %",
                         core::LayerChange{2, "conv", "conv2d", "fast", change},
                         {}}};
  judgement.suspects = {{"FIRMWARE_DIFFERS", "provenance.firmware_build_id", "a", "b", "another"}};
  judgement.notes = {"a note"};
  run.cases = {suite_case};
  return run;
}

class SuiteStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = SqliteStore::Open(dir_.path() / "db");
    ASSERT_TRUE(opened.ok()) << opened.status();
    all_ = std::move(*opened);
    auto suites = SqliteSuiteStore::Open(dir_.path() / "db");
    ASSERT_TRUE(suites.ok()) << suites.status();
    suites_ = std::move(*suites);
  }
  absl::Status Write(SuiteRecords records) {
    std::promise<absl::Status> done;
    WriteBatch batch;
    batch.suites = std::move(records);
    all_->journal().Write(std::move(batch), Durability::kReport,
                          [&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }

  TempDir dir_;
  std::unique_ptr<SqliteStore> all_;
  std::unique_ptr<SqliteSuiteStore> suites_;
};

TEST_F(SuiteStoreTest, ASuiteReadsBackAsItWas) {
  ASSERT_TRUE(Write({.new_suites = {SomeSuite()}}).ok());
  EXPECT_EQ(Write({.new_suites = {SomeSuite()}}).code(), absl::StatusCode::kAlreadyExists);
  auto suite = suites_->GetSuite(SuiteId("nightly"));
  ASSERT_TRUE(suite.ok()) << suite.status();
  const core::SuiteSpec& spec = suite->spec;
  EXPECT_EQ(spec.display_name, "Nightly");
  EXPECT_EQ(spec.models[0].quantize, "int8");
  EXPECT_EQ(spec.models[0].dataset.value(), "d1");
  EXPECT_EQ(spec.models[0].options.at("samples"), "5");
  EXPECT_EQ(spec.boards.size(), 2u);
  EXPECT_EQ(spec.variants[0].quantize, "none");
  EXPECT_EQ(spec.thresholds.min_percent, 2.5);
  EXPECT_EQ(spec.thresholds.max_arena_bytes, 4096);
  EXPECT_FALSE(spec.thresholds.max_latency_ms.has_value());
  EXPECT_EQ(spec.schedule.time_zone, "Europe/Berlin");
  EXPECT_TRUE(spec.schedule.paused);
  EXPECT_EQ(spec.notifications.when, core::NotifyWhen::kAlways);
  EXPECT_EQ(spec.notifications.webhooks[0], "chat");
  EXPECT_EQ(spec.repeats, 2);
  EXPECT_EQ(spec.confirmations, 4);
  EXPECT_EQ(ErrorCodeOf(suites_->GetSuite(SuiteId("other")).status()), "SUITE_NOT_FOUND");
}

TEST_F(SuiteStoreTest, ARunReadsBackAsItWas) {
  ASSERT_TRUE(Write({.new_suites = {SomeSuite()}, .new_runs = {SomeRun("run1", 1)}}).ok());
  auto run = suites_->GetSuiteRun(SuiteId("nightly"), SuiteRunId("run1"));
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->trigger, "schedule");
  EXPECT_EQ(run->spec.models.size(), 1u);
  ASSERT_EQ(run->cases.size(), 1u);
  const core::SuiteCase& suite_case = run->cases[0];
  EXPECT_EQ(suite_case.key, "digits/f7/ref");
  EXPECT_EQ(suite_case.spec.board_selector, "f7");
  EXPECT_EQ(suite_case.confirming_results[0].value(), "r2");
  EXPECT_EQ(suite_case.baseline_results[0].value(), "r0");
  const core::CaseJudgement& judgement = suite_case.judgement;
  EXPECT_EQ(judgement.state, core::CaseState::kRegressed);
  EXPECT_EQ(judgement.metric->change.verdict, core::ChangeVerdict::kSlower);
  EXPECT_EQ(judgement.noise->degrees, 10);
  EXPECT_EQ(judgement.findings[0].layer->name, "conv");
  EXPECT_EQ(judgement.suspects[0].code, "FIRMWARE_DIFFERS");
  EXPECT_EQ(judgement.notes[0], "a note");
  // Of another suite it is not.
  EXPECT_EQ(ErrorCodeOf(suites_->GetSuiteRun(SuiteId("x"), SuiteRunId("run1")).status()),
            "SUITE_RUN_NOT_FOUND");
}

TEST_F(SuiteStoreTest, ARequestIdIsTakenOnceInASuite) {
  core::SuiteRun first = SomeRun("run1", 1);
  first.request_id = "ci-7";
  ASSERT_TRUE(Write({.new_suites = {SomeSuite()}, .new_runs = {first}}).ok());
  core::SuiteRun second = SomeRun("run2", 2);
  second.request_id = "ci-7";
  EXPECT_EQ(Write({.new_runs = {second}}).code(), absl::StatusCode::kAlreadyExists);
  auto found = suites_->GetSuiteRunByRequestId(SuiteId("nightly"), "ci-7");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->id.value(), "run1");
}

TEST_F(SuiteStoreTest, OpenRunsAreThoseThatGoOnOrWereNotTold) {
  core::SuiteRun ended = SomeRun("run1", 1);
  ended.end_time_ms = 200;
  ended.state = core::SuiteRunState::kPassed;
  ASSERT_TRUE(Write({.new_suites = {SomeSuite()}, .new_runs = {ended, SomeRun("run2", 2)}}).ok());
  EXPECT_EQ(suites_->ListOpenSuiteRuns()->size(), 2u);
  ended.told = true;
  ASSERT_TRUE(Write({.runs = {ended}}).ok());
  auto open = suites_->ListOpenSuiteRuns();
  ASSERT_EQ(open->size(), 1u);
  EXPECT_EQ(open->front().id.value(), "run2");
  auto page = suites_->ListSuiteRuns({.size = 1}, SuiteId("nightly"));
  EXPECT_EQ(page->records.front().id.value(), "run2");
  page = suites_->ListSuiteRuns({.size = 1, .before = page->next}, SuiteId("nightly"));
  EXPECT_EQ(page->records.front().id.value(), "run1");
  EXPECT_EQ(page->next, 0);
}

TEST_F(SuiteStoreTest, ACaseHasOneBaselineThatHolds) {
  core::SuiteBaseline first{core::BaselineId("b1"),
                            SuiteId("nightly"),
                            "k",
                            {core::ResultId("r1")},
                            "the first run",
                            "server",
                            10,
                            SuiteRunId("run1"),
                            0};
  ASSERT_TRUE(Write({.new_suites = {SomeSuite()}, .baselines = {first}}).ok());
  core::SuiteBaseline second = first;
  second.id = core::BaselineId("b2");
  second.reason = "a larger model, on purpose";
  EXPECT_FALSE(Write({.baselines = {second}}).ok());
  first.end_time_ms = 20;
  ASSERT_TRUE(Write({.baselines = {first, second}}).ok());
  EXPECT_EQ((*suites_->FindBaseline(SuiteId("nightly"), "k"))->id.value(), "b2");
  EXPECT_FALSE(suites_->FindBaseline(SuiteId("nightly"), "other")->has_value());
  auto all = suites_->ListBaselines({}, SuiteId("nightly"), "");
  ASSERT_EQ(all->records.size(), 2u);
  EXPECT_EQ(all->records[1].end_time_ms, 20);
  EXPECT_TRUE(suites_->ListBaselines({}, SuiteId("nightly"), "other")->records.empty());
}

TEST_F(SuiteStoreTest, ARemovedSuiteTakesItsRunsAlong) {
  ASSERT_TRUE(Write({.new_suites = {SomeSuite()}, .new_runs = {SomeRun("run1", 1)}}).ok());
  ASSERT_TRUE(Write({.removed = {SuiteId("nightly")}}).ok());
  EXPECT_TRUE(suites_->ListSuites("", 10)->empty());
  EXPECT_FALSE(suites_->GetSuiteRun(SuiteId("nightly"), SuiteRunId("run1")).ok());
  // What still comes of it is dropped.
  EXPECT_TRUE(Write({.runs = {SomeRun("run1", 1)}}).ok());
  core::SuiteBaseline late{core::BaselineId("b1"), SuiteId("nightly"), "k", {}, "", "", 1, {}, 0};
  EXPECT_TRUE(Write({.baselines = {late}}).ok());
}

}  // namespace
}  // namespace edgerack::store
