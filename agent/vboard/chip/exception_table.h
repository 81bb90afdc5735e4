// Which exceptions are enabled, pending and active, and which one may be taken now: the arithmetic
// of the NVIC, without registers and without a core. Exception numbers as in ARMv7-M (2 NMI, 3
// HardFault, … 15 SysTick, 16 the first IRQ).
#ifndef EDGERACK_AGENT_VBOARD_CHIP_EXCEPTION_TABLE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_EXCEPTION_TABLE_H_

#include <cstdint>
#include <vector>

namespace edgerack::vboard {

enum ExceptionNumber : int {
  kNoException = 0,
  kReset = 1,
  kNmi = 2,
  kHardFault = 3,
  kMemManage = 4,
  kBusFault = 5,
  kUsageFault = 6,
  kSvCall = 11,
  kDebugMonitor = 12,
  kPendSv = 14,
  kSysTick = 15,
  kFirstIrq = 16,
};

// The core's own masks.
struct ExceptionMasks {
  bool primask = false;
  bool faultmask = false;
  uint8_t basepri = 0;
  bool debugger_masks_interrupts = false;  // DHCSR.C_MASKINTS
};

class ExceptionTable {
 public:
  static constexpr int kPriorityBits = 4;
  static constexpr int kThreadPriority = 256;  // below every exception

  explicit ExceptionTable(int irq_count);
  void Reset();

  int count() const { return static_cast<int>(entries_.size()); }
  int irq_count() const { return count() - kFirstIrq; }
  bool enabled(int number) const { return entries_[number].enabled; }
  bool pending(int number) const { return entries_[number].pending; }
  bool active(int number) const { return entries_[number].active; }
  uint8_t priority(int number) const { return entries_[number].priority; }
  int priority_group() const { return priority_group_; }

  void SetEnabled(int number, bool enabled);
  void SetPending(int number, bool pending);
  void SetActive(int number, bool active);
  void SetPriority(int number, uint8_t priority);  // the low, unimplemented bits are dropped
  void SetPriorityGroup(int group);                // AIRCR.PRIGROUP, 0..7

  // The level of a peripheral's request line. While it is high the interrupt pends again after each
  // return.
  void SetLine(int irq, bool high);
  // To be called when the handler of `number` was left: a line still high pends again.
  void AfterReturn(int number);

  // The priority that decides pre-emption: negative for reset, NMI and HardFault.
  int GroupPriority(int number) const;
  // Of what runs now, masks included.
  int ExecutionPriority(const ExceptionMasks& masks) const;
  // The exception to take now, or 0.
  int Takeable(const ExceptionMasks& masks) const;
  // Whether sleep (WFI) ends now: like Takeable, but PRIMASK does not count.
  bool WakesFromSleep(const ExceptionMasks& masks) const;
  // Pending and enabled, of the highest priority, whether or not it may be taken; 0 if none.
  int HighestPending() const { return highest_pending_; }
  int ActiveCount() const { return active_count_; }
  // Counts changes, so that others can tell a new pending exception (SEVONPEND).
  uint64_t pend_count() const { return pend_count_; }

 private:
  struct Entry {
    bool enabled = false;
    bool pending = false;
    bool active = false;
    bool line = false;
    uint8_t priority = 0;
  };
  int FullPriority(int number) const;
  bool Maskable(int number) const;
  void Refresh();

  std::vector<Entry> entries_;
  int priority_group_ = 0;
  int highest_pending_ = 0;
  int active_count_ = 0;
  uint64_t pend_count_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_EXCEPTION_TABLE_H_
