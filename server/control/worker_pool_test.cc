#include "server/control/worker_pool.h"

#include <future>

#include "gtest/gtest.h"

namespace edgerack::control {
namespace {

TEST(WorkerPoolTest, RunsAsManyTasksAtOnceAsItHasThreads) {
  WorkerPool pool(2);
  std::promise<void> first, second, release;
  auto released = release.get_future().share();
  pool.Post([&, released] {
    first.set_value();
    released.wait();
  });
  pool.Post([&, released] {
    second.set_value();
    released.wait();
  });
  first.get_future().wait();
  second.get_future().wait();  // both run although neither has ended
  release.set_value();
  EXPECT_TRUE(pool.Stop(60'000));
}

TEST(WorkerPoolTest, StopDropsWhatHasNotBegunAndSaysWhatStillRuns) {
  WorkerPool pool(1);
  std::promise<void> started, release;
  auto released = release.get_future().share();
  bool second_ran = false;
  pool.Post([&, released] {
    started.set_value();
    released.wait();
  });
  pool.Post([&] { second_ran = true; });
  started.get_future().wait();
  EXPECT_FALSE(pool.Stop(1));
  release.set_value();
  EXPECT_TRUE(pool.Stop(60'000));
  EXPECT_FALSE(second_ran);
}

}  // namespace
}  // namespace edgerack::control
