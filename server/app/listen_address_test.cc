#include "server/app/listen_address.h"

#include "gtest/gtest.h"

namespace edgerack::app {
namespace {

TEST(ListenAddressTest, TheOthersFollowTheFirst) {
  auto addresses = ResolveAddresses("127.0.0.1:7070", "", "", false);
  ASSERT_TRUE(addresses.ok());
  EXPECT_EQ(addresses->http, "127.0.0.1:7071");
  EXPECT_EQ(addresses->metrics, "127.0.0.1:7072");
  EXPECT_EQ(ResolveAddresses("[::1]:7070", "127.0.0.1:9", "", false)->http, "127.0.0.1:9");
}

TEST(ListenAddressTest, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "7070", ":7070", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                           "127.0.0.1:65534", "127.0.0.1:x"}) {
    EXPECT_EQ(ErrorCodeOf(ResolveAddresses(text, "", "", false).status()), "BAD_ADDRESS") << text;
  }
}

TEST(ListenAddressTest, OtherHostsNeedTheFlag) {
  EXPECT_EQ(ErrorCodeOf(ResolveAddresses("0.0.0.0:7070", "", "", false).status()), "NOT_LOOPBACK");
  EXPECT_EQ(ErrorCodeOf(ResolveAddresses("127.0.0.1:7070", "10.0.0.1:80", "", false).status()),
            "NOT_LOOPBACK");
  EXPECT_TRUE(ResolveAddresses("0.0.0.0:7070", "", "", true).ok());
}

}  // namespace
}  // namespace edgerack::app
