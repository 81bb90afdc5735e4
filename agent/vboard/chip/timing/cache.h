// The tags of a set-associative cache: what is in it, not the bytes.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_CACHE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_CACHE_H_

#include <cstdint>
#include <vector>

#include "agent/vboard/chip/timing/cortex_m7.h"

namespace edgerack::vboard {

struct CacheGeometry {
  uint32_t sets = 0, ways = 0, line_bytes = 0;

  // From the value of the chip's CCSIDR (Armv7-M B3.2.18).
  static CacheGeometry FromCcsidr(uint32_t ccsidr);
  uint32_t size_bytes() const { return sets * ways * line_bytes; }
};

class Cache {
 public:
  struct Line {
    uint32_t number = kNone;  // address / line_bytes
    bool dirty = false;
    bool write_through = false;
  };

  Cache(const CacheGeometry& geometry, Replacement replacement);

  const CacheGeometry& geometry() const { return geometry_; }
  // The line that holds the address, now the most recently used; null: a miss.
  Line* Find(uint32_t address) {
    const uint32_t number = address / geometry_.line_bytes;
    Line* set = &lines_[static_cast<size_t>(number & (geometry_.sets - 1)) * geometry_.ways];
    if (set->number == number) return set;
    return FindBehind(set, number);
  }
  // Changes whenever the lines or their order do: finding a line that was found at the same version
  // changes nothing, if none of its set was found in between.
  uint64_t version() const { return version_; }
  uint32_t LineOf(uint32_t address) const { return address / geometry_.line_bytes; }
  void Touch() { ++version_; }
  // Puts the address's line in; true if a dirty one had to go.
  bool Fill(uint32_t address, bool dirty, bool write_through);

  void InvalidateAll();
  void Invalidate(uint32_t address);
  // True if the line was there and dirty; it is clean then.
  bool Clean(uint32_t address);
  // By set and way as CCSIDR counts them. Cleaning: true if it was dirty.
  void InvalidateWay(uint32_t set, uint32_t way);
  bool CleanWay(uint32_t set, uint32_t way);

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  Line* SetOf(uint32_t address);
  Line* FindBehind(Line* set, uint32_t number);
  Line* Way(uint32_t set, uint32_t way);

  CacheGeometry geometry_;
  Replacement replacement_;
  std::vector<Line> lines_;  // of each set, the most recently used first
  uint32_t random_ = 1;
  uint64_t version_ = 1;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_CACHE_H_
