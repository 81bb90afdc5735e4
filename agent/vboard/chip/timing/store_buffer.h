// Stores on their way to memory: free until the buffer is full.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_STORE_BUFFER_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_STORE_BUFFER_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agent/vboard/chip/timing/cortex_m7.h"

namespace edgerack::vboard {

class StoreBuffer {
 public:
  explicit StoreBuffer(const StoreBufferFacts& facts) : facts_(facts), done_(facts.entries, 0) {}

  // A store of `size_bytes` at cycle `now`; returns how long the core waits for room.
  uint32_t Push(uint32_t address, uint32_t size_bytes, uint64_t now) {
    const uint64_t present = 10 * now;
    const uint64_t room = std::max(present, done_[oldest_]);
    done_[oldest_] = std::max(room, newest_done_) + DrainTenths(address, size_bytes);
    newest_done_ = done_[oldest_];
    oldest_ = oldest_ + 1 == done_.size() ? 0 : oldest_ + 1;
    last_address_ = address;
    next_address_ = address + size_bytes;
    return static_cast<uint32_t>((room - present + 9) / 10);
  }
  void Reset() { *this = StoreBuffer(facts_); }

 private:
  uint32_t DrainTenths(uint32_t address, uint32_t size_bytes) const {
    if ((address & (std::min(size_bytes, 4u) - 1)) != 0) return facts_.unaligned_tenths;
    if (size_bytes >= 4) return facts_.word_tenths;
    if (address == next_address_) return facts_.narrow_next_tenths;
    const bool same_bank = ((address ^ last_address_) & 4) == 0;
    return same_bank ? facts_.narrow_same_bank_tenths : facts_.narrow_other_bank_tenths;
  }

  StoreBufferFacts facts_;
  std::vector<uint64_t> done_;  // when each entry is free again, in tenths
  size_t oldest_ = 0;
  uint64_t newest_done_ = 0;
  uint32_t last_address_ = 0, next_address_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_STORE_BUFFER_H_
