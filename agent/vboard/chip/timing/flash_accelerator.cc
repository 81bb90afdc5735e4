#include "agent/vboard/chip/timing/flash_accelerator.h"

#include <algorithm>

namespace edgerack::vboard {

FlashAccelerator::FlashAccelerator(const AcceleratorFact& fact, uint32_t row_bytes)
    : row_bytes_(row_bytes), rows_(fact.rows, 0) {}

void FlashAccelerator::Reset() {
  std::fill(rows_.begin(), rows_.end(), 0);
  next_ = 0;
  current_ = ahead_ = 0;
}

void FlashAccelerator::Configure(bool on, bool prefetch, uint32_t wait_cycles) {
  if (on != on_) Reset();
  on_ = on;
  prefetch_ = prefetch;
  wait_cycles_ = wait_cycles;
}

bool FlashAccelerator::Holds(uint32_t row) const {
  return std::find(rows_.begin(), rows_.end(), row) != rows_.end();
}

void FlashAccelerator::Keep(uint32_t row) {
  if (rows_.empty()) return;
  rows_[next_] = row;
  next_ = (next_ + 1) % rows_.size();
}

uint32_t FlashAccelerator::Access(uint32_t address, uint64_t now) {
  const uint32_t row = address / row_bytes_ + 1;
  if (row == current_ || (on_ && Holds(row))) return 0;
  uint32_t wait = wait_cycles_;
  if (row == ahead_) wait = static_cast<uint32_t>(ahead_ready_ > now ? ahead_ready_ - now : 0);
  current_ = row;
  if (on_) Keep(row);
  if (prefetch_) {
    ahead_ = row + 1;
    ahead_ready_ = now + wait + wait_cycles_;
  }
  return wait;
}

}  // namespace edgerack::vboard
