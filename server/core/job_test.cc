#include "server/core/job.h"

#include "gtest/gtest.h"

namespace edgerack::core {
namespace {

Job WithRuns(std::vector<RunState> states) {
  Job job;
  for (RunState state : states) {
    Run run;
    run.state = state;
    if (state == RunState::kFailed) run.error = Failure{ErrorClass::kBoard, "WEDGED", "it hangs"};
    job.runs.push_back(run);
  }
  return job;
}

TEST(JobTest, EndsOnlyWhenEveryRunHas) {
  Job job = WithRuns({RunState::kSucceeded, RunState::kAssigned});
  EXPECT_FALSE(ConcludeIfAllRunsEnded(job, 5));
  EXPECT_EQ(job.end_time_ms, 0);
  job = WithRuns({RunState::kSucceeded, RunState::kSucceeded});
  EXPECT_TRUE(ConcludeIfAllRunsEnded(job, 5));
  EXPECT_EQ(job.state, JobState::kSucceeded);
  EXPECT_EQ(job.end_time_ms, 5);
}

TEST(JobTest, AFailedRunDecides) {
  Job job = WithRuns({RunState::kSucceeded, RunState::kFailed, RunState::kCancelled});
  EXPECT_TRUE(ConcludeIfAllRunsEnded(job, 5));
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.error->code, "WEDGED");
  job = WithRuns({RunState::kSucceeded, RunState::kCancelled});
  EXPECT_TRUE(ConcludeIfAllRunsEnded(job, 5));
  EXPECT_EQ(job.state, JobState::kCancelled);
}

TEST(JobTest, NamesSurviveARoundTrip) {
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(ParseJobState(JobStateName(static_cast<JobState>(i))), static_cast<JobState>(i));
  }
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ParseRunState(RunStateName(static_cast<RunState>(i))), static_cast<RunState>(i));
  }
  EXPECT_FALSE(ParseJobState("ASLEEP"));
}

}  // namespace
}  // namespace edgerack::core
