// What a debug probe is attached to: a chip's debug port and its buses.
#ifndef EDGERACK_AGENT_VBOARD_DEBUG_PROBE_TARGET_H_
#define EDGERACK_AGENT_VBOARD_DEBUG_PROBE_TARGET_H_

#include <cstddef>
#include <cstdint>

namespace edgerack::vboard {

class ProbeTarget {
 public:
  virtual ~ProbeTarget() = default;
  virtual uint32_t dpidr() const = 0;
  // Identification of an access port; 0 if there is none of that number.
  virtual uint32_t ap_idr(unsigned ap) const = 0;
  virtual uint32_t ap_base(unsigned ap) const = 0;
  // One access of 1, 2 or 4 bytes, naturally aligned. False: the bus answered with an error.
  virtual bool Read(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t* value) = 0;
  virtual bool Write(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t value) = 0;
  // Many words of memory at once, where the target has a faster way for them. False: it has none,
  // or the bus answered with an error; single accesses then tell where.
  virtual bool ReadWords(unsigned ap, uint32_t address, uint8_t* to, size_t size_bytes);
  virtual bool WriteWords(unsigned ap, uint32_t address, const uint8_t* from, size_t size_bytes);
  virtual void SetResetPin(bool low) = 0;
};

inline bool ProbeTarget::ReadWords(unsigned, uint32_t, uint8_t*, size_t) { return false; }
inline bool ProbeTarget::WriteWords(unsigned, uint32_t, const uint8_t*, size_t) { return false; }

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_PROBE_TARGET_H_
