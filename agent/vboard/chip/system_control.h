// The System Control Space at 0xE000E000: NVIC, SysTick, SCB, MPU, FPU and cache registers. It
// holds the state that the processor asks (vector table, fault status, FPU access) and routes the
// debug registers on.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_SYSTEM_CONTROL_H_
#define EDGERACK_AGENT_VBOARD_CHIP_SYSTEM_CONTROL_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/debug_unit.h"
#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/exception_table.h"
#include "agent/vboard/chip/systick.h"
#include "agent/vboard/chip/timing/memory_attributes.h"

namespace edgerack::vboard {

// Bits of CFSR.
enum FaultStatus : uint32_t {
  kIaccViol = 1u << 0,
  kDaccViol = 1u << 1,
  kMmarValid = 1u << 7,
  kIbusErr = 1u << 8,
  kPrecisErr = 1u << 9,
  kUnstkErr = 1u << 11,
  kStkErr = 1u << 12,
  kBfarValid = 1u << 15,
  kUndefInstr = 1u << 16,
  kInvState = 1u << 17,
  kInvPc = 1u << 18,
  kNoCp = 1u << 19,
  kUnaligned = 1u << 24,
  kDivByZero = 1u << 25,
};

enum HardFaultStatus : uint32_t { kVectTbl = 1u << 1, kForced = 1u << 30, kDebugEvt = 1u << 31 };

class SystemControl : public Device {
 public:
  struct Callbacks {
    std::function<void()> attention;      // something the core looks at may have changed
    std::function<void()> request_reset;  // AIRCR.SYSRESETREQ or VECTRESET
    std::function<uint32_t()> current_exception;
    // A write to a cache maintenance register, by its offset.
    std::function<void(uint32_t offset, uint32_t value)> cache_maintenance;
  };

  SystemControl(const ChipFacts& facts, ExceptionTable* table, SysTick* systick, DebugUnit* debug,
                const AccessOrigin* origin, Callbacks callbacks);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  uint32_t vector_table() const { return vtor_; }
  void SetVectorTable(uint32_t address) { vtor_ = address; }
  bool FpuEnabled() const { return ((cpacr_ >> 20) & 0xF) == 0xF; }
  bool FpuStacking() const { return (fpccr_ >> 31) != 0; }
  uint32_t fpdscr() const { return fpdscr_; }
  bool DivideByZeroTraps() const { return (ccr_ & (1u << 4)) != 0; }
  bool NonBaseThreadAllowed() const { return (ccr_ & 1) != 0; }
  bool instruction_cache() const { return (ccr_ & (1u << 17)) != 0; }
  bool data_cache() const { return (ccr_ & (1u << 16)) != 0; }
  const MpuRegisters& mpu() const { return mpu_; }
  bool sleep_on_exit() const { return (scr_ & 2) != 0; }
  bool send_event_on_pend() const { return (scr_ & 16) != 0; }

  void AddFaultStatus(uint32_t cfsr_bits) { cfsr_ |= cfsr_bits; }
  void AddHardFaultStatus(uint32_t bits) { hfsr_ |= bits; }
  void SetBusFaultAddress(uint32_t address) { bfar_ = address; }
  void SetMemManageAddress(uint32_t address) { mmfar_ = address; }

 private:
  uint32_t ReadNvic(uint32_t offset) const;
  bool WriteNvic(uint32_t offset, uint32_t value, uint32_t mask);
  uint32_t ReadScb(uint32_t offset);
  void WriteScb(uint32_t offset, uint32_t value, uint32_t mask);
  uint32_t ReadPriorities(int first_exception) const;
  void WritePriorities(int first_exception, uint32_t value, uint32_t mask);
  uint32_t ReadIcsr() const;
  uint32_t ReadShcsr() const;
  void WriteAircr(uint32_t value);

  const ChipFacts& facts_;
  ExceptionTable* table_;
  SysTick* systick_;
  DebugUnit* debug_;
  const AccessOrigin* origin_;
  Callbacks callbacks_;

  uint32_t vtor_ = 0, scr_ = 0, ccr_ = 0;
  uint32_t cfsr_ = 0, hfsr_ = 0, mmfar_ = 0, bfar_ = 0, afsr_ = 0;
  uint32_t cpacr_ = 0, fpccr_ = 0, fpcar_ = 0, fpdscr_ = 0, csselr_ = 0, actlr_ = 0;
  uint32_t itcmcr_ = 0, dtcmcr_ = 0, ahbpcr_ = 0, cacr_ = 0;
  MpuRegisters mpu_;
  uint32_t mpu_region_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_SYSTEM_CONTROL_H_
