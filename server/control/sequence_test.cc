#include "server/control/sequence.h"

#include <atomic>
#include <future>
#include <vector>

#include "gtest/gtest.h"

namespace edgerack::control {
namespace {

TEST(SequenceTest, RunsTasksOfAllThreadsOneByOneInOrder) {
  std::vector<std::vector<int>> seen(4);
  int total = 0;  // not atomic: the sequence is the only one who touches it
  {
    Sequence sequence(1'000'000, [] {});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 1000; ++i) {
          sequence.Post([&, t, i] {
            seen[static_cast<size_t>(t)].push_back(i);
            ++total;
          });
        }
      });
    }
    for (auto& thread : threads) thread.join();
    sequence.Stop();
  }
  EXPECT_EQ(total, 4000);
  for (const auto& order : seen) EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(SequenceTest, TicksWithoutTasks) {
  std::promise<void> ticked;
  std::atomic<bool> once = false;
  Sequence sequence(1, [&] {
    if (!once.exchange(true)) ticked.set_value();
  });
  EXPECT_EQ(ticked.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

TEST(SequenceTest, ATaskMayPostAnother) {
  Sequence sequence(1'000'000, [] {});
  std::promise<void> done;
  sequence.Post([&] { sequence.Post([&] { done.set_value(); }); });
  done.get_future().wait();
}

TEST(SequenceTest, NothingRunsAfterStop) {
  Sequence sequence(1'000'000, [] {});
  sequence.Stop();
  bool ran = false;
  sequence.Post([&] { ran = true; });
  sequence.Stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace edgerack::control
