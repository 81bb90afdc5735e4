// For tests: a virtual chip from the catalog's file, without sockets, a wire to its UART, and what
// it logs.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TEST_CHIP_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TEST_CHIP_H_

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/vboard/chip/chip.h"

namespace edgerack::vboard {

inline constexpr char kF746File[] = "firmware/family/stm32f7/chips/stm32f746.toml";
inline constexpr char kH743File[] = "firmware/family/stm32h7/chips/stm32h743.toml";

inline ChipFacts TestFacts(const std::string& path = kF746File) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  auto chip = ParseChip(text, path);
  EXPECT_TRUE(chip.ok()) << chip.status();
  auto facts = MakeChipFacts(*chip);
  EXPECT_TRUE(facts.ok()) << facts.status();
  return *facts;
}

class TestPeer : public UartPeer {
 public:
  bool NextByte(uint8_t* byte) override {
    if (to_chip.empty()) return false;
    *byte = to_chip.front();
    to_chip.pop_front();
    return true;
  }
  void OnByte(uint8_t byte) override { from_chip.push_back(static_cast<char>(byte)); }

  std::deque<uint8_t> to_chip;
  std::string from_chip;
};

// The log of this thread's tests while it lives.
class CapturedLog {
 public:
  CapturedLog() : saved_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("captured", sink));
  }
  ~CapturedLog() { spdlog::set_default_logger(saved_); }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> saved_;
};

class ChipTest : public ::testing::Test {
 protected:
  ChipTest() : ChipTest(ProcessorOptions()) {}
  explicit ChipTest(const std::string& chip_file) : ChipTest(ProcessorOptions(), chip_file) {}
  explicit ChipTest(const ProcessorOptions& processor, const std::string& chip_file = kF746File)
      : facts(TestFacts(chip_file)), chip(facts, ChipOptions{processor, {}}) {}

  // Vector table and Thumb code at the start of the flash: `code` starts at 0x08000100.
  void Program(const std::vector<uint16_t>& code) {
    uint8_t* flash = chip.bus().flash_bytes();
    const uint32_t vectors[2] = {0x20010000, 0x08000101};
    std::memcpy(flash, vectors, sizeof vectors);
    std::memcpy(flash + 0x100, code.data(), 2 * code.size());
    chip.PowerOn();
  }
  uint32_t Get(uint32_t address, unsigned size = 4) {
    uint32_t value = 0;
    EXPECT_TRUE(chip.DebugRead(address, size, &value)) << std::hex << address;
    return value;
  }
  void Put(uint32_t address, uint32_t value, unsigned size = 4) {
    EXPECT_TRUE(chip.DebugWrite(address, size, value)) << std::hex << address;
  }
  void PassNs(uint64_t ns) { chip.PassTime(chip.clock().NsToCycles(chip.clock().NowNs() + ns)); }
  // Runs until the chip has nothing to do or the cycles are over; sleeps pass at once.
  void RunFor(uint64_t cycles) {
    const uint64_t end = chip.clock().cycles() + cycles;
    while (chip.clock().cycles() < end) {
      const RunResult result = chip.Run(end - chip.clock().cycles());
      if (result == RunResult::kStopped) return;
      if (result == RunResult::kSleeping) {
        chip.PassTime(std::min(end, chip.clock().next_due_cycle()));
      }
    }
  }

  ChipFacts facts;
  Chip chip;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TEST_CHIP_H_
