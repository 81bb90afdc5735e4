// Where a block will access memory, as sums of the registers that the core has at its start. With
// it the cycle model need not be told of each access, which costs the emulator more than all else.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_ADDRESS_PLAN_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_ADDRESS_PLAN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/vboard/chip/timing/micro_op.h"

namespace edgerack::vboard {

// r0..r14 at the start of a block.
using CoreRegisters = std::array<uint32_t, 15>;

class AddressPlan {
 public:
  // constant + base + (index << shift), modulo 2^32; -1: no register.
  struct Sum {
    int8_t base = -1, index = -1;
    uint8_t shift = 0;
    uint32_t constant = 0;
  };
  struct Access {
    uint32_t address = 0, size_bytes = 0;
  };

  // Nothing where an access is conditional, or its address is more than such a sum: loaded by the
  // block itself, or computed in another way.
  static std::optional<AddressPlan> Make(const std::vector<MicroOp>& ops);

  // The registers that accesses() looks at, a bit each.
  uint16_t needs() const { return needs_; }
  size_t size() const { return sums_.size(); }
  // The accesses in order; the one at `i`, of size() there are.
  Access access(size_t i, const CoreRegisters& registers) const {
    const Sum& sum = sums_[i];
    uint32_t address = sum.constant;
    if (sum.base >= 0) address += registers[static_cast<size_t>(sum.base)];
    if (sum.index >= 0) address += registers[static_cast<size_t>(sum.index)] << sum.shift;
    return {address, sizes_[i]};
  }

 private:
  bool Append(const MicroOp& op, const std::optional<Sum>& address);

  std::vector<Sum> sums_;
  std::vector<uint8_t> sizes_;
  uint16_t needs_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_ADDRESS_PLAN_H_
