#include "agent/protocol/gate.h"

#include <gtest/gtest.h>

#include <optional>

#include "agent/protocol/fake_timers.h"

namespace edgerack::agent {
namespace {

class GateTest : public testing::Test {
 protected:
  void Start(int64_t wait_ms) {
    asio::co_spawn(context, gate.WaitUntil(timers.clock().SteadyMs() + wait_ms),
                   [this](std::exception_ptr, Wake wake) { woken = wake; });
  }
  void After(int64_t ms, std::function<void()> act) {
    keep.push_back(timers.At(timers.clock().SteadyMs() + ms, context.get_executor(), act));
  }
  bool Run() {
    return timers.RunUntil(context, [this] { return woken.has_value(); });
  }

  FakeTimers timers;
  asio::io_context context;
  Interrupt interrupt;
  Gate gate{context.get_executor(), timers, &interrupt};
  std::optional<Wake> woken;
  std::vector<std::unique_ptr<TimerHandle>> keep;
};

TEST_F(GateTest, DeadlineEndsTheWait) {
  int64_t start_ms = timers.clock().SteadyMs();
  Start(250);
  ASSERT_TRUE(Run());
  EXPECT_EQ(*woken, Wake::kDeadline);
  EXPECT_EQ(timers.clock().SteadyMs() - start_ms, 250);
}

TEST_F(GateTest, NotificationComesFirst) {
  Start(250);
  After(100, [this] { gate.Notify(); });
  ASSERT_TRUE(Run());
  EXPECT_EQ(*woken, Wake::kNotified);
}

TEST_F(GateTest, EarlierNotificationIsNotLost) {
  gate.Notify();
  Start(250);
  ASSERT_TRUE(Run());
  EXPECT_EQ(*woken, Wake::kNotified);
}

TEST_F(GateTest, InterruptEndsTheWaitAndStaysRaised) {
  Start(250);
  After(100, [this] { interrupt.Raise(); });
  ASSERT_TRUE(Run());
  EXPECT_EQ(*woken, Wake::kInterrupted);
  woken.reset();
  Start(250);
  ASSERT_TRUE(Run());
  EXPECT_EQ(*woken, Wake::kInterrupted);
  interrupt.Clear();
  woken.reset();
  Start(250);
  ASSERT_TRUE(Run());
  EXPECT_EQ(*woken, Wake::kDeadline);
}

}  // namespace
}  // namespace edgerack::agent
