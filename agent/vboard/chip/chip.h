// A virtual STM32: processor, memories and peripherals, without sockets, files or a host clock. One
// thread. The owner runs it in slices, lets its time pass while it sleeps, and speaks to it through
// the UARTs and the debug access.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_CHIP_H_
#define EDGERACK_AGENT_VBOARD_CHIP_CHIP_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/family.h"
#include "agent/vboard/chip/gpio.h"
#include "agent/vboard/chip/processor.h"
#include "agent/vboard/chip/small_devices.h"
#include "agent/vboard/chip/timer.h"
#include "agent/vboard/chip/usart.h"
#include "agent/vboard/chip/virtual_clock.h"
#include "agent/vboard/chip/watchdog.h"

namespace edgerack::vboard {

struct ChipOptions {
  ProcessorOptions processor;
  std::array<uint8_t, 12> uid{};
};

class Chip {
 public:
  Chip(const ChipFacts& facts, const ChipOptions& options);
  ~Chip();
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;

  const ChipFacts& facts() const { return facts_; }
  VirtualClock& clock() { return clock_; }
  Bus& bus() { return bus_; }
  Processor& processor() { return *processor_; }
  ClockTree& rcc() { return *own_.rcc; }
  FlashController& flash() { return *own_.flash; }
  // By name ("USART1"); null if the chip has no such instance.
  Usart* uart(const std::string& name);

  // After memory or registers of the flash were set from outside (an image was loaded). Starts from
  // the reset vector.
  void PowerOn();
  RunResult Run(uint64_t cycles) { return processor_->Run(clock_.cycles() + cycles); }
  // Lets time pass while the core does not run: sleeping, halted or in reset. Runs what becomes
  // due.
  void PassTime(uint64_t to_cycle);

  // Called when flash contents change (offset into the flash, bytes).
  void SetFlashChanged(std::function<void(uint32_t, uint32_t)> changed) {
    flash_changed_ = std::move(changed);
  }

  // The debugger's view of the bus. False: bus fault.
  bool DebugRead(uint32_t address, unsigned size_bytes, uint32_t* value);
  bool DebugWrite(uint32_t address, unsigned size_bytes, uint32_t value);
  // nRST, as the probe drives it.
  void SetResetPin(bool low);

 private:
  void AddPeripherals();
  void OnClockChanged();
  void RefreshMemoryClocks();
  void OnFlashStoreChanged(uint32_t offset, uint32_t size_bytes);
  bool PinConnected(const PinFact& pin);
  bool StoreIntoFlash(uint32_t address, unsigned size_bytes, uint32_t value);
  // Why the core cannot run as it is clocked now; empty if it can.
  std::string OutOfLimits() const;

  const ChipFacts& facts_;
  VirtualClock clock_;
  Bus bus_;
  AccessOrigin origin_;
  std::unique_ptr<Processor> processor_;
  FamilyDevices own_;
  std::unique_ptr<DebugMcu> debug_mcu_;
  std::unique_ptr<Watchdog> watchdog_;
  std::map<char, std::unique_ptr<Gpio>> gpios_;
  std::map<std::string, std::unique_ptr<Usart>> uarts_;
  std::vector<std::unique_ptr<Timer>> timers_;
  std::vector<std::unique_ptr<Device>> others_;
  std::function<void(uint32_t, uint32_t)> flash_changed_;
  ResetCause next_reset_cause_ = ResetCause::kSoftware;
  std::string out_of_limits_;
  bool built_ = false;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_CHIP_H_
