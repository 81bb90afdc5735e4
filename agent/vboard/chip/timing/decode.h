// Thumb code to micro-ops. Capstone names the instructions; which operand plays which role in the
// pipeline is said here.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_DECODE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_DECODE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/vboard/chip/timing/micro_op.h"

namespace edgerack::vboard {

class MicroOpDecoder {
 public:
  MicroOpDecoder();
  ~MicroOpDecoder();
  MicroOpDecoder(const MicroOpDecoder&) = delete;
  MicroOpDecoder& operator=(const MicroOpDecoder&) = delete;

  // A straight run of code. What Capstone does not know becomes an instruction that issues alone.
  std::vector<MicroOp> Decode(const uint8_t* code, uint32_t address, size_t size_bytes) const;

 private:
  size_t handle_ = 0;  // csh of Capstone
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_DECODE_H_
