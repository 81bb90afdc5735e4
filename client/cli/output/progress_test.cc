#include "client/cli/output/progress.h"

#include <sstream>

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

v1::Job Running(const std::string& stage, double progress) {
  v1::Job job;
  job.set_id("j1");
  job.set_state(v1::Job::RUNNING);
  auto& run = *job.add_runs();
  run.set_board("desk-1");
  run.set_state(v1::Run::ASSIGNED);
  run.set_stage(stage);
  run.set_progress(progress);
  run.set_attempt(1);
  return job;
}

TEST(ProgressTest, NamesBoardStageAndShare) {
  EXPECT_EQ(ProgressText(Running("run", 0.4)), "desk-1: run 40 %");
  v1::Job again = Running("flash", 0);
  again.mutable_runs(0)->set_attempt(2);
  EXPECT_EQ(ProgressText(again), "desk-1: flash 0 % (attempt 2)");
  v1::Job queued;
  queued.set_state(v1::Job::QUEUED);
  EXPECT_EQ(ProgressText(queued), "QUEUED");
}

TEST(ProgressTest, SaysEachChangeOnceWithoutATerminal) {
  std::ostringstream out;
  Progress progress(out, false);
  progress.Show(Running("load", 0));
  progress.Show(Running("load", 0));
  progress.Show(Running("run", 0));
  progress.Finish();
  EXPECT_EQ(out.str(), "job j1  desk-1: load 0 %\njob j1  desk-1: run 0 %\n");
}

}  // namespace
}  // namespace edgerack::cli
