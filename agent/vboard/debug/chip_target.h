// A virtual chip as the target of a probe.
#ifndef EDGERACK_AGENT_VBOARD_DEBUG_CHIP_TARGET_H_
#define EDGERACK_AGENT_VBOARD_DEBUG_CHIP_TARGET_H_

#include "agent/vboard/chip/chip.h"
#include "agent/vboard/debug/probe_target.h"

namespace edgerack::vboard {

class ChipTarget : public ProbeTarget {
 public:
  explicit ChipTarget(Chip* chip) : chip_(chip) {}
  uint32_t dpidr() const override { return chip_->facts().dpidr; }
  uint32_t ap_idr(unsigned ap) const override { return ap == 0 ? chip_->facts().ap_idr : 0; }
  uint32_t ap_base(unsigned ap) const override { return ap == 0 ? chip_->facts().rom_table : 0; }
  bool Read(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t* value) override {
    return ap == 0 && chip_->DebugRead(address, size_bytes, value);
  }
  bool Write(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t value) override {
    return ap == 0 && chip_->DebugWrite(address, size_bytes, value);
  }
  void SetResetPin(bool low) override { chip_->SetResetPin(low); }

 private:
  Chip* chip_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_CHIP_TARGET_H_
