// A Cortex-M55 behind a gdb stub as the target of a probe: access port 0 is the system's bus,
// access port 1 the core's, with the debug registers that a stub does not have.
#ifndef EDGERACK_AGENT_VBOARD_QEMU_M55_TARGET_H_
#define EDGERACK_AGENT_VBOARD_QEMU_M55_TARGET_H_

#include <array>
#include <cstdint>

#include "agent/vboard/debug/probe_target.h"
#include "agent/vboard/qemu/gdb_core.h"

namespace edgerack::vboard {

class M55Target : public ProbeTarget {
 public:
  // `scratch` is the address of four bytes of memory that the core can execute.
  M55Target(GdbCore* core, uint32_t scratch) : core_(core), scratch_(scratch) {}

  uint32_t dpidr() const override;
  uint32_t ap_idr(unsigned ap) const override;
  uint32_t ap_base(unsigned ap) const override;
  bool Read(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t* value) override;
  bool Write(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t value) override;
  bool ReadWords(unsigned ap, uint32_t address, uint8_t* to, size_t size_bytes) override;
  bool WriteWords(unsigned ap, uint32_t address, const uint8_t* from, size_t size_bytes) override;
  void SetResetPin(bool low) override;

  // After power-on: the debug registers as they are then.
  void PowerOn();

 private:
  static constexpr unsigned kBreakpoints = 8;

  bool ReadDebugRegister(uint32_t address, uint32_t* value);
  bool WriteDebugRegister(uint32_t address, uint32_t value);
  uint32_t ReadHaltingStatus();
  bool WriteHaltingControl(uint32_t value);
  bool TransferRegister(uint32_t selector);
  bool WriteComparator(unsigned index, uint32_t value);
  void NoteStop();
  bool Reset();

  GdbCore* core_;
  uint32_t scratch_;
  uint32_t control_ = 0;  // DHCSR, the lowest 16 bits
  uint32_t demcr_ = 0;
  uint32_t dfsr_ = 0;
  uint32_t dcrdr_ = 0;
  uint32_t fp_control_ = 0;
  std::array<uint32_t, kBreakpoints> comparators_{};
  bool let_run_ = true;  // the program was running when last looked at
  bool was_reset_ = true;
  bool reset_pin_low_ = false;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_QEMU_M55_TARGET_H_
