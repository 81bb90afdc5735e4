#include "agent/app/discover.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"

namespace edgerack::agent {
namespace {

namespace fs = std::filesystem;

class DiscoverTest : public testing::Test {
 protected:
  void AddUsb(const std::string& port, const std::string& vendor, const std::string& product,
              const std::string& serial, const std::string& tty) {
    fs::path device = dir.path() / "sys/bus/usb/devices" / port;
    fs::create_directories(device);
    ASSERT_TRUE(WriteFileAtomic(device / "idVendor", vendor + "\n").ok());
    ASSERT_TRUE(WriteFileAtomic(device / "idProduct", product + "\n").ok());
    ASSERT_TRUE(WriteFileAtomic(device / "product", "STM32 STLink\n").ok());
    ASSERT_TRUE(WriteFileAtomic(device / "serial", serial + "\n").ok());
    if (!tty.empty()) fs::create_directories(device / (port + ":1.2") / "tty" / tty);
  }
  std::vector<FoundProbe> Discover() {
    return DiscoverProbes(dir.path() / "sys", dir.path() / "dev");
  }
  TempDir dir;
};

TEST_F(DiscoverTest, FindsProbesWithTheirPorts) {
  AddUsb("1-2", "0483", "374b", "B002", "ttyACM1");
  AddUsb("1-1", "0483", "3748", "A001", "");
  AddUsb("1-3", "0403", "6001", "C003", "ttyUSB0");  // some other serial adapter
  AddUsb("1-4", "0483", "5740", "D004", "ttyACM2");  // ST's, not a probe
  fs::create_directories(dir.path() / "dev/serial/by-id");
  fs::create_symlink("../../ttyACM1", dir.path() / "dev/serial/by-id/usb-ST_STLink_B002-if02");
  auto probes = Discover();
  ASSERT_EQ(probes.size(), 2u);
  EXPECT_EQ(probes[0].serial, "A001");
  EXPECT_EQ(probes[0].console, "");
  EXPECT_EQ(probes[1].serial, "B002");
  EXPECT_EQ(probes[1].product, "STM32 STLink");
  EXPECT_EQ(fs::path(probes[1].console).filename(), "usb-ST_STLink_B002-if02");
}

TEST_F(DiscoverTest, PortWithoutStableNameGetsItsOwn) {
  AddUsb("1-2", "0483", "374b", "B002", "ttyACM1");
  ASSERT_EQ(Discover().size(), 1u);
  EXPECT_EQ(Discover()[0].console, (dir.path() / "dev/ttyACM1").string());
}

TEST_F(DiscoverTest, NothingThereIsSaid) {
  EXPECT_TRUE(Discover().empty());
  EXPECT_NE(AsConfig({}).find("No ST-LINK"), std::string::npos);
}

TEST_F(DiscoverTest, EachBoardIsAskedWhoItIs) {
  auto share = ShareDir();
  ASSERT_TRUE(share.ok()) << share.status();
  auto catalog = Catalog::Load(*share);
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  std::vector<std::string> asked;
  const auto ask = [&](const std::string& console, uint32_t baud) -> absl::StatusOr<Identity> {
    asked.push_back(console);
    EXPECT_GT(baud, 100'000u);
    if (console == "/dev/ttyACM1") return absl::UnavailableError("no answer");
    Identity identity;
    identity.image_name = console == "/dev/ttyACM2" ? "someone-elses" : "nucleo-h743zi";
    identity.uid = "0123456789abcdef01234567";
    identity.build_id = std::string(40, 'b');
    return identity;
  };
  const auto boards = AskBoards({{"STLink", "A1", "/dev/ttyACM0"},
                                 {"STLink", "B2", "/dev/ttyACM1"},
                                 {"STLink", "C3", "/dev/ttyACM2"},
                                 {"STLink", "D4", ""},
                                 {"STLink", "E5", "/dev/ttyACM3"}},
                                *catalog, ask);
  ASSERT_EQ(boards.size(), 5u);
  EXPECT_EQ(boards[0].kind, "nucleo-h743zi");
  EXPECT_EQ(boards[0].uid, "0123456789abcdef01234567");
  EXPECT_EQ(boards[1].kind, "");
  EXPECT_NE(boards[1].why_not_known.find("no answer"), std::string::npos);
  EXPECT_NE(boards[2].why_not_known.find("someone-elses"), std::string::npos);
  EXPECT_NE(boards[3].why_not_known.find("no serial port"), std::string::npos);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), ""), 0);
  const std::string text = AsConfig(boards);
  EXPECT_NE(text.find("id = \"nucleo-h743zi-1\"\nkind = \"nucleo-h743zi\""), std::string::npos)
      << text;
  EXPECT_NE(text.find("id = \"nucleo-h743zi-2\""), std::string::npos) << text;
  EXPECT_NE(text.find("uid = \"0123456789abcdef01234567\""), std::string::npos) << text;
  EXPECT_NE(text.find("serial = \"B2\""), std::string::npos) << text;
  EXPECT_NE(text.find("firmware " + std::string(40, 'b')), std::string::npos) << text;
}

}  // namespace
}  // namespace edgerack::agent
