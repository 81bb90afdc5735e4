#include "agent/vboard/chip/clock_tree.h"

#include <spdlog/spdlog.h>

namespace edgerack::vboard {

bool ClockTree::Enabled(const ClockGate& gate) const {
  if (gate.bit > 31) return true;
  return (Plain(gate.enable_offset) >> gate.bit & 1) != 0;
}

void ClockTree::WritePlain(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset / 4 >= plain_.size()) return;
  plain_[offset / 4] = Merge(plain_[offset / 4], value, mask);
  for (const Resettable& entry : resettable_) {
    if (entry.offset == offset && (value & mask & (1u << entry.bit)) != 0) entry.device->Reset();
  }
}

void ClockTree::Apply() {
  const uint64_t core = core_hz();
  if (core > facts_.max_core_hz) {
    spdlog::warn("the core runs at {} Hz: above the chip's limit of {} Hz", core,
                 facts_.max_core_hz);
  }
  clock_->SetFrequency(core);
  if (changed_) changed_();
}

}  // namespace edgerack::vboard
