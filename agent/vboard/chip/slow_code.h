// A planted slowdown: code between two addresses takes longer than it would. For tests of what
// looks for such things; the program cannot tell.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_SLOW_CODE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_SLOW_CODE_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace edgerack::vboard {

struct SlowRange {
  uint32_t first = 0;  // of the code
  uint32_t end = 0;    // behind it
  double percent = 0;  // longer, above 0
};

// "FROM-TO=PCT", addresses as C writes them, PCT up to 1000. INVALID_ARGUMENT.
absl::StatusOr<SlowRange> ParseSlowRange(const std::string& text);

class SlowCode {
 public:
  explicit SlowCode(std::vector<SlowRange> ranges) : ranges_(std::move(ranges)) {}

  // By how many percent the code at `address` is slower; 0: it is not.
  double PercentAt(uint32_t address) const {
    for (const SlowRange& range : ranges_) {
      if (address >= range.first && address < range.end) return range.percent;
    }
    return 0;
  }

  // A block begins at `cycle`.
  void Enter(double percent, uint64_t cycle) {
    percent_ = percent;
    start_cycle_ = cycle;
  }
  // It has ended; what it takes on top.
  uint64_t Leave(uint64_t cycle) {
    if (percent_ == 0) return 0;
    owed_ += static_cast<double>(cycle - start_cycle_) * percent_ / 100;
    percent_ = 0;
    const auto extra = static_cast<uint64_t>(owed_);
    owed_ -= static_cast<double>(extra);
    return extra;
  }
  // Whatever ran did not end as a block does.
  void Interrupt() { percent_ = 0; }

 private:
  const std::vector<SlowRange> ranges_;
  double percent_ = 0;  // of the block that runs
  uint64_t start_cycle_ = 0;
  double owed_ = 0;  // less than a cycle
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_SLOW_CODE_H_
