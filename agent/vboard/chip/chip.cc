#include "agent/vboard/chip/chip.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kPwrBase = 0x40007000, kSyscfgBase = 0x40013800, kExtiBase = 0x40013C00,
                   kIwdgBase = 0x40003000, kGpioBase = 0x40020000, kCrcBase = 0x40023000,
                   kRccBase = 0x40023800, kFlashBase = 0x40023C00, kDbgmcuBase = 0xE0042000,
                   kRomTable = 0xE00FF000, kItm = 0xE0000000, kTpiu = 0xE0040000;
constexpr uint32_t kBlockBytes = 0x400;
constexpr int kFlashIrq = 4;
constexpr uint32_t kAhb1Enable = 0x30, kApb1Enable = 0x40, kApb2Enable = 0x44;

}  // namespace

Chip::Chip(const ChipFacts& facts, const ChipOptions& options)
    : facts_(facts), clock_(facts.hsi_hz), bus_(facts) {
  processor_ = std::make_unique<Processor>(facts, options.processor, &bus_, &clock_, &origin_);
  rcc_ = std::make_unique<Rcc>(facts, &clock_);
  pwr_ = std::make_unique<Pwr>(&clock_, rcc_.get());
  flash_ = std::make_unique<FlashController>(
      facts, &clock_, &bus_,
      FlashController::Callbacks{
          [this](uint32_t offset, uint32_t size) { OnFlashStoreChanged(offset, size); },
          [this] { OnClockChanged(); },
          [this](bool high) { processor_->SetIrqLine(kFlashIrq, high); }});
  debug_mcu_ = std::make_unique<DebugMcu>(
      facts.idcode, [this] { return static_cast<uint32_t>(processor_->core().instructions()); },
      [this] {
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

  const auto store = [this](uint32_t address, unsigned size, uint32_t value) {
    const Memory* here = bus_.FindMemory(processor_->core().r(15), 2);
    const bool from_flash =
        !origin_.debugger && here != nullptr && here->fact.kind != MemoryKind::kRam;
    if (address - bus_.flash_address() >= bus_.flash_size_bytes()) return false;  // the alias
    return flash_->Store(address, size, value, from_flash);
  };
  processor_->SetFlashStore(store);
  bus_.SetFlashWriter([store](uint32_t address, uint32_t value, unsigned size) {
    return store(address, size, value);
  });
  bus_.SetMemoryChanged(
      [this](uint32_t address, uint32_t size) { processor_->CodeChanged(address, size); });
  processor_->SetSleepClock([this] { return debug_mcu_->clock_in_sleep(); });
  processor_->SetFetchPenaltySource([this] { RefreshFetchPenalties(); });
  processor_->SetHaltChanged(
      [this](bool halted) { watchdog_->SetFrozen(debug_mcu_->freezes_watchdog() && halted); });
  processor_->SetResetHandler([this] {
    rcc_->NoteReset(next_reset_cause_);
    next_reset_cause_ = ResetCause::kSoftware;
  });
  rcc_->SetChanged([this] { OnClockChanged(); });
  built_ = true;
}

Chip::~Chip() = default;

bool Chip::PinConnected(const PinFact& pin) {
  const auto it = gpios_.find(pin.port);
  return it != gpios_.end() && it->second->IsAlternate(pin.pin, pin.alternate_function);
}

void Chip::AddPeripherals() {
  const auto gated = [this](ClockGate gate) {
    return [this, gate] { return rcc_->Enabled(gate); };
  };
  bus_.AddDevice("RCC", kRccBase, kBlockBytes, rcc_.get());
  bus_.AddDevice("FLASH", kFlashBase, kBlockBytes, flash_.get());
  bus_.AddDevice("PWR", kPwrBase, kBlockBytes, pwr_.get(), gated({kApb1Enable, 28}));
  bus_.AddDevice("DBGMCU", kDbgmcuBase, 0x1000, debug_mcu_.get());
  bus_.AddDevice("IWDG", kIwdgBase, kBlockBytes, watchdog_.get());
  for (char port = 'A'; port <= 'K'; ++port) {
    const auto index = static_cast<uint8_t>(port - 'A');
    auto gpio = std::make_unique<Gpio>(port);
    bus_.AddDevice(std::string("GPIO") + port, kGpioBase + index * kBlockBytes, kBlockBytes,
                   gpio.get(), gated({kAhb1Enable, index}));
    rcc_->AddResettable(0x10, index, gpio.get());
    gpios_[port] = std::move(gpio);
  }
  for (const UartFact& fact : facts_.uarts) {
    auto uart = std::make_unique<Usart>(
        &clock_,
        Usart::Surroundings{[this, &fact] { return rcc_->uart_hz(fact); },
                            [this, &fact] { return PinConnected(fact.tx); },
                            [this, &fact] { return PinConnected(fact.rx); },
                            [this, &fact](bool high) { processor_->SetIrqLine(fact.irq, high); }});
    bus_.AddDevice(fact.name, fact.base, kBlockBytes, uart.get(), gated(fact.gate));
    rcc_->AddResettable(fact.gate.enable_offset - 0x20, fact.gate.bit, uart.get());
    uarts_[fact.name] = std::move(uart);
  }
  for (const TimerFact& fact : facts_.timers) {
    auto timer = std::make_unique<Timer>(
        &clock_, [this, &fact] { return rcc_->timer_hz(fact.bus); },
        [this, &fact](bool high) { processor_->SetIrqLine(fact.irq, high); });
    bus_.AddDevice(fact.name, fact.base, kBlockBytes, timer.get(), gated(fact.gate));
    rcc_->AddResettable(fact.gate.enable_offset - 0x20, fact.gate.bit, timer.get());
    timers_.push_back(std::move(timer));
  }
  const auto plain = [this](const char* name, uint32_t base, uint32_t size,
                            std::function<bool()> clocked) {
    plain_.push_back(std::make_unique<PlainRegisters>(size));
    bus_.AddDevice(name, base, size, plain_.back().get(), std::move(clocked));
  };
  plain("SYSCFG", kSyscfgBase, kBlockBytes, gated({kApb2Enable, 14}));
  plain("EXTI", kExtiBase, kBlockBytes, nullptr);
  plain("ITM", kItm, 0x1000, nullptr);
  plain("TPIU", kTpiu, 0x1000, nullptr);
  plain("ROM table", kRomTable - 0x2000, 0x3000, nullptr);
  plain_.push_back(std::make_unique<CrcUnit>());
  bus_.AddDevice("CRC", kCrcBase, kBlockBytes, plain_.back().get(), gated({kAhb1Enable, 12}));
}

Usart* Chip::uart(const std::string& name) {
  const auto it = uarts_.find(name);
  return it == uarts_.end() ? nullptr : it->second.get();
}

void Chip::OnClockChanged() {
  if (!built_) return;
  const uint64_t hclk = rcc_->hclk_hz();
  const auto needed =
      static_cast<uint32_t>((hclk + facts_.hz_per_wait_state - 1) / facts_.hz_per_wait_state - 1);
  const bool too_fast = flash_->latency() < needed;
  const bool needs_overdrive = hclk > facts_.max_hclk_without_overdrive_hz;
  if (hclk != last_hclk_hz_) {
    last_hclk_hz_ = hclk;
    if (needs_overdrive && !pwr_->OverDriveActive()) {
      spdlog::warn("HCLK is {} Hz without over-drive: out of the chip's range", hclk);
    }
  }
  if (too_fast && !flash_too_fast_) {
    spdlog::warn("HCLK is {} Hz with {} flash wait states, {} are needed: reads from flash fail",
                 hclk, flash_->latency(), needed);
  }
  flash_too_fast_ = too_fast;
  processor_->SetFlashUnreadable(too_fast);
  RefreshFetchPenalties();
  for (auto& timer : timers_) timer->Resync();
  for (auto& entry : uarts_) entry.second->Poke();
}

void Chip::RefreshFetchPenalties() {
  // ESTIMATE: with its cache or accelerator on, fetching costs nothing extra; without, each 8 bytes
  // wait for the flash.
  const uint32_t wait = flash_->latency();
  processor_->SetFetchPenalties(processor_->system().instruction_cache() ? 0 : wait + 3,
                                flash_->accelerator_on() ? 0 : wait);
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
