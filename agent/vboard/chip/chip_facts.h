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

enum class MemoryKind { kRam, kFlash, kFlashAlias };

struct MemoryFact {
  std::string name;
  uint32_t address = 0;
  uint32_t size_bytes = 0;
  MemoryKind kind = MemoryKind::kRam;
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

enum class ApbBus { kApb1, kApb2 };

struct UartFact {
  std::string name;
  uint32_t base = 0;
  int irq = 0;
  ClockGate gate;
  uint8_t kernel_select_shift = 0;  // of the 2-bit field in DCKCFGR2
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
  // From the chip's file in the catalog; empty in the tables below.
  std::vector<MemoryFact> memories;
  std::vector<uint32_t> flash_sectors_bytes;
  uint32_t uid_address = 0;

  std::vector<RegisterBand> bands;
  uint32_t boot_address = 0;  // vector table after reset
  FlashTiming flash_timing;
  uint32_t system_area_address = 0;  // OTP, unique id, flash size: read-only
  uint32_t system_area_bytes = 0;
  uint32_t flash_size_address = 0;  // 16 bit, KiB
  uint32_t idcode = 0;              // DBGMCU_IDCODE
  uint32_t cpuid = 0;
  uint32_t dpidr = 0;
  uint32_t ap_idr = 0;
  uint32_t rom_table = 0;  // AP BASE
  uint32_t ctr = 0, clidr = 0, ccsidr_data = 0, ccsidr_instruction = 0;
  uint32_t mvfr0 = 0, mvfr1 = 0, mvfr2 = 0;
  uint32_t mpu_regions = 0;
  int irq_count = 0;
  uint64_t hsi_hz = 0;
  uint64_t hse_hz = 0;  // of the crystal on the virtual board
  uint64_t lsi_hz = 0;
  uint64_t max_hclk_hz = 0;
  uint64_t max_hclk_without_overdrive_hz = 0;
  uint64_t hz_per_wait_state = 0;  // HCLK that each further flash wait state allows
  std::vector<UartFact> uarts;
  std::vector<TimerFact> timers;
};

// Everything about a chip: what the catalog says of it and what only the emulation needs. NOT_FOUND
// for a chip that is not emulated; INTERNAL if the two do not fit together.
absl::StatusOr<ChipFacts> MakeChipFacts(const edgerack::Chip& chip);

// The emulation's part, one per chip file.
const ChipFacts& Stm32F746Facts();

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_CHIP_FACTS_H_
