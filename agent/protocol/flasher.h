// A board's debug port, as far as the agent needs one.
#ifndef AGENT_PROTOCOL_FLASHER_H_
#define AGENT_PROTOCOL_FLASHER_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/protocol/asio.h"

namespace edgerack::agent {

struct FlashRequest {
  std::filesystem::path firmware_elf;  // empty: the firmware stays
  std::filesystem::path package_file;  // empty: the package store stays
  uint64_t package_address = 0;
  std::string uid;  // 24 lower-case hex digits the chip must have; empty: any
};

// Every method is called on the board's strand, by one coroutine at a time. Errors are those of
// driver/openocd/explain.h, and CANCELLED.
class Flasher {
 public:
  virtual ~Flasher() = default;
  // Writes and verifies what the request names, then resets the board and lets it run.
  virtual Task<absl::Status> Write(FlashRequest request, int64_t deadline_ms) = 0;
  // Resets the board and lets it run.
  virtual Task<absl::Status> Reset(int64_t deadline_ms) = 0;
  // So many samples of the program counter of the running core, which is not disturbed (DWT_PCSR of
  // the Armv7-M and Armv8-M architectures). None while it sleeps or is halted.
  virtual Task<absl::StatusOr<std::vector<uint32_t>>> SampleProgramCounter(int count,
                                                                           int64_t deadline_ms) = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_PROTOCOL_FLASHER_H_
