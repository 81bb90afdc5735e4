#include "agent/vboard/chip/timing/memory_timing.h"

#include <algorithm>

namespace edgerack::vboard {
namespace {

// No two memories that differ share one.
constexpr uint32_t kGranule = 1024;
constexpr uint32_t kMappedBytes = 0x40000000;

// Cache maintenance registers, offsets from 0xE000E000 (Armv7-M B3.2.29).
constexpr uint32_t kIciallu = 0xF50, kIcimvau = 0xF58, kDcimvac = 0xF5C, kDcisw = 0xF60,
                   kDccmvau = 0xF64, kDccmvac = 0xF68, kDccsw = 0xF6C, kDccimvac = 0xF70,
                   kDccisw = 0xF74;

uint32_t WayShift(uint32_t ways) {
  return ways <= 1 ? 0 : static_cast<uint32_t>(__builtin_clz(ways - 1));
}

bool IsUnaligned(const DataAccess& access) {
  return (access.address & (std::min(access.size_bytes, 4u) - 1)) != 0;
}

}  // namespace

MemoryTiming::MemoryTiming(const ChipFacts& facts, const CycleParts& parts)
    : parts_(parts),
      conditions_(facts.timing_conditions),
      unaligned_(CortexM7Facts().unaligned),
      cache_facts_(CortexM7Facts().cache),
      icache_(CacheGeometry::FromCcsidr(facts.ccsidr_instruction), cache_facts_.replacement),
      dcache_(CacheGeometry::FromCcsidr(facts.ccsidr_data), cache_facts_.replacement),
      accelerator_(facts.accelerator, conditions_.flash_row_bytes),
      store_buffer_(CortexM7Facts().store_buffer) {
  AddRegions(facts);
  SetClocks(MemoryClocks());
}

void MemoryTiming::AddRegions(const ChipFacts& facts) {
  region_of_.resize(kMappedBytes / kGranule, 0);
  for (const MemoryFact& memory : facts.memories) {
    Region region;
    region.address = memory.address;
    region.size_bytes = memory.size_bytes;
    region.kind = memory.kind;
    region.tightly_coupled = memory.tightly_coupled;
    region.reference_line = memory.line_cycles;
    region.reference_word = memory.word_cycles;
    regions_.push_back(region);
    for (uint32_t at = 0; at < memory.size_bytes; at += kGranule) {
      region_of_[(memory.address + at) / kGranule] = static_cast<uint8_t>(regions_.size());
    }
  }
}

const MemoryTiming::Region* MemoryTiming::RegionAt(uint32_t address) const {
  if (address >= kMappedBytes) return nullptr;
  const uint8_t index = region_of_[address / kGranule];
  return index == 0 ? nullptr : &regions_[index - 1u];
}

void MemoryTiming::SetClocks(const MemoryClocks& clocks) {
  clocks_ = clocks;
  const int64_t ratio = clocks.core_per_bus, reference = conditions_.core_per_bus;
  for (Region& region : regions_) {
    if (region.reference_word == 0) continue;
    int64_t change = (ratio - reference) * conditions_.bus_cycles_per_access;
    if (region.kind != MemoryKind::kRam) {
      change += ratio * clocks.flash_wait_states - reference * conditions_.flash_wait_states;
    }
    const int64_t word = std::max<int64_t>(region.reference_word + change, 1);
    const int64_t rest = region.reference_line - region.reference_word;
    region.word_cycles = static_cast<uint32_t>(word);
    region.line_cycles = static_cast<uint32_t>(word + rest * ratio / reference);
  }
  icache_.Touch();
  dcache_.Touch();
  accelerator_.Configure(clocks.accelerator_on, clocks.prefetch_on,
                         clocks.flash_wait_states * clocks.core_per_bus);
}

void MemoryTiming::SetControl(const CacheControl& control) {
  control_ = control;
  icache_.Touch();
  dcache_.Touch();
}

void MemoryTiming::Reset() {
  icache_.InvalidateAll();
  dcache_.InvalidateAll();
  accelerator_.Reset();
  store_buffer_.Reset();
  bus_free_ = 0;
  flash_row_ = 0;
  last_load_ = 0;
  control_ = CacheControl();
}

uint32_t MemoryTiming::Occupy(uint64_t now, uint32_t wait_cycles, uint32_t busy_cycles) {
  const uint64_t start = std::max(now, bus_free_);
  bus_free_ = start + busy_cycles;
  return static_cast<uint32_t>(start - now) + wait_cycles;
}

uint32_t MemoryTiming::Uncached(const Region& region, uint32_t address, uint64_t now) {
  uint32_t cycles = region.word_cycles;
  if (region.kind == MemoryKind::kFlash) {
    const uint32_t row = address / conditions_.flash_row_bytes + 1;
    if (row == flash_row_) {
      cycles -= std::min(cycles - 1, clocks_.flash_wait_states * clocks_.core_per_bus);
    }
    flash_row_ = row;
  }
  return Occupy(now, cycles, cycles);
}

uint32_t MemoryTiming::Post(uint64_t now, uint32_t busy_cycles, uint32_t backlog_cycles) {
  bus_free_ = std::max(now, bus_free_) + busy_cycles;
  const uint64_t behind = bus_free_ - now;
  return behind > backlog_cycles ? static_cast<uint32_t>(behind - backlog_cycles) : 0;
}

void MemoryTiming::WriteBack() {
  bus_free_ += uint64_t{cache_facts_.write_back_bus_cycles} * clocks_.core_per_bus;
}

uint32_t MemoryTiming::FetchAnew(const Region& region, uint32_t address, uint32_t size_bytes,
                                 uint64_t now, SeenLine* seen) {
  if (region.tightly_coupled) {
    seen->version = icache_.version();
    return 0;
  }
  const uint32_t last = address + size_bytes - 1;
  if (region.kind == MemoryKind::kFlashAlias) {
    uint32_t wait = 0;
    const uint32_t line = icache_.geometry().line_bytes;
    for (uint32_t at = address & ~(line - 1); at <= last; at += line) {
      wait += accelerator_.Access(at - region.address, now + wait);
    }
    return wait;
  }
  if (control_.instruction_cache && CachingOf(address, control_.mpu) > Caching::kNone) {
    const uint32_t wait = FetchCached(region, address, last, now);
    if (wait == 0) seen->version = icache_.version();
    return wait;
  }
  uint32_t wait = 0;
  const uint32_t unit = CortexM7Facts().fetch.bytes_per_cycle;
  for (uint32_t at = address & ~(unit - 1); at <= last; at += unit) {
    wait += Uncached(region, at, now + wait);
  }
  return wait;
}

uint32_t MemoryTiming::FetchCached(const Region& region, uint32_t first, uint32_t last,
                                   uint64_t now) {
  uint32_t wait = 0;
  const uint32_t line = icache_.geometry().line_bytes;
  for (uint32_t at = first & ~(line - 1); at <= last; at += line) {
    if (icache_.Find(at) != nullptr) continue;
    wait += Occupy(now + wait, region.word_cycles, region.line_cycles);
    icache_.Fill(at, false, true);
  }
  return wait;
}

bool MemoryTiming::BankConflict(const DataAccess& access) const {
  // What an unaligned one waits is its own rule, whatever its partner's bank.
  return access.younger && !IsUnaligned(access) && ((access.address ^ last_load_) & 4) == 0;
}

uint32_t MemoryTiming::Unaligned(const DataAccess& access) const {
  if (access.is_store) {
    const bool odd = access.even_multiple && (access.address & 7) != 0;
    return odd ? unaligned_.odd_store_multiple_cycles : 0;
  }
  if (!IsUnaligned(access)) return 0;
  return access.younger ? unaligned_.younger_load_cycles : unaligned_.load_cycles;
}

uint32_t MemoryTiming::Access(const Region& region, const DataAccess& access, uint64_t now,
                              SeenLine* seen) {
  uint32_t wait = parts_.unaligned ? Unaligned(access) : 0;
  if (access.is_store) {
    if (parts_.stores && !access.second_word) {
      wait += store_buffer_.Push(access.address, access.size_bytes, now + wait);
    }
    if (parts_.dcache && !region.tightly_coupled) {
      wait += Store(region, access.address, now + wait);
    }
    return wait;
  }
  if (parts_.banks && BankConflict(access)) ++wait;
  last_load_ = access.address;
  if (!parts_.dcache) return wait;
  uint32_t load = 0;
  if (!region.tightly_coupled) load = Load(region, access.address, now + wait);
  const bool in_cache = control_.data_cache && region.kind != MemoryKind::kFlashAlias;
  if (load == 0 && (in_cache || region.tightly_coupled)) {
    *seen = {dcache_.version(), dcache_.LineOf(access.address)};
  }
  return wait + load;
}

uint32_t MemoryTiming::Load(const Region& region, uint32_t address, uint64_t now) {
  if (region.kind == MemoryKind::kFlashAlias) {
    return accelerator_.Access(address - region.address, now);
  }
  if (control_.data_cache) {
    if (dcache_.Find(address) != nullptr) return 0;
    const Caching caching = CachingOf(address, control_.mpu);
    if (caching > Caching::kNone) {
      const uint32_t wait = Occupy(now, region.word_cycles, region.line_cycles);
      if (dcache_.Fill(address, false, caching == Caching::kWriteThrough)) WriteBack();
      return wait;
    }
  }
  return Uncached(region, address, now);
}

uint32_t MemoryTiming::Store(const Region& region, uint32_t address, uint64_t now) {
  const uint32_t backlog = cache_facts_.fill_buffers * region.line_cycles;
  if (control_.data_cache) {
    if (Cache::Line* line = dcache_.Find(address)) {
      if (!line->write_through) {
        line->dirty = true;
        return 0;
      }
    } else if (CachingOf(address, control_.mpu) == Caching::kWriteBackAllocate) {
      const uint32_t wait = Post(now, region.line_cycles, backlog);
      if (dcache_.Fill(address, true, false)) WriteBack();
      return wait;
    }
  }
  return Post(now, region.word_cycles, backlog);
}

void MemoryTiming::Maintain(uint32_t offset, uint32_t value) {
  const CacheGeometry& geometry = dcache_.geometry();
  const uint32_t way = value >> WayShift(geometry.ways);
  const uint32_t set = value / geometry.line_bytes & (geometry.sets - 1);
  switch (offset) {
    case kIciallu:
      return icache_.InvalidateAll();
    case kIcimvau:
      return icache_.Invalidate(value);
    case kDcimvac:
      return dcache_.Invalidate(value);
    case kDcisw:
      return dcache_.InvalidateWay(set, way);
    case kDccmvau:
    case kDccmvac:
      if (dcache_.Clean(value)) WriteBack();
      return;
    case kDccsw:
      if (dcache_.CleanWay(set, way)) WriteBack();
      return;
    case kDccimvac:
      if (dcache_.Clean(value)) WriteBack();
      return dcache_.Invalidate(value);
    case kDccisw:
      if (dcache_.CleanWay(set, way)) WriteBack();
      return dcache_.InvalidateWay(set, way);
    default:
      return;
  }
}

}  // namespace edgerack::vboard
