#include "agent/vboard/chip/timing/cache.h"

#include <algorithm>

namespace edgerack::vboard {

CacheGeometry CacheGeometry::FromCcsidr(uint32_t ccsidr) {
  return {.sets = (ccsidr >> 13 & 0x7FFF) + 1,
          .ways = (ccsidr >> 3 & 0x3FF) + 1,
          .line_bytes = 16u << (ccsidr & 7)};
}

Cache::Cache(const CacheGeometry& geometry, Replacement replacement)
    : geometry_(geometry),
      replacement_(replacement),
      lines_(static_cast<size_t>(geometry.sets) * geometry.ways) {}

Cache::Line* Cache::SetOf(uint32_t address) {
  return Way(address / geometry_.line_bytes & (geometry_.sets - 1), 0);
}

Cache::Line* Cache::Way(uint32_t set, uint32_t way) {
  set &= geometry_.sets - 1;
  way &= geometry_.ways - 1;
  return &lines_[static_cast<size_t>(set) * geometry_.ways + way];
}

Cache::Line* Cache::FindBehind(Line* set, uint32_t number) {
  for (uint32_t way = 1; way < geometry_.ways; ++way) {
    if (set[way].number != number) continue;
    std::rotate(set, set + way, set + way + 1);
    Touch();
    return set;
  }
  return nullptr;
}

bool Cache::Fill(uint32_t address, bool dirty, bool write_through) {
  Touch();
  Line* set = SetOf(address);
  uint32_t victim = geometry_.ways - 1;
  if (replacement_ == Replacement::kPseudoRandom && set[victim].number != kNone) {
    // A 16-bit Galois shift register.
    random_ = random_ >> 1 ^ ((random_ & 1) != 0 ? 0xB400u : 0);
    victim = random_ & (geometry_.ways - 1);
  }
  const bool was_dirty = set[victim].number != kNone && set[victim].dirty;
  std::rotate(set, set + victim, set + victim + 1);
  *set = {address / geometry_.line_bytes, dirty, write_through};
  return was_dirty;
}

void Cache::InvalidateAll() {
  Touch();
  std::fill(lines_.begin(), lines_.end(), Line());
}

void Cache::Invalidate(uint32_t address) {
  Touch();
  if (Line* line = Find(address)) *line = Line();
}

bool Cache::Clean(uint32_t address) {
  Line* line = Find(address);
  if (line == nullptr || !line->dirty) return false;
  line->dirty = false;
  return true;
}

void Cache::InvalidateWay(uint32_t set, uint32_t way) {
  Touch();
  *Way(set, way) = Line();
}

bool Cache::CleanWay(uint32_t set, uint32_t way) {
  Line* line = Way(set, way);
  const bool dirty = line->number != kNone && line->dirty;
  line->dirty = false;
  return dirty;
}

}  // namespace edgerack::vboard
