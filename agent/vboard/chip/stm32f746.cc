// STM32F746: ST's reference manual RM0385 and the device header as data.
#include "agent/vboard/chip/chip_facts.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kAhb1Enable = 0x30;
constexpr uint32_t kApb1Enable = 0x40;
constexpr uint32_t kApb2Enable = 0x44;

ChipFacts Make() {
  ChipFacts f;
  f.name = "stm32f746";
  f.family = Family::kStm32F7;
  f.bands = {
      {0x40000000, 0x8000},   // APB1
      {0x40010000, 0x8000},   // APB2
      {0x40020000, 0x60000},  // AHB1
      {0x50000000, 0x61000},  // AHB2
      {0xA0000000, 0x2000},   // FMC and QUADSPI registers
  };
  f.bases = {.rcc = 0x40023800,
             .pwr = 0x40007000,
             .flash = 0x40023C00,
             .syscfg = 0x40013800,
             .exti = 0x40013C00,
             .watchdog = 0x40003000,
             .crc = 0x40023000,
             .gpio = 0x40020000};
  f.reset_register_distance = 0x20;
  f.gpio_enable_offset = kAhb1Enable;
  f.pwr_gate = {kApb1Enable, 28};
  f.syscfg_gate = {kApb2Enable, 14};
  f.crc_gate = {kAhb1Enable, 12};
  f.gpio_modes_a = 0xA8000000;
  f.gpio_modes_b = 0x00000280;
  f.debug_mcu = {.base = 0xE0042000,
                 .kept_offsets = {0x4, 0x8, 0xC},
                 .watchdog_freeze_offset = 0x8,
                 .watchdog_freeze_bit = 12};
  f.access_ports = {{.number = 0, .idr = 0x74770001, .rom_table = 0xE00FD003}};
  f.plain_blocks = {{0xE0000000, 0x1000}, {0xE0040000, 0x1000}, {0xE00FD000, 0x3000}};
  f.boot_address = 0x00200000;  // BOOT_ADD0 as delivered
  f.flash_timing = {.program_ns = 10'000, .erase_ns_per_32k = 500'000};
  f.system_area_address = 0x1FF0F000;
  f.system_area_bytes = 0x1000;
  f.flash_size_address = 0x1FF0F442;
  f.idcode = 0x10016449;
  f.cpuid = 0x410FC271;
  f.dpidr = 0x5BA02477;
  f.ctr = 0x8303C003;
  f.clidr = 0x09000003;
  f.ccsidr_data = 0xF003E019;         // 4 KiB, 4 ways, 32 sets, 32-byte lines
  f.ccsidr_instruction = 0xF007E009;  // 4 KiB, 2 ways, 64 sets, 32-byte lines
  // AN4667 and RM0385 3: the ART accelerator. 7 wait states at 216 MHz, one clock for core and bus.
  f.accelerator = {.rows = 64};
  f.timing_conditions = {.core_per_bus = 1,
                         .flash_wait_states = 7,
                         .bus_cycles_per_access = 8,  // ASSUMED, with the H743: see there
                         .flash_row_bytes = 32};
  f.mvfr0 = 0x10110021;  // single precision only
  f.mvfr1 = 0x11000011;
  f.mvfr2 = 0x00000040;
  f.mpu_regions = 8;
  f.irq_count = 98;
  f.hsi_hz = 16'000'000;
  f.hse_hz = 25'000'000;
  f.lsi_hz = 32'000;
  f.max_core_hz = 216'000'000;
  f.hz_per_wait_state = 30'000'000;
  f.uarts = {
      {"USART1", 0x40011000, 37, {kApb2Enable, 4}, 0, ApbBus::kApb2, {'A', 9, 7}, {'B', 7, 7}},
      {"USART2", 0x40004400, 38, {kApb1Enable, 17}, 2, ApbBus::kApb1, {'D', 5, 7}, {'D', 6, 7}},
      {"USART3", 0x40004800, 39, {kApb1Enable, 18}, 4, ApbBus::kApb1, {'D', 8, 7}, {'D', 9, 7}},
      {"UART4", 0x40004C00, 52, {kApb1Enable, 19}, 6, ApbBus::kApb1, {'A', 0, 8}, {'A', 1, 8}},
      {"UART5", 0x40005000, 53, {kApb1Enable, 20}, 8, ApbBus::kApb1, {'C', 12, 8}, {'D', 2, 8}},
      {"USART6", 0x40011400, 71, {kApb2Enable, 5}, 10, ApbBus::kApb2, {'C', 6, 8}, {'C', 7, 8}},
      {"UART7", 0x40007800, 82, {kApb1Enable, 30}, 12, ApbBus::kApb1, {'E', 8, 8}, {'E', 7, 8}},
      {"UART8", 0x40007C00, 83, {kApb1Enable, 31}, 14, ApbBus::kApb1, {'E', 1, 8}, {'E', 0, 8}},
  };
  f.timers = {
      {"TIM2", 0x40000000, 28, {kApb1Enable, 0}, ApbBus::kApb1, 0},
      {"TIM5", 0x40000C00, 50, {kApb1Enable, 3}, ApbBus::kApb1, 3},
  };
  return f;
}

}  // namespace

const ChipFacts& Stm32F746Facts() {
  static const ChipFacts* const kFacts = new ChipFacts(Make());
  return *kFacts;
}

}  // namespace edgerack::vboard
