// What distinguishes one emulated chip from another, as data. Peripherals are shared; a chip is one
// table.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_CHIP_FACTS_H_
#define EDGERACK_AGENT_VBOARD_CHIP_CHIP_FACTS_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/catalog/chip.h"

namespace edgerack::vboard {

enum class Family { kStm32F7, kStm32H7 };

// Of most register blocks.
inline constexpr uint32_t kBlockBytes = 0x400;

enum class MemoryKind { kRam, kFlash, kFlashAlias };

struct MemoryFact {
  std::string name;
  uint32_t address = 0;
  uint32_t size_bytes = 0;
  MemoryKind kind = MemoryKind::kRam;
  // Cycles of the core for a cache line and for a word past the caches, under timing_conditions.
  uint32_t line_cycles = 0, word_cycles = 0;
  bool tightly_coupled = false;  // without waiting; line_cycles and word_cycles are 0
};

// The clocks at which the memories' cycles hold.
struct TimingConditions {
  uint32_t core_per_bus = 1;  // core cycles in a cycle of the bus and the flash
  uint32_t flash_wait_states = 0;
  uint32_t bus_cycles_per_access = 0;  // of the bus's clock in a word's cycles, without the flash's
  uint32_t flash_row_bytes = 0;        // that the flash reads at once
};

// A cache of flash rows in front of the flash's alias; no rows: there is none.
struct AcceleratorFact {
  uint32_t rows = 0;
};

// A span of register space: what is not decoded inside it reads as zero, what lies outside faults.
struct RegisterBand {
  uint32_t address = 0;
  uint32_t size_bytes = 0;
};

// A bit in an RCC register; offset 0 with bit 255 means "always on".
struct ClockGate {
  uint32_t enable_offset = 0;
  uint8_t bit = 255;
};

struct PinFact {
  char port = 'A';
  uint8_t pin = 0;
  uint8_t alternate_function = 0;
};

// Where the blocks stand that every family has.
struct BlockBases {
  uint32_t rcc = 0, pwr = 0, flash = 0, syscfg = 0, exti = 0, watchdog = 0, crc = 0;
  uint32_t gpio = 0;  // port A
};

// DBGMCU: its control register follows the identification.
struct DebugMcuFact {
  uint32_t base = 0;
  std::vector<uint32_t> kept_offsets;  // registers that only power-on clears
  uint32_t watchdog_freeze_offset = 0;
  uint8_t watchdog_freeze_bit = 0;
};

// A memory access port of the debug port.
struct AccessPortFact {
  unsigned number = 0;
  uint32_t idr = 0;
  uint32_t rom_table = 0;  // BASE
  // A port that sees only a window of the chip's addresses, elsewhere; 0 bytes: it sees them all.
  uint32_t window_address = 0;
  uint32_t window_bytes = 0;
  uint32_t bus_address = 0;
};

enum class ApbBus { kApb1, kApb2 };

struct UartFact {
  std::string name;
  uint32_t base = 0;
  int irq = 0;
  ClockGate gate;
  uint8_t kernel_select_shift = 0;  // of its field in the register of kernel clocks
  ApbBus bus = ApbBus::kApb1;
  PinFact tx;  // how the virtual board wires this instance to its connector
  PinFact rx;
};

struct TimerFact {
  std::string name;
  uint32_t base = 0;
  int irq = 0;
  ClockGate gate;
  ApbBus bus = ApbBus::kApb1;
  uint8_t freeze_bit = 0;  // of DBGMCU_APB1FZ
};

// Durations of flash operations. Erasing is shortened against a real chip (seconds there) so that
// tests do not wait.
struct FlashTiming {
  uint64_t program_ns = 0;
  uint64_t erase_ns_per_32k = 0;
};

struct ChipFacts {
  std::string name;
  Family family = Family::kStm32F7;
  // From the chip's file in the catalog; empty in the tables below.
  std::vector<MemoryFact> memories;
  std::vector<uint32_t> flash_sectors_bytes;
  uint32_t uid_address = 0;

  std::vector<RegisterBand> bands;
  BlockBases bases;
  uint32_t reset_register_distance = 0;  // from a reset register to its enable register
  uint32_t gpio_enable_offset = 0;       // RCC register whose bit 0 clocks port A
  ClockGate pwr_gate, syscfg_gate, crc_gate;
  // Pin modes after reset: ports A and B, where the debug pins are, and the others.
  uint32_t gpio_modes_a = 0, gpio_modes_b = 0, gpio_modes = 0;
  DebugMcuFact debug_mcu;
  std::vector<AccessPortFact> access_ports;
  std::vector<RegisterBand> plain_blocks;  // registers that keep what is written
  uint32_t boot_address = 0;               // vector table after reset
  FlashTiming flash_timing;
  uint32_t system_area_address = 0;  // OTP, unique id, flash size: read-only
  uint32_t system_area_bytes = 0;
  uint32_t flash_size_address = 0;  // 16 bit, KiB
  uint32_t idcode = 0;              // DBGMCU_IDCODE
  uint32_t cpuid = 0;
  uint32_t dpidr = 0;
  uint32_t ctr = 0, clidr = 0, ccsidr_data = 0, ccsidr_instruction = 0;
  TimingConditions timing_conditions;
  AcceleratorFact accelerator;
  uint32_t mvfr0 = 0, mvfr1 = 0, mvfr2 = 0;
  uint32_t mpu_regions = 0;
  int irq_count = 0;
  uint64_t hsi_hz = 0;
  uint64_t hse_hz = 0;  // of the crystal on the virtual board
  uint64_t lsi_hz = 0;
  uint64_t max_core_hz = 0;
  uint64_t hz_per_wait_state = 0;  // HCLK that each further flash wait state allows; F7
  bool usart_has_prescaler = false;
  std::vector<UartFact> uarts;
  std::vector<TimerFact> timers;
};

// Everything about a chip: what the catalog says of it and what only the emulation needs. NOT_FOUND
// for a chip that is not emulated; INTERNAL if the two do not fit together.
absl::StatusOr<ChipFacts> MakeChipFacts(const edgerack::Chip& chip);

// The emulation's part, one per chip file.
const ChipFacts& Stm32F746Facts();
const ChipFacts& Stm32H743Facts();

// Every emulated chip.
std::vector<const ChipFacts*> EmulatedChips();

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_CHIP_FACTS_H_
