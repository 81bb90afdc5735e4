#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "agent/vboard/debug/stlink_session.h"

namespace edgerack::vboard {
namespace {

// A kilobyte of memory at 0x20000000 and nothing else.
class FakeTarget : public ProbeTarget {
 public:
  uint32_t dpidr() const override { return 0x5BA02477; }
  uint32_t ap_idr(unsigned ap) const override { return ap == 0 ? 0x74770001 : 0; }
  uint32_t ap_base(unsigned) const override { return 0xE00FD003; }
  bool Read(unsigned ap, uint32_t address, unsigned size, uint32_t* value) override {
    if (ap != 0 || address - 0x20000000 > 1024 - size) return false;
    *value = 0;
    std::memcpy(value, memory + (address - 0x20000000), size);
    return true;
  }
  bool Write(unsigned ap, uint32_t address, unsigned size, uint32_t value) override {
    if (ap != 0 || address - 0x20000000 > 1024 - size) return false;
    std::memcpy(memory + (address - 0x20000000), &value, size);
    return true;
  }
  void SetResetPin(bool low) override { reset_low = low; }

  uint8_t memory[1024] = {};
  bool reset_low = false;
};

class StlinkTest : public ::testing::Test {
 protected:
  std::vector<uint8_t> Feed(const std::vector<uint8_t>& bytes, bool expect_ok = true) {
    std::vector<uint8_t> out;
    EXPECT_EQ(session.Feed(bytes.data(), bytes.size(), &out), expect_ok);
    return out;
  }
  // One USB command through the server; the answer without the server's status.
  std::vector<uint8_t> Usb(std::vector<uint8_t> command, uint32_t read_bytes,
                           const std::vector<uint8_t>& payload = {}) {
    command.resize(16);
    const auto size = static_cast<uint32_t>(payload.empty() ? read_bytes : payload.size());
    std::vector<uint8_t> request = {5, 0, 0, 0, 1, 0, 0, 0};
    request.insert(request.end(), command.begin(), command.end());
    request.insert(request.end(), {static_cast<uint8_t>(payload.empty() ? 1 : 0), 0, 0, 0});
    for (int i = 0; i < 4; ++i) request.push_back(static_cast<uint8_t>(size >> (8 * i)));
    request.insert(request.end(), payload.begin(), payload.end());
    std::vector<uint8_t> reply = Feed(request);
    EXPECT_GE(reply.size(), 4u);
    EXPECT_EQ(reply[0], 1);
    reply.erase(reply.begin(), reply.begin() + 4);
    return reply;
  }

