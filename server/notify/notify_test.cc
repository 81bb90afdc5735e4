#include <condition_variable>
#include <mutex>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/notify/notifier.h"

namespace edgerack::notify {
namespace {

using core::SuiteRunState;

core::SuiteRun RunThat(SuiteRunState state) {
  core::SuiteRun run;
  run.id = core::SuiteRunId("run1");
  run.suite = core::SuiteId("nightly");
  run.number = 3;
  run.state = state;
  run.spec.notifications.webhooks = {"chat"};
  run.spec.notifications.mail_to = {"lab@example.org"};
  run.cases.resize(1);
  run.cases[0].key = "digits/f7/plain";
  run.cases[0].judgement.findings = {{"SLOWER", true, "4 % slower", {}, {}}};
  return run;
}

Settings SomeSettings() {
  return {{{"chat", {"http://127.0.0.1:1/hook", "secret"}}},
          {"smtp://127.0.0.1:2", "edgerack@example.org", "", "", false}};
}

TEST(IsWanted, TroubleAndTheEndOfIt) {
  EXPECT_TRUE(IsWanted(RunThat(SuiteRunState::kRegressed), {}));
  EXPECT_TRUE(IsWanted(RunThat(SuiteRunState::kFailed), {}));
  EXPECT_FALSE(IsWanted(RunThat(SuiteRunState::kPassed), {}));
  EXPECT_FALSE(IsWanted(RunThat(SuiteRunState::kPassed), SuiteRunState::kPassed));
  EXPECT_TRUE(IsWanted(RunThat(SuiteRunState::kPassed), SuiteRunState::kRegressed));
  EXPECT_FALSE(IsWanted(RunThat(SuiteRunState::kCancelled), SuiteRunState::kRegressed));
  core::SuiteRun run = RunThat(SuiteRunState::kPassed);
  run.spec.notifications.when = core::NotifyWhen::kAlways;
  EXPECT_TRUE(IsWanted(run, {}));
  run.spec.notifications.when = core::NotifyWhen::kNever;
  run.state = SuiteRunState::kRegressed;
  EXPECT_FALSE(IsWanted(run, {}));
}

// RFC 4231, test case 2.
TEST(Signature, IsHmacSha256) {
  EXPECT_EQ(Signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(MessagesOf, ACallAndAMail) {
  const Messages messages = MessagesOf(RunThat(SuiteRunState::kRegressed), SuiteRunState::kPassed,
                                       SomeSettings(), 1'796'000'000'000);
  EXPECT_TRUE(messages.problems.empty());
  ASSERT_EQ(messages.calls.size(), 1u);
  const auto json = nlohmann::json::parse(messages.calls[0].body);
  EXPECT_EQ(json["state"], "REGRESSED");
  EXPECT_EQ(json["previous_state"], "PASSED");
  EXPECT_EQ(json["cases"][0]["findings"][0]["code"], "SLOWER");
  EXPECT_EQ(messages.calls[0].headers.back(),
            "X-Edgerack-Signature: " + Signature("secret", messages.calls[0].body));
  ASSERT_EQ(messages.mails.size(), 1u);
  EXPECT_NE(messages.mails[0].text.find("Subject: [edgerack] Suite nightly, run 3: REGRESSED\r\n"),
            std::string::npos);
}

TEST(MessagesOf, WhatTheServerDoesNotHaveIsSaid) {
  const Messages messages = MessagesOf(RunThat(SuiteRunState::kRegressed), {}, {}, 0);
  EXPECT_TRUE(messages.calls.empty());
  EXPECT_TRUE(messages.mails.empty());
  EXPECT_EQ(messages.problems.size(), 2u);
}

// Answers as told; counts.
class ScriptedSender : public Sender {
 public:
  absl::Status Call(const WebhookCall&) override { return Answer(calls); }
  absl::Status Send(const Mail&, const MailServer&) override { return Answer(mails); }
  int calls = 0, mails = 0;
  int failures = 0;  // of each, before it goes well
  absl::StatusCode code = absl::StatusCode::kUnavailable;

 private:
  absl::Status Answer(int& count) {
    if (count++ >= failures) return absl::OkStatus();
    return MakeError(code, ErrorClass::kInfrastructure, "NOT_DELIVERED", "no");
  }
};

class NotifierTest : public testing::Test {
 protected:
  // Tells it and waits until it is settled.
  void Tell() {
    auto sender = std::make_unique<ScriptedSender>(sender_);
    ScriptedSender* told = sender.get();
    Notifier notifier(SomeSettings(), std::move(sender), SystemClock(), /*first_pause_ms=*/0);
    std::mutex mutex;
    std::condition_variable wake;
    bool settled = false;
    notifier.Tell(RunThat(SuiteRunState::kRegressed), {}, [&] {
      std::lock_guard lock(mutex);
      settled = true;
      wake.notify_all();
    });
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return settled; });
    sender_ = *told;
  }
  ScriptedSender sender_;
};

TEST_F(NotifierTest, SendsOnce) {
  Tell();
  EXPECT_EQ(sender_.calls, 1);
  EXPECT_EQ(sender_.mails, 1);
}

TEST_F(NotifierTest, TriesAgainUntilItIsTaken) {
  sender_.failures = 3;
  Tell();
  EXPECT_EQ(sender_.calls, 4);
  EXPECT_EQ(sender_.mails, 4);
}

TEST_F(NotifierTest, GivesUpAtLast) {
  sender_.failures = 1000;
  Tell();
  EXPECT_EQ(sender_.calls, kAttempts);
}

TEST_F(NotifierTest, ARefusalIsFinal) {
  sender_.failures = 1000;
  sender_.code = absl::StatusCode::kFailedPrecondition;
  Tell();
  EXPECT_EQ(sender_.calls, 1);
}

}  // namespace
}  // namespace edgerack::notify
