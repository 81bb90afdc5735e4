// What waiting for memory costs: caches, tightly coupled memories, the flash and its accelerator,
// the bus to everything else, unaligned accesses and stores. Costs of each memory come from the
// chip's file in the catalog, those of the core from cortex_m7.cc.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_MEMORY_TIMING_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_MEMORY_TIMING_H_

#include <cstdint>
#include <vector>

#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/timing/cache.h"
#include "agent/vboard/chip/timing/cortex_m7.h"
#include "agent/vboard/chip/timing/cycle_parts.h"
#include "agent/vboard/chip/timing/flash_accelerator.h"
#include "agent/vboard/chip/timing/memory_attributes.h"
#include "agent/vboard/chip/timing/store_buffer.h"

namespace edgerack::vboard {

// What the chip's own registers say: clocks and flash.
struct MemoryClocks {
  uint32_t core_per_bus = 1;  // core cycles in a cycle of bus and flash
  uint32_t flash_wait_states = 0;
  bool accelerator_on = false;
  bool prefetch_on = false;
};

// What the core's registers say.
struct CacheControl {
  bool instruction_cache = false;
  bool data_cache = false;
  MpuRegisters mpu;
};

struct DataAccess {
  uint32_t address = 0;
  uint32_t size_bytes = 0;
  bool is_store = false;
  bool younger = false;        // of a pair
  bool even_multiple = false;  // the first word of a store of an even number of them
  bool second_word = false;    // goes along with the word before it, as one of 8 bytes
};

// A line that was in a cache without waiting, at a version of the cache: as long as that holds, so
// does this.
struct SeenLine {
  uint64_t version = 0;
  uint32_t line = 0;
};

class MemoryTiming {
 public:
  struct Region {
    uint32_t address = 0, size_bytes = 0;
    MemoryKind kind = MemoryKind::kRam;
    bool tightly_coupled = false;
    uint32_t reference_line = 0, reference_word = 0;  // as the catalog has them
    uint32_t line_cycles = 0, word_cycles = 0;        // at the present clocks
  };

  MemoryTiming(const ChipFacts& facts, const CycleParts& parts);

  void SetClocks(const MemoryClocks& clocks);
  void SetControl(const CacheControl& control);
  // A write to a cache maintenance register, by its offset from 0xE000E000.
  void Maintain(uint32_t offset, uint32_t value);
  void Reset();

  // The memory at an address; null: registers or nothing.
  const Region* RegionAt(uint32_t address) const;
  // Cycles that the core waits for code that it fetches, or for data, at cycle `now`.
  // `seen` belongs to that code and that access.
  uint32_t Fetch(const Region& region, uint32_t address, uint32_t size_bytes, uint64_t now,
                 SeenLine* seen) {
    if (seen->version == icache_.version()) return 0;
    return FetchAnew(region, address, size_bytes, now, seen);
  }
  uint32_t Access(const Region& region, const DataAccess& access, uint64_t now, SeenLine* seen);
  // True for a load, not the younger of a pair, that waits for nothing and changes nothing; that is
  // all of its Access() then.
  bool LoadsAgain(uint32_t address, uint32_t size_bytes, const SeenLine& seen) {
    if (seen.version != dcache_.version() || seen.line != dcache_.LineOf(address)) return false;
    if ((address & (size_bytes < 4 ? size_bytes - 1 : 3)) != 0) return false;
    last_load_ = address;
    return true;
  }

 private:
  uint32_t FetchAnew(const Region& region, uint32_t address, uint32_t size_bytes, uint64_t now,
                     SeenLine* seen);
  void AddRegions(const ChipFacts& facts);
  uint32_t FetchCached(const Region& region, uint32_t first, uint32_t last, uint64_t now);
  uint32_t Load(const Region& region, uint32_t address, uint64_t now);
  uint32_t Store(const Region& region, uint32_t address, uint64_t now);
  uint32_t Unaligned(const DataAccess& access) const;
  bool BankConflict(const DataAccess& access) const;
  // A word past the caches. One of the row that the flash read last comes without its wait states.
  uint32_t Uncached(const Region& region, uint32_t address, uint64_t now);
  // The bus brings a line or a word; returns the wait.
  uint32_t Occupy(uint64_t now, uint32_t wait_cycles, uint32_t busy_cycles);
  // In the background; waits only if more than `backlog_cycles` are outstanding.
  uint32_t Post(uint64_t now, uint32_t busy_cycles, uint32_t backlog_cycles);
  void WriteBack();

  const CycleParts parts_;
  const TimingConditions conditions_;
  const UnalignedFacts unaligned_;
  const CacheFacts cache_facts_;
  std::vector<Region> regions_;
  std::vector<uint8_t> region_of_;  // by address / kGranule within the first GiB; 0: none
  Cache icache_, dcache_;
  FlashAccelerator accelerator_;
  StoreBuffer store_buffer_;
  CacheControl control_;
  MemoryClocks clocks_;
  uint64_t bus_free_ = 0;
  uint32_t flash_row_ = 0;  // read last, + 1
  uint32_t last_load_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_MEMORY_TIMING_H_
