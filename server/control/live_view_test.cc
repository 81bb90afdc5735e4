#include "server/control/live_view.h"

#include "gtest/gtest.h"

namespace edgerack::control {
namespace {

using core::JobId;
using core::JobState;

LiveJob Live(JobState state) {
  core::Job job;
  job.id = JobId("j");
  job.state = state;
  return {job, {}};
}

TEST(LiveViewTest, WatchersSeeNowAndEveryChangeUntilTheEnd) {
  LiveView view;
  view.PublishJob(Live(JobState::kQueued));
  std::vector<JobState> seen;
  EXPECT_NE(view.Watch(JobId("j"), [&](const auto& live) { seen.push_back(live->job.state); }), 0);
  view.PublishJob(Live(JobState::kRunning));
  view.PublishJob(Live(JobState::kSucceeded));
  EXPECT_EQ(seen,
            (std::vector<JobState>{JobState::kQueued, JobState::kRunning, JobState::kSucceeded}));
  EXPECT_EQ(view.FindJob(JobId("j")), nullptr);
}

TEST(LiveViewTest, UnwatchEndsIt) {
  LiveView view;
  view.PublishJob(Live(JobState::kQueued));
  int calls = 0;
  const int64_t watch = view.Watch(JobId("j"), [&](const auto&) { ++calls; });
  view.Unwatch(watch);
  view.Unwatch(watch);
  view.Unwatch(99);
  view.PublishJob(Live(JobState::kRunning));
  EXPECT_EQ(calls, 1);
}

TEST(LiveViewTest, AJobThatIsNotThereCannotBeWatched) {
  LiveView view;
  EXPECT_EQ(view.Watch(JobId("j"), [](const auto&) {}), 0);
  view.PublishJob(Live(JobState::kFailed));
  EXPECT_EQ(view.Watch(JobId("j"), [](const auto&) {}), 0);
}

TEST(LiveViewTest, BoardsComeById) {
  LiveView view;
  core::Board board;
  for (const char* id : {"b", "a"}) {
    board.id = core::BoardId(id);
    view.PublishBoard(board);
  }
  EXPECT_EQ(view.Boards()[0].id, core::BoardId("a"));
  EXPECT_TRUE(view.FindBoard(core::BoardId("b")).has_value());
  EXPECT_FALSE(view.FindBoard(core::BoardId("c")).has_value());
}

}  // namespace
}  // namespace edgerack::control