  FakeTarget target;
  StlinkProbe probe{&target};
  StlinkSession session{&probe, "0123456789ABCDEF01234567"};
};

TEST_F(StlinkTest, ServerHandshake) {
  EXPECT_EQ(Feed({6, 1, 0, 0}).size(), 16u);
  EXPECT_EQ(Feed({0, 0}), (std::vector<uint8_t>{1, 0, 0, 0}));
  EXPECT_EQ(Feed({1}), (std::vector<uint8_t>{1, 0, 0, 0}));
  const auto info = Feed({2, 0, 0, 0, 41, 0, 0, 0});
  ASSERT_EQ(info.size(), 45u);
  EXPECT_EQ(std::string(info.begin() + 8, info.begin() + 32), "0123456789ABCDEF01234567");
  EXPECT_EQ(info[40] | info[41] << 8, 0x0483);
  EXPECT_EQ(Feed({3, 0, 0, 0, 1, 0, 0, 0}).size(), 8u);
  EXPECT_TRUE(session.opened());
  EXPECT_EQ(Feed({4, 0, 0, 0, 1, 0, 0, 0}).size(), 4u);
  EXPECT_FALSE(session.opened());
}

TEST_F(StlinkTest, RequestsMayArriveInPieces) {
  EXPECT_TRUE(Feed({6, 1}).empty());
  EXPECT_EQ(Feed({0, 0, 1}).size(), 20u) << "and two at once";
}

TEST_F(StlinkTest, VersionAndVoltage) {
  const auto version = Usb({0xF1}, 6);
  EXPECT_EQ(version[0] >> 4, 2);
  EXPECT_EQ((version[0] << 8 | version[1]) >> 6 & 0x3F, 37);
  const auto adc = Usb({0xF7}, 8);
  EXPECT_NEAR(2.0 * 1.2 * (adc[4] | adc[5] << 8) / (adc[0] | adc[1] << 8), 3.3, 0.01);
}

TEST_F(StlinkTest, MemoryBothWaysAndItsStatus) {
  Usb({0xF2, 0x08, 0x10, 0, 0, 0x20, 8, 0}, 0, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(Usb({0xF2, 0x3E}, 12)[0], 0x80);
  EXPECT_EQ(Usb({0xF2, 0x07, 0x10, 0, 0, 0x20, 8, 0}, 8),
            (std::vector<uint8_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(Usb({0xF2, 0x0C, 0x13, 0, 0, 0x20, 1, 0}, 2), (std::vector<uint8_t>{4, 0}));
  EXPECT_EQ(Usb({0xF2, 0x47, 0x12, 0, 0, 0x20, 2, 0}, 2), (std::vector<uint8_t>{3, 4}));
  Usb({0xF2, 0x07, 0, 0, 0, 0x60, 4, 0}, 4);
  const auto status = Usb({0xF2, 0x3E}, 12);
  EXPECT_EQ(status[0], 0x11) << "a bus fault";
  EXPECT_EQ(status[7], 0x60) << "and where";
  Usb({0xF2, 0x07, 0x10, 0, 0, 0x20, 4, 0}, 4);
  EXPECT_EQ(Usb({0xF2, 0x3E}, 12)[0], 0x80) << "the next access starts afresh";
}

TEST_F(StlinkTest, DebugPortRegisters) {
  const auto read_dap = [this](uint8_t port_low, uint8_t port_high, uint8_t reg) {
    const auto r = Usb({0xF2, 0x45, port_low, port_high, reg, 0}, 8);
    return r[4] | r[5] << 8 | r[6] << 16 | static_cast<uint32_t>(r[7]) << 24;
  };
  const auto write_dap = [this](uint8_t port, uint8_t reg, uint32_t value) {
    std::vector<uint8_t> c = {0xF2, 0x46, port, static_cast<uint8_t>(port == 0xFF ? 0xFF : 0),
                              reg,  0};
    for (int i = 0; i < 4; ++i) c.push_back(static_cast<uint8_t>(value >> (8 * i)));
    Usb(c, 2);
  };
  EXPECT_EQ(read_dap(0xFF, 0xFF, 0), 0x5BA02477u);
  write_dap(0xFF, 4, 0x50000000);
  EXPECT_EQ(read_dap(0xFF, 0xFF, 4), 0xF0000000u);
  EXPECT_EQ(read_dap(0, 0, 0xFC), 0x74770001u);
  EXPECT_EQ(read_dap(1, 0, 0xFC), 0u);
  write_dap(0, 0x00, 0x23000012);  // 32 bit, single increment
  write_dap(0, 0x04, 0x20000020);
  write_dap(0, 0x0C, 0x11223344);
  write_dap(0, 0x0C, 0x55667788);
  EXPECT_EQ(read_dap(0, 0, 0x04), 0x20000028u);
  write_dap(0, 0x04, 0x20000020);
  EXPECT_EQ(read_dap(0, 0, 0x0C), 0x11223344u);
  EXPECT_EQ(read_dap(0, 0, 0x14), 0x55667788u);
  write_dap(0, 0x00, 0x23000010);  // bytes
  write_dap(0, 0x04, 0x20000021);
  EXPECT_EQ(read_dap(0, 0, 0x0C), 0x00003300u) << "in its lane";
  write_dap(0, 0x00, 0x23000022);
  EXPECT_EQ(read_dap(0, 0, 0x00) & 0x30, 0x10u) << "packed increments are not there";
  write_dap(0, 0x04, 0x60000000);
  read_dap(0, 0, 0x0C);
  EXPECT_NE(read_dap(0xFF, 0xFF, 4) & 0x20, 0u);
  write_dap(0xFF, 0, 4);
  EXPECT_EQ(read_dap(0xFF, 0xFF, 4) & 0x20, 0u);
}

TEST_F(StlinkTest, AKilledHostReleasesTheResetPin) {
  Usb({0xF2, 0x3C, 0}, 2);
  EXPECT_TRUE(target.reset_low);
  probe.OnHostGone();
  EXPECT_FALSE(target.reset_low);
}

TEST_F(StlinkTest, WhatIsNotTheProtocolEndsTheConnection) { Feed({'G', 'E', 'T', ' '}, false); }

TEST_F(StlinkTest, AnAbsurdLengthEndsTheConnection) {
  std::vector<uint8_t> request(32, 0);
  request[0] = 5;
  request[31] = 0x7F;
  Feed(request, false);
}

TEST(StlinkFuzz, AnyBytesAreTaken) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    FakeTarget target;
    StlinkProbe probe(&target);
    StlinkSession session(&probe, "X");
    std::vector<uint8_t> out;
    for (int part = 0; part < 6; ++part) {
      std::vector<uint8_t> bytes(random() % 80);
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
      if (!bytes.empty()) bytes[0] %= 8;
      if (bytes.size() >= 32) {  // mostly a USB command with a sane length
        bytes[0] = 5;
        bytes[8] = 0xF2;
        bytes[29] &= 3;
        bytes[30] = bytes[31] = 0;
      }
      if (!session.Feed(bytes.data(), bytes.size(), &out)) break;
    }
    ASSERT_LT(out.size(), 100'000u);
  }
  for (int i = 0; i < 100'000; ++i) {
    std::array<uint8_t, kStlinkCommandBytes> command;
    for (uint8_t& byte : command) byte = static_cast<uint8_t>(random());
    const StlinkCommand decoded = DecodeStlinkCommand(command);
    ASSERT_TRUE(decoded.op != StlinkOp::kReadMemory || decoded.width_bytes != 0);
  }
}

}  // namespace
}  // namespace edgerack::vboard
