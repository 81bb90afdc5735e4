#include "agent/mlperf/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/link/fake_console.h"
#include "agent/link/fake_mlperf_device.h"
#include "agent/mlperf/windows.h"
#include "agent/protocol/fake_timers.h"

namespace edgerack::agent {
namespace {

using ::testing::HasSubstr;

class MlperfClientTest : public testing::Test {
 protected:
  MlperfClientTest() : console_(context_.get_executor(), timers_, nullptr, board_) {
    board_.foreign_image = [this](const std::string& bytes) { return device_(bytes); };
  }

  template <typename Result>
  Result Run(Task<Result> task) {
    std::optional<Result> result;
    asio::co_spawn(context_, std::move(task),
                   [&](std::exception_ptr, Result value) { result = std::move(value); });
    EXPECT_TRUE(timers_.RunUntil(context_, [&] { return result.has_value(); }));
    return *result;
  }
  int64_t After(int64_t ms) { return timers_.clock().SteadyMs() + ms; }
  absl::StatusOr<std::vector<InferenceWindow>> Windows(const WindowRules& rules) {
    const std::function<void(const InferenceWindow&, size_t)> measured =
        [this](const InferenceWindow&, size_t count) { counted_ = count; };
    return Run(MeasureWindows(client_, rules, After(3'600'000), measured));
  }

  asio::io_context context_;
  FakeTimers timers_;
  FakeMlperfDevice device_;
  FakeFirmware board_;
  FakeConsole console_;
  MlperfClient client_{console_, timers_.clock()};
  size_t counted_ = 0;
};

TEST_F(MlperfClientTest, BeginsWithADeviceThatBootsAndHearsLate) {
  device_.deaf = 2;
  console_.Inject("m-timestamp-mode-performance\r\nm-lap-us-1\r\nm-init-done\r\nm-ready\r\n");
  auto identity = Run(client_.Begin(After(15'000)));
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->vendor, "somebody");
  EXPECT_EQ(identity->profile, "theirs");
  EXPECT_EQ(identity->model, "ic01");
}

TEST_F(MlperfClientTest, ASilentImageIsAJobsErrorWithItsLastWords) {
  device_.deaf = 1'000;
  console_.Inject("hello from main\r\npanic: no model\xff\r\n");
  const absl::Status status = Run(client_.Begin(After(15'000))).status();
  EXPECT_EQ(ErrorCodeOf(status), "FOREIGN_SILENT");
  EXPECT_EQ(ErrorClassOf(status), ErrorClass::kJob);
  EXPECT_THAT(ErrorMessageOf(status), HasSubstr("hello from main\npanic: no model\\xff"));
}

TEST_F(MlperfClientTest, LoadsInputAsTheRunnerDoes) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) bytes += static_cast<char>(i * 7);
  EXPECT_TRUE(Run(client_.LoadInput(bytes, After(60'000))).ok());
  EXPECT_EQ(device_.input, bytes);
  ASSERT_EQ(device_.commands.size(), 4u);
  EXPECT_EQ(device_.commands[0], "db load 70");
  EXPECT_EQ(device_.commands[1].size(), 65u);
  device_.loses_a_byte = true;
  EXPECT_EQ(ErrorCodeOf(Run(client_.LoadInput(bytes, After(60'000)))), "FOREIGN_BAD_ANSWER");
}

TEST_F(MlperfClientTest, AnErrorOfTheDeviceIsTold) {
  device_.hangs = true;
  EXPECT_EQ(ErrorCodeOf(Run(client_.Infer(1, 0, After(5'000))).status()), "FOREIGN_SILENT");
  auto answer = Run(client_.Command("reboot", After(5'000)));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->errors, std::vector<std::string>{"Unknown command: reboot"});
}

TEST_F(MlperfClientTest, WindowsAreLongEnoughAndTooShortOnesNotCounted) {
  device_.us_per_inference = 2'000;
  auto windows = Windows({.windows = 5, .window_ms = 10'000, .inferences = 10, .warmups = 3});
  ASSERT_TRUE(windows.ok()) << windows.status();
  ASSERT_EQ(windows->size(), 5u);
  EXPECT_EQ(counted_, 5u);
  for (const InferenceWindow& window : *windows) {
    EXPECT_EQ(window.inferences, 5'100);  // 2 % over what ten seconds take
    EXPECT_EQ(window.elapsed_us, 10'200'000);
  }
  EXPECT_EQ(device_.commands.front(), "infer 10 3");
  EXPECT_EQ(device_.commands.size(), 6u);
}

TEST_F(MlperfClientTest, ASlowDeviceNeedsNoMoreThanTenInferences) {
  device_.us_per_inference = 2'000'000;
  auto windows = Windows({.windows = 2, .window_ms = 10'000, .inferences = 10, .warmups = 0});
  ASSERT_TRUE(windows.ok());
  EXPECT_EQ((*windows)[1].inferences, 10);
  EXPECT_EQ(device_.commands.size(), 2u);
}

TEST_F(MlperfClientTest, ACoarseClockDoesNotMislead) {
  device_.us_per_inference = 3;
  device_.clock_step_us = 10'000;
  auto windows = Windows({.windows = 2, .window_ms = 1'000, .inferences = 10, .warmups = 0});
  ASSERT_TRUE(windows.ok());
  for (const InferenceWindow& window : *windows) EXPECT_GE(window.elapsed_us, 1'000'000);
}

}  // namespace
}  // namespace edgerack::agent
