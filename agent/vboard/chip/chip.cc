#include "agent/vboard/chip/chip.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>

namespace edgerack::vboard {
namespace {

constexpr int kFlashIrq = 4;

}  // namespace

Chip::Chip(const ChipFacts& facts, const ChipOptions& options)
    : facts_(facts), clock_(facts.hsi_hz), bus_(facts) {
  processor_ = std::make_unique<Processor>(facts, options.processor, &bus_, &clock_, &origin_);
  own_ = MakeFamilyDevices(
      facts, &clock_, &bus_,
      FlashCallbacks{[this](uint32_t offset, uint32_t size) { OnFlashStoreChanged(offset, size); },
                     [this] { OnClockChanged(); },
                     [this](bool high) { processor_->SetIrqLine(kFlashIrq, high); }});
  debug_mcu_ = std::make_unique<DebugMcu>(facts.debug_mcu, facts.idcode, [this] {
    watchdog_->SetFrozen(debug_mcu_->freezes_watchdog() && processor_->debug().halted());
  });
  watchdog_ = std::make_unique<Watchdog>(&clock_, facts.lsi_hz, [this] {
    next_reset_cause_ = ResetCause::kIndependentWatchdog;
    processor_->RequestReset();
  });
  AddPeripherals();
  const uint32_t uid_offset = facts.uid_address - facts.system_area_address;
  std::memcpy(bus_.system_area() + uid_offset, options.uid.data(), options.uid.size());
  const auto flash_kib = static_cast<uint16_t>(bus_.flash_size_bytes() / 1024);
  std::memcpy(bus_.system_area() + (facts.flash_size_address - facts.system_area_address),
              &flash_kib, sizeof flash_kib);

  processor_->SetFlashStore([this](uint32_t address, unsigned size, uint32_t value) {
    return StoreIntoFlash(address, size, value);
  });
  bus_.SetFlashWriter([this](uint32_t address, uint32_t value, unsigned size) {
    return StoreIntoFlash(address, size, value);
  });
  bus_.SetMemoryChanged(
      [this](uint32_t address, uint32_t size) { processor_->CodeChanged(address, size); });
  processor_->SetSleepClock([this] { return debug_mcu_->clock_in_sleep(); });
  processor_->SetHaltChanged(
      [this](bool halted) { watchdog_->SetFrozen(debug_mcu_->freezes_watchdog() && halted); });
  processor_->SetResetHandler([this] {
    own_.rcc->NoteReset(next_reset_cause_);
    next_reset_cause_ = ResetCause::kSoftware;
  });
  own_.rcc->SetChanged([this] { OnClockChanged(); });
  built_ = true;
}

Chip::~Chip() = default;

bool Chip::StoreIntoFlash(uint32_t address, unsigned size_bytes, uint32_t value) {
  if (address - bus_.flash_address() >= bus_.flash_size_bytes()) return false;  // the alias
  std::optional<uint32_t> running_at;
  if (!origin_.debugger) {
    const uint32_t pc = processor_->core().r(15);
    const Memory* here = bus_.FindMemory(pc, 2);
    if (here != nullptr && here->fact.kind != MemoryKind::kRam) {
      running_at = pc - here->fact.address;
    }
  }
  return own_.flash->Store(address, size_bytes, value, running_at);
}

bool Chip::PinConnected(const PinFact& pin) {
  const auto it = gpios_.find(pin.port);
  return it != gpios_.end() && it->second->IsAlternate(pin.pin, pin.alternate_function);
}

void Chip::AddPeripherals() {
  const auto gated = [this](ClockGate gate) {
    return [this, gate] { return own_.rcc->Enabled(gate); };
  };
  const BlockBases& bases = facts_.bases;
  bus_.AddDevice("RCC", bases.rcc, kBlockBytes, own_.rcc.get());
  bus_.AddDevice("FLASH", bases.flash, kBlockBytes, own_.flash.get());
  bus_.AddDevice("PWR", bases.pwr, kBlockBytes, own_.power.get(), gated(facts_.pwr_gate));
  bus_.AddDevice("SYSCFG", bases.syscfg, kBlockBytes, own_.syscfg.get(), gated(facts_.syscfg_gate));
  bus_.AddDevice("DBGMCU", facts_.debug_mcu.base, kBlockBytes, debug_mcu_.get());
  bus_.AddDevice("IWDG", bases.watchdog, kBlockBytes, watchdog_.get());
  for (char port = 'A'; port <= 'K'; ++port) {
    const auto index = static_cast<uint8_t>(port - 'A');
    const ClockGate gate = {facts_.gpio_enable_offset, index};
    auto gpio = std::make_unique<Gpio>(port, port == 'A'   ? facts_.gpio_modes_a
                                             : port == 'B' ? facts_.gpio_modes_b
                                                           : facts_.gpio_modes);
    bus_.AddDevice(std::string("GPIO") + port, bases.gpio + index * kBlockBytes, kBlockBytes,
                   gpio.get(), gated(gate));
    own_.rcc->AddResettable(gate, gpio.get());
    gpios_[port] = std::move(gpio);
  }
  for (const UartFact& fact : facts_.uarts) {
    auto uart = std::make_unique<Usart>(
        &clock_,
        Usart::Surroundings{[this, &fact] { return own_.rcc->uart_hz(fact); },
                            [this, &fact] { return PinConnected(fact.tx); },
                            [this, &fact] { return PinConnected(fact.rx); },
                            [this, &fact](bool high) { processor_->SetIrqLine(fact.irq, high); },
                            facts_.usart_has_prescaler});
    bus_.AddDevice(fact.name, fact.base, kBlockBytes, uart.get(), gated(fact.gate));
    own_.rcc->AddResettable(fact.gate, uart.get());
    uarts_[fact.name] = std::move(uart);
  }
  for (const TimerFact& fact : facts_.timers) {
    auto timer = std::make_unique<Timer>(
        &clock_, [this, &fact] { return own_.rcc->timer_hz(fact.bus); },
        [this, &fact](bool high) { processor_->SetIrqLine(fact.irq, high); });
    bus_.AddDevice(fact.name, fact.base, kBlockBytes, timer.get(), gated(fact.gate));
    own_.rcc->AddResettable(fact.gate, timer.get());
    timers_.push_back(std::move(timer));
  }
  const auto add = [this](const char* name, uint32_t base, uint32_t size,
                          std::unique_ptr<Device> device, std::function<bool()> clocked = nullptr) {
    bus_.AddDevice(name, base, size, device.get(), std::move(clocked));
    others_.push_back(std::move(device));
  };
  add("EXTI", bases.exti, kBlockBytes, std::make_unique<PlainRegisters>(kBlockBytes));
  add("CRC", bases.crc, kBlockBytes, std::make_unique<CrcUnit>(), gated(facts_.crc_gate));
  for (const RegisterBand& block : facts_.plain_blocks) {
    add("plain", block.address, block.size_bytes,
        std::make_unique<PlainRegisters>(block.size_bytes));
  }
  add("instruction counter", kInstructionCounterAddress / kBlockBytes * kBlockBytes, kBlockBytes,
      std::make_unique<InstructionCounter>(
          [this] { return static_cast<uint32_t>(processor_->core().instructions()); }));
}

Usart* Chip::uart(const std::string& name) {
  const auto it = uarts_.find(name);
  return it == uarts_.end() ? nullptr : it->second.get();
}

std::string Chip::OutOfLimits() const {
  const uint64_t core = own_.rcc->core_hz(), hclk = own_.rcc->hclk_hz();
  const OperatingLimits limits = own_.power->Limits();
  if (core > limits.max_core_hz || hclk > limits.max_hclk_hz) {
    return fmt::format("the core at {} Hz and its bus at {} Hz are too fast for {} ({} and {} Hz)",
                       core, hclk, limits.voltage, limits.max_core_hz, limits.max_hclk_hz);
  }
  const uint32_t needed = own_.power->WaitStates(hclk);
  if (own_.flash->latency() < needed) {
    return fmt::format("HCLK is {} Hz with {} flash wait states, {} are needed", hclk,
                       own_.flash->latency(), needed);
  }
  return "";
}

void Chip::OnClockChanged() {
  if (!built_) return;
  const std::string why = OutOfLimits();
  if (!why.empty() && why != out_of_limits_) spdlog::warn("{}: reads from flash fail", why);
  out_of_limits_ = why;
  processor_->SetFlashUnreadable(!why.empty());
  RefreshMemoryClocks();
  for (auto& timer : timers_) timer->Resync();
  for (auto& entry : uarts_) entry.second->Poke();
}

void Chip::RefreshMemoryClocks() {
  const uint64_t hclk = std::max<uint64_t>(own_.rcc->hclk_hz(), 1);
  MemoryClocks clocks;
  clocks.core_per_bus = static_cast<uint32_t>(std::max<uint64_t>(own_.rcc->core_hz() / hclk, 1));
  clocks.flash_wait_states = own_.flash->latency();
  clocks.accelerator_on = own_.flash->accelerator_on();
  clocks.prefetch_on = own_.flash->prefetch_on();
  processor_->SetMemoryClocks(clocks);
}

void Chip::OnFlashStoreChanged(uint32_t offset, uint32_t size_bytes) {
  for (const Memory& memory : bus_.memories()) {
    if (memory.fact.kind != MemoryKind::kRam) {
      processor_->CodeChanged(memory.fact.address + offset, size_bytes);
    }
  }
  if (flash_changed_) flash_changed_(offset, size_bytes);
}

void Chip::PowerOn() {
  bus_.PowerOnRam();
  for (const Memory& memory : bus_.memories()) {
    processor_->CodeChanged(memory.fact.address, memory.fact.size_bytes);
  }
  own_.power->PowerOnReset();
  next_reset_cause_ = ResetCause::kPowerOn;
  processor_->PowerOn();
}

void Chip::PassTime(uint64_t to_cycle) {
  while (clock_.next_due_cycle() <= to_cycle) {
    clock_.AdvanceTo(clock_.next_due_cycle());
    clock_.RunDue();
  }
  clock_.AdvanceTo(to_cycle);
}

bool Chip::DebugRead(uint32_t address, unsigned size_bytes, uint32_t* value) {
  origin_.debugger = true;
  const bool ok = bus_.Read(address, size_bytes, value);
  origin_.debugger = false;
  return ok;
}

bool Chip::DebugWrite(uint32_t address, unsigned size_bytes, uint32_t value) {
  origin_.debugger = true;
  const bool ok = bus_.Write(address, size_bytes, value);
  origin_.debugger = false;
  return ok;
}

void Chip::SetResetPin(bool low) {
  // A debugger also drives the pin high that is high already: that resets nothing.
  if (low) next_reset_cause_ = ResetCause::kPin;
  processor_->HoldInReset(low);
}

}  // namespace edgerack::vboard
