// Blocks whose accesses are planned cost what they cost when the emulator tells each access.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

struct Counts {
  uint64_t cycles = 0, instructions = 0;
  bool operator==(const Counts& o) const {
    return cycles == o.cycles && instructions == o.instructions;
  }
};
void PrintTo(const Counts& c, std::ostream* out) {
  *out << c.cycles << " cycles, " << c.instructions << " instructions";
}

class PlannedAccesses : public ChipTest, public testing::WithParamInterface<const char*> {
 protected:
  Counts CountsOf(bool plans_accesses, uint64_t cycles) {
    const char* folder = std::getenv("VBOARD_FOREIGN");
    std::ifstream file(
        std::string(folder != nullptr ? folder : "") + "/bench_" + GetParam() + ".bin",
        std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_FALSE(bytes.empty());
    ChipOptions options;
    options.processor.plans_accesses = plans_accesses;
    Chip own(chip.facts(), options);
    std::memcpy(own.bus().flash_bytes(), bytes.data(), bytes.size());
    own.PowerOn();
    // In slices, so that runs end in the middle of loops.
    while (own.clock().cycles() < cycles) {
      if (own.Run(60'000) != RunResult::kRan) break;
    }
    return {own.clock().cycles(), own.processor().core().instructions()};
  }
};

TEST_P(PlannedAccesses, CostTheSame) {
  constexpr uint64_t kCycles = 6'000'000;
  EXPECT_EQ(CountsOf(true, kCycles), CountsOf(false, kCycles));
}

INSTANTIATE_TEST_SUITE_P(Programs, PlannedAccesses, testing::Values("smlad", "float", "integer"));

}  // namespace
}  // namespace edgerack::vboard
