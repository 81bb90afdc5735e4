// An ADIv5 debug port with its memory access ports, register by register.
#ifndef EDGERACK_AGENT_VBOARD_DEBUG_ACCESS_PORT_H_
#define EDGERACK_AGENT_VBOARD_DEBUG_ACCESS_PORT_H_

#include <cstdint>
#include <map>

#include "agent/vboard/debug/probe_target.h"

namespace edgerack::vboard {

class DebugPort {
 public:
  explicit DebugPort(ProbeTarget* target) : target_(target) {}

  // `reg` is the address with the DP bank in bits 7:4 (0x4 CTRL/STAT, 0xC RDBUFF).
  uint32_t ReadDp(unsigned reg);
  void WriteDp(unsigned reg, uint32_t value);
  // AP registers; a bus error sets STICKYERR, as in CTRL/STAT.
  uint32_t ReadAp(unsigned ap, unsigned reg);
  void WriteAp(unsigned ap, unsigned reg, uint32_t value);
  bool sticky_error() const { return sticky_error_; }

 private:
  struct Port {
    uint32_t csw = 0x03000042;
    uint32_t tar = 0;
  };
  uint32_t Transfer(unsigned ap, uint32_t address, bool write, uint32_t value, bool increment);

  ProbeTarget* target_;
  uint32_t control_ = 0;
  uint32_t select_ = 0;
  uint32_t read_buffer_ = 0;
  bool sticky_error_ = false;
  std::map<unsigned, Port> ports_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_ACCESS_PORT_H_
