#include "agent/link/link_client.h"

#include <gtest/gtest.h>

#include <optional>

#include "agent/link/fake_console.h"
#include "agent/link/fake_package.h"
#include "agent/protocol/fake_timers.h"

namespace edgerack::agent {
namespace {

class LinkClientTest : public testing::Test {
 protected:
  void Connect(LineNoise noise = {}, uint16_t first_sequence = 100) {
    console =
        std::make_unique<FakeConsole>(context.get_executor(), timers, &interrupt, board, noise);
    link = std::make_unique<LinkClient>(*console, timers.clock(), first_sequence);
  }
  CallLimits Within(int64_t ms) { return {.deadline_ms = timers.clock().SteadyMs() + ms}; }

  template <typename T>
  T Await(Task<T> task) {
    std::optional<T> result;
    asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T value) {
      ASSERT_FALSE(error);
      result = std::move(value);
    });
    EXPECT_TRUE(timers.RunUntil(context, [&] { return result.has_value(); }));
    return std::move(*result);
  }

  FakeTimers timers;
  asio::io_context context;
  Interrupt interrupt;
  FakeFirmware board;
  std::unique_ptr<FakeConsole> console;
  std::unique_ptr<LinkClient> link;
};

TEST_F(LinkClientTest, HelloTellsTheBoardsIdentity) {
  Connect();
  auto identity = Await(link->Hello(Within(1'000)));
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->build_id, "1111111111111111111111111111111111111111");
  EXPECT_EQ(identity->uid, "222222222222222222222222");
  EXPECT_EQ(identity->image_name, "fake");
  EXPECT_EQ(identity->hello.clock_hz, 216'000'000u);
}

TEST_F(LinkClientTest, SilentBoardIsGivenUpAfterFiveTriesWithGrowingWaits) {
  Connect();
  board.silent = true;
  int64_t start_ms = timers.clock().SteadyMs();
  auto identity = Await(link->Hello(Within(60'000)));
  EXPECT_EQ(ErrorCodeOf(identity.status()), "BOARD_SILENT");
  EXPECT_EQ(identity.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(link->statistics().repeated_requests, 4);
  EXPECT_EQ(timers.clock().SteadyMs() - start_ms, 300 + 450 + 675 + 1012 + 1518);
}

TEST_F(LinkClientTest, DeadlineCutsTheTries) {
  Connect();
  board.silent = true;
  int64_t start_ms = timers.clock().SteadyMs();
  auto identity = Await(link->Hello(Within(500)));
  EXPECT_EQ(identity.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(timers.clock().SteadyMs() - start_ms, 500);
}

TEST_F(LinkClientTest, ARefusalKeepsTheBoardsCodeAndText) {
  Connect();
  auto load = Await(link->PackageLoad(Within(1'000)));
  EXPECT_EQ(load.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorCodeOf(load.status()), "BOARD_REFUSED");
  EXPECT_NE(ErrorMessageOf(load.status()).find("no package in the store"), std::string::npos);
}

TEST_F(LinkClientTest, LongRunIsWaitedForAndExecutedOnce) {
  Connect();
  board.store = FakePackage(4096);
  board.loaded = true;
  board.ms_per_run = 700;
  er_run_request_t request{};
  request.warmup = 10;
  request.samples = 30;
  auto run = Await(link->Run(request, Within(60'000)));
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->samples, 30);
  EXPECT_EQ(board.executed_runs, 1);
  EXPECT_NEAR(static_cast<double>(link->last_work_ms()), 28'000, 5);
}

TEST_F(LinkClientTest, HungRunEndsAtItsDeadline) {
  Connect();
  board.loaded = true;
  board.hang_in_run = true;
  er_run_request_t request{};
  request.samples = 1;
  auto run = Await(link->Run(request, Within(20'000)));
  EXPECT_EQ(run.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ErrorCodeOf(run.status()), "BOARD_SILENT");
}

TEST_F(LinkClientTest, VanishedConsoleIsReportedAtOnce) {
  Connect();
  board.loaded = true;
  board.hang_in_run = true;
  er_run_request_t request{};
  request.samples = 1;
  auto unplug = timers.At(timers.clock().SteadyMs() + 100, context.get_executor(),
                          [&] { console->Unplug(); });
  int64_t start_ms = timers.clock().SteadyMs();
  auto run = Await(link->Run(request, Within(20'000)));
  EXPECT_EQ(ErrorCodeOf(run.status()), "CONSOLE_LOST");
  EXPECT_EQ(timers.clock().SteadyMs() - start_ms, 100);
}

TEST_F(LinkClientTest, InterruptEndsAWaitingCall) {
  Connect();
  board.silent = true;
  auto raise =
      timers.At(timers.clock().SteadyMs() + 50, context.get_executor(), [&] { interrupt.Raise(); });
  auto identity = Await(link->Hello(Within(20'000)));
  EXPECT_EQ(identity.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(LinkClientTest, TextAndNoiseBeforeTheReplyDoNotMatter) {
  Connect();
  console->Inject("booting...\r\n");
  console->Inject(std::string(5'000, 'x'));
  auto identity = Await(link->Hello(Within(5'000)));
  EXPECT_TRUE(identity.ok()) << identity.status();
}

TEST_F(LinkClientTest, StaleStoredReplyOfAnotherMessageIsNotTaken) {
  Connect({}, 100);
  ASSERT_TRUE(Await(link->Memory(Within(1'000))).ok());  // the board keeps the reply to 101
  LinkClient restarted(*console, timers.clock(), 100);
  auto identity = Await(restarted.Hello(Within(5'000)));
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->image_name, "fake");
}

TEST_F(LinkClientTest, SmallBoardPayloadIsRespected) {
  Connect();
  board.max_payload = 64;
  ASSERT_TRUE(Await(link->Hello(Within(1'000))).ok());
  std::string package = FakePackage(1'000);
  ASSERT_TRUE(Await(link->WritePackage(package, Within(10'000))).ok());
  EXPECT_EQ(board.store, package);
}

TEST_F(LinkClientTest, DamagedFrameIsAskedForAgainAtOnce) {
  Connect();
  ASSERT_TRUE(Await(link->Hello(Within(1'000))).ok());
  console->Inject(std::string("\0half of\1a reply\0", 17));
  const int64_t start_ms = timers.clock().SteadyMs();
  ASSERT_TRUE(Await(link->Memory(Within(10'000))).ok());
  EXPECT_LT(timers.clock().SteadyMs() - start_ms, 10);
  EXPECT_EQ(link->statistics().damaged_replies, 1);
  EXPECT_EQ(link->statistics().requests, 2);
}

TEST_F(LinkClientTest, LineThatDamagesEverythingIsInfrastructure) {
  Connect();
  board.silent = true;
  std::vector<std::unique_ptr<TimerHandle>> damage;
  for (int i = 1; i < 200; ++i) {
    damage.push_back(timers.At(timers.clock().SteadyMs() + 200 * i, context.get_executor(),
                               [&] { console->Inject(std::string("\0not\1a frame\0", 13)); }));
  }
  auto memory = Await(link->Memory(Within(300'000)));
  EXPECT_EQ(ErrorCodeOf(memory.status()), "LINK_NOISY") << memory.status();
  EXPECT_EQ(ErrorClassOf(memory.status()), ErrorClass::kInfrastructure);
}

TEST_F(LinkClientTest, BoardTellsWhatReachedItDamaged) {
  Connect({.corrupted = 30, .seed = 3});
  std::string input(3'000, 'x');
  board.loaded = true;
  ASSERT_TRUE(Await(link->Hello(Within(60'000))).ok());
  ASSERT_TRUE(Await(link->WriteInput(0, input, Within(60'000))).ok());
  ASSERT_TRUE(Await(link->UpdateDamagedRequests(Within(60'000))).ok());
  EXPECT_GT(link->statistics().damaged_requests, 0);
}

class NoisyLinkTest : public LinkClientTest, public testing::WithParamInterface<uint32_t> {};

// Everything a run needs, over a line that loses, repeats and corrupts one message in ten: the
// data arrives intact and no request is executed twice.
TEST_P(NoisyLinkTest, EverythingArrivesIntactAndOnce) {
  Connect({.lost = 6, .repeated = 10, .corrupted = 6, .seed = GetParam()});
  std::string package = FakePackage(20'000);
  std::string input;
  for (int i = 0; i < 3'000; ++i) input += static_cast<char>(i * 7);
  ASSERT_TRUE(Await(link->Hello(Within(60'000))).ok());
  ASSERT_TRUE(Await(link->WritePackage(package, Within(600'000))).ok());
  EXPECT_EQ(board.store, package);
  ASSERT_TRUE(Await(link->PackageLoad(Within(60'000))).ok());
  ASSERT_TRUE(Await(link->WriteInput(0, input, Within(60'000))).ok());
  er_run_request_t request{};
  request.samples = 500;
  ASSERT_TRUE(Await(link->Run(request, Within(600'000))).ok());
  EXPECT_EQ(board.executed_runs, 1);
  auto samples = Await(link->ReadSamples(500, Within(60'000)));
  ASSERT_TRUE(samples.ok()) << samples.status();
  for (uint32_t i = 0; i < 500; ++i) ASSERT_EQ((*samples)[i], 1'000'000 + i);
  auto layers = Await(link->ReadProfile(200, Within(60'000)));
  ASSERT_TRUE(layers.ok()) << layers.status();
  EXPECT_EQ((*layers)[199].cycles, 200'000u);
  EXPECT_EQ((*layers)[199].extra_counts, 2'000u);
  auto tensor = Await(link->ReadTensor(0, 3'000, Within(60'000)));
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  for (size_t i = 0; i < input.size(); ++i) {
    ASSERT_EQ((*tensor)[i], static_cast<char>(input[i] + 1)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, NoisyLinkTest, testing::Range(1u, 21u));

}  // namespace
}  // namespace edgerack::agent
