// What the rest of a chip asks its reset and clock control; each family has its own registers for
// it. One thread.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_CLOCK_TREE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_CLOCK_TREE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

enum class ResetCause { kPowerOn, kPin, kSoftware, kIndependentWatchdog };

class ClockTree : public Device {
 public:
  ClockTree(const ChipFacts& facts, VirtualClock* clock) : facts_(facts), clock_(clock) {}

  // Called when a frequency may have changed, after the virtual clock runs at the new one.
  void SetChanged(std::function<void()> changed) { changed_ = std::move(changed); }
  // A peripheral that the reset bit beside its enable bit resets.
  void AddResettable(const ClockGate& gate, Device* device) {
    resettable_.push_back({gate.enable_offset - facts_.reset_register_distance, gate.bit, device});
  }
  bool Enabled(const ClockGate& gate) const;

  virtual void NoteReset(ResetCause cause) = 0;
  virtual bool RunsFromPll() const = 0;
  virtual uint64_t core_hz() const = 0;
  virtual uint64_t hclk_hz() const = 0;  // of the buses and the flash
  virtual uint64_t pclk_hz(ApbBus bus) const = 0;
  virtual uint64_t timer_hz(ApbBus bus) const = 0;
  // Kernel clock of a USART; 0 if the selected source is off.
  virtual uint64_t uart_hz(const UartFact& uart) const = 0;

 protected:
  uint32_t Plain(uint32_t offset) const {
    return offset / 4 < plain_.size() ? plain_[offset / 4] : 0;
  }
  // Stores, and carries out what a reset register asks for.
  void WritePlain(uint32_t offset, uint32_t value, uint32_t mask);
  void ClearPlain() { plain_.fill(0); }
  // Sets the virtual clock to core_hz() and tells who wants to know.
  void Apply();

  const ChipFacts& facts_;
  VirtualClock* clock_;

 private:
  struct Resettable {
    uint32_t offset;
    uint8_t bit;
    Device* device;
  };

  std::function<void()> changed_;
  std::vector<Resettable> resettable_;
  std::array<uint32_t, 0x400 / 4> plain_{};  // registers without behaviour
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_CLOCK_TREE_H_
