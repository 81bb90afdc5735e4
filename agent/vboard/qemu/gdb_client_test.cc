#include "agent/vboard/qemu/gdb_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace edgerack::vboard {
namespace {

// The stub's end of the connection.
class GdbClientTest : public ::testing::Test {
 protected:
  GdbClientTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds_), 0);
    client_ = std::make_unique<GdbClient>(fds_[0]);
  }
  ~GdbClientTest() override {
    if (fds_[1] >= 0) close(fds_[1]);
  }
  void Say(const std::string& text) {
    EXPECT_EQ(write(fds_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string Heard() {
    char buffer[256];
    const ssize_t got = recv(fds_[1], buffer, sizeof buffer, MSG_DONTWAIT);
    return got > 0 ? std::string(buffer, static_cast<size_t>(got)) : "";
  }
  void HangUp() {
    close(fds_[1]);
    fds_[1] = -1;
  }

  int fds_[2];
  std::unique_ptr<GdbClient> client_;
};

TEST_F(GdbClientTest, AReplyIsAcknowledged) {
  Say("+$4142#ff");
  auto reply = client_->Request("m10,2");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(*reply, "4142");
  EXPECT_EQ(Heard(), "$m10,2#2c+");
}

TEST_F(GdbClientTest, ARunningProgramsStopIsSeenWithoutWaiting) {
  ASSERT_TRUE(client_->Resume("c").ok());
  auto nothing = client_->PollStop();
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->has_value());
  Say("+$T05thr");
  nothing = client_->PollStop();
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->has_value()) << "half a packet";
  Say("ead:01;#07");
  auto stop = client_->PollStop();
  ASSERT_TRUE(stop.ok() && stop->has_value());
  EXPECT_EQ(**stop, "T05thread:01;");
}

TEST_F(GdbClientTest, AMonitorCommandsTextIsPassedOver) {
  Say("+$O6869#d3$OK#9a");
  EXPECT_TRUE(client_->Monitor("system_reset").ok());
  Say("$E22#xx");
  EXPECT_FALSE(client_->Monitor("nonsense").ok());
}

TEST_F(GdbClientTest, AnEmulatorThatEndedIsAnError) {
  HangUp();
  EXPECT_FALSE(client_->Request("?").ok());
  EXPECT_FALSE(client_->PollStop().ok());
}

}  // namespace
}  // namespace edgerack::vboard
