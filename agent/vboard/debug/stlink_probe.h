// An ST-LINK/V2-1 (V2J37M27) attached to a target: carries out commands. One thread.
#ifndef EDGERACK_AGENT_VBOARD_DEBUG_STLINK_PROBE_H_
#define EDGERACK_AGENT_VBOARD_DEBUG_STLINK_PROBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agent/vboard/debug/access_port.h"
#include "agent/vboard/debug/probe_target.h"
#include "agent/vboard/debug/stlink_command.h"

namespace edgerack::vboard {

class StlinkProbe {
 public:
  static constexpr uint16_t kVendor = 0x0483, kProduct = 0x374B;

  explicit StlinkProbe(ProbeTarget* target) : target_(target), port_(target) {}

  // The answer's bytes; the caller cuts or pads them to what the host asked for. `payload` is what
  // the host sends with the command.
  std::vector<uint8_t> Execute(const StlinkCommand& command, const std::vector<uint8_t>& payload);
  // The host went away without a word: release what it may hold.
  void OnHostGone();

 private:
  bool ReadCoreRegister(uint32_t selector, uint32_t* value);
  bool WriteCoreRegister(uint32_t selector, uint32_t value);
  std::vector<uint8_t> ReadMemory(const StlinkCommand& command);
  void WriteMemory(const StlinkCommand& command, const std::vector<uint8_t>& payload);
  std::vector<uint8_t> Status(bool ok) const;

  ProbeTarget* target_;
  DebugPort port_;
  bool debug_mode_ = false;
  bool reset_low_ = false;
  uint8_t last_status_ = 0x80;
  uint32_t last_fault_address_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_STLINK_PROBE_H_
