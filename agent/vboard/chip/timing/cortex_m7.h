// How long things take on a Cortex-M7: the facts of the core that are the same on every chip. The
// values, each with its source and how sure it is, stand in cortex_m7.cc and nowhere else.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_CORTEX_M7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_CORTEX_M7_H_

#include <array>
#include <cstdint>

#include "agent/vboard/chip/timing/micro_op.h"

namespace edgerack::vboard {

enum class Replacement { kLeastRecentlyUsed, kPseudoRandom };

struct BranchFacts {
  uint32_t history_bits = 0;
  uint32_t counters = 0;        // two bits each; a power of two
  uint32_t target_entries = 0;  // of the BTAC; a power of two
  uint32_t return_stack_depth = 0;
  uint32_t mispredict_cycles = 0;        // from the branch to the first instruction at the target
  uint32_t early_mispredict_cycles = 0;  // the flags being old
  uint32_t early_flags_age = 0;          // that many cycles
  uint32_t redirect_cycles = 0;          // taken, target not in the BTAC
};

struct FetchFacts {
  uint32_t bytes_per_cycle = 0;
  uint32_t queue_entries = 0;  // of that many bytes, ahead of the issue stage
};

// Times in tenths of a cycle.
struct StoreBufferFacts {
  uint32_t entries = 0;
  uint32_t word_tenths = 0;
  uint32_t unaligned_tenths = 0;
  uint32_t narrow_same_bank_tenths = 0;
  uint32_t narrow_other_bank_tenths = 0;
  uint32_t narrow_next_tenths = 0;  // at the address behind the last store
};

struct UnalignedFacts {
  uint32_t load_cycles = 0;
  uint32_t younger_load_cycles = 0;  // as the younger of a pair
  uint32_t odd_store_multiple_cycles = 0;
};

struct CacheFacts {
  Replacement replacement = Replacement::kLeastRecentlyUsed;
  uint32_t write_back_bus_cycles = 0;  // of a dirty line, on the bus
  uint32_t fill_buffers = 0;           // lines that stores may have outstanding
};

struct CoreFacts {
  // Cycles from issue to issue; 0: may share a cycle.
  std::array<std::array<uint8_t, kConsumers>, kProducers> latency{};
  // [older][younger]
  std::array<std::array<bool, kIssueClasses>, kIssueClasses> pairs{};
  uint32_t flags_latency = 0;       // to an instruction that reads them
  uint32_t fp_accumulate_hold = 0;  // cycles behind VFMA/VMLA that hold others back
  BranchFacts branch;
  FetchFacts fetch;
  StoreBufferFacts store_buffer;
  UnalignedFacts unaligned;
  CacheFacts cache;
};

const CoreFacts& CortexM7Facts();

// Cycles that an instruction holds the issue stage, by kind; the rest hold it for one.
struct OccupancyFacts {
  uint8_t divide = 0;
  uint8_t fp_divide = 0, fp_square_root = 0;
  uint8_t barrier = 0;
  uint8_t double_add = 0, double_multiply = 0, double_fused = 0, double_divide = 0;
  uint8_t words_per_cycle = 0;  // LDM, STM, VLDM, VSTM
};
const OccupancyFacts& CortexM7Occupancy();

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_CORTEX_M7_H_
