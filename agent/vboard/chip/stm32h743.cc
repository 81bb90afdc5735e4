// STM32H743, revision V: ST's reference manual RM0433 and the device header as data.
#include "agent/vboard/chip/chip_facts.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kAhb4Enable = 0xE0;
constexpr uint32_t kApb1Enable = 0xE8;
constexpr uint32_t kApb2Enable = 0xF0;
constexpr uint32_t kApb4Enable = 0xF4;

ChipFacts Make() {
  ChipFacts f;
  f.name = "stm32h743";
  f.family = Family::kStm32H7;
  f.bands = {
      {0x40000000, 0xE000},    // APB1
      {0x40010000, 0x8000},    // APB2
      {0x40020000, 0xA0000},   // AHB1
      {0x48020000, 0x4000},    // AHB2
      {0x50000000, 0x4000},    // APB3
      {0x51000000, 0x100000},  // AXI interconnect
      {0x52000000, 0xA000},    // AHB3
      {0x58000000, 0x7000},    // APB4
      {0x58020000, 0x7000},    // AHB4
      {0x5C000000, 0x10000},   // debug
  };
  f.bases = {.rcc = 0x58024400,
             .pwr = 0x58024800,
             .flash = 0x52002000,
             .syscfg = 0x58000400,
             .exti = 0x58000000,
             .watchdog = 0x58004800,
             .crc = 0x58024C00,
             .gpio = 0x58020000};
  f.reset_register_distance = 0x58;
  f.gpio_enable_offset = kAhb4Enable;
  f.syscfg_gate = {kApb4Enable, 1};
  f.crc_gate = {kAhb4Enable, 19};
  f.gpio_modes_a = 0xABFFFFFF;
  f.gpio_modes_b = 0xFFFFFEBF;
  f.gpio_modes = 0xFFFFFFFF;
  f.debug_mcu = {.base = 0x5C001000,
                 .kept_offsets = {0x4, 0x34, 0x3C, 0x4C, 0x54},
                 .watchdog_freeze_offset = 0x54,
                 .watchdog_freeze_bit = 18};
  f.access_ports = {
      {.number = 0, .idr = 0x84770001, .rom_table = 0xE00FE003},
      {.number = 2,
       .idr = 0x54770002,
       .rom_table = 0xE00E0003,
       .window_address = 0xE00E0000,
       .window_bytes = 0x10000,
       .bus_address = 0x5C000000},
  };
  // ITM, TPIU and ROM tables of the core; trace funnel.
  f.plain_blocks = {
      {0xE0000000, 0x1000}, {0xE0040000, 0x1000}, {0xE00FE000, 0x2000}, {0x5C004000, 0x1000}};
  f.boot_address = 0x08000000;  // BOOT_ADD0 as delivered
  f.flash_timing = {.program_ns = 20'000, .erase_ns_per_32k = 500'000};
  f.system_area_address = 0x1FF1E000;
  f.system_area_bytes = 0x1000;
  f.flash_size_address = 0x1FF1E880;
  f.idcode = 0x20036450;
  f.cpuid = 0x411FC271;
  f.dpidr = 0x6BA02477;
  f.ctr = 0x8303C003;
  f.clidr = 0x09000003;
  f.ccsidr_data = 0xF00FE019;         // 16 KiB, 4 ways, 128 sets, 32-byte lines
  f.ccsidr_instruction = 0xF01FE009;  // 16 KiB, 2 ways, 256 sets, 32-byte lines
  // 480 MHz and a bus of 240 MHz with 4 wait states (RM0433 4.3.8).
  f.timing_conditions = {.core_per_bus = 2,
                         .flash_wait_states = 4,
                         // ASSUMED: what makes a flash word's 26 cycles here and 17 on the F746
                         // one formula: 2 + ratio * (8 + wait states).
                         .bus_cycles_per_access = 8,
                         .flash_row_bytes = 32};
  f.mvfr0 = 0x10110221;  // single and double precision
  f.mvfr1 = 0x12000011;
  f.mvfr2 = 0x00000040;
  f.mpu_regions = 16;
  f.irq_count = 150;
  f.hsi_hz = 64'000'000;
  f.hse_hz = 8'000'000;
  f.lsi_hz = 32'000;
  f.max_core_hz = 480'000'000;
  f.usart_has_prescaler = true;
  f.uarts = {
      {"USART1", 0x40011000, 37, {kApb2Enable, 4}, 3, ApbBus::kApb2, {'A', 9, 7}, {'A', 10, 7}},
      {"USART2", 0x40004400, 38, {kApb1Enable, 17}, 0, ApbBus::kApb1, {'D', 5, 7}, {'D', 6, 7}},
      {"USART3", 0x40004800, 39, {kApb1Enable, 18}, 0, ApbBus::kApb1, {'D', 8, 7}, {'D', 9, 7}},
      {"UART4", 0x40004C00, 52, {kApb1Enable, 19}, 0, ApbBus::kApb1, {'A', 0, 8}, {'A', 1, 8}},
      {"UART5", 0x40005000, 53, {kApb1Enable, 20}, 0, ApbBus::kApb1, {'C', 12, 8}, {'D', 2, 8}},
      {"USART6", 0x40011400, 71, {kApb2Enable, 5}, 3, ApbBus::kApb2, {'C', 6, 7}, {'C', 7, 7}},
      {"UART7", 0x40007800, 82, {kApb1Enable, 30}, 0, ApbBus::kApb1, {'E', 8, 7}, {'E', 7, 7}},
      {"UART8", 0x40007C00, 83, {kApb1Enable, 31}, 0, ApbBus::kApb1, {'E', 1, 8}, {'E', 0, 8}},
  };
  f.timers = {
      {"TIM2", 0x40000000, 28, {kApb1Enable, 0}, ApbBus::kApb1, 0},
      {"TIM5", 0x40000C00, 50, {kApb1Enable, 3}, ApbBus::kApb1, 3},
  };
  return f;
}

}  // namespace

const ChipFacts& Stm32H743Facts() {
  static const ChipFacts* const kFacts = new ChipFacts(Make());
  return *kFacts;
}

}  // namespace edgerack::vboard
