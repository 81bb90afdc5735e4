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
  uint32_t ap_idr(unsigned ap) const override {
    const AccessPortFact* port = Find(ap);
    return port == nullptr ? 0 : port->idr;
  }
  uint32_t ap_base(unsigned ap) const override {
    const AccessPortFact* port = Find(ap);
    return port == nullptr ? 0 : port->rom_table;
  }
  bool Read(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t* value) override {
    return OnBus(ap, &address) && chip_->DebugRead(address, size_bytes, value);
  }
  bool Write(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t value) override {
    return OnBus(ap, &address) && chip_->DebugWrite(address, size_bytes, value);
  }
  void SetResetPin(bool low) override { chip_->SetResetPin(low); }

 private:
  const AccessPortFact* Find(unsigned ap) const {
    for (const AccessPortFact& port : chip_->facts().access_ports) {
      if (port.number == ap) return &port;
    }
    return nullptr;
  }
  // The chip's address for one as this port sees it. False: the port sees nothing there.
  bool OnBus(unsigned ap, uint32_t* address) const {
    const AccessPortFact* port = Find(ap);
    if (port == nullptr) return false;
    if (port->window_bytes == 0) return true;
    if (*address - port->window_address >= port->window_bytes) return false;
    *address += port->bus_address - port->window_address;
    return true;
  }

  Chip* chip_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_CHIP_TARGET_H_
