#ifndef EDGERACK_AGENT_VBOARD_CHIP_DATA_WATCH_H_
#define EDGERACK_AGENT_VBOARD_CHIP_DATA_WATCH_H_

#include <cstdint>

namespace edgerack::vboard {

// A span of memory whose accesses by the program halt it.
struct DataWatch {
  uint32_t address = 0;
  uint32_t size_bytes = 0;
  bool on_read = false;
  bool on_write = false;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_DATA_WATCH_H_
