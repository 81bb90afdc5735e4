// What the emulator must know of one straight run of Thumb code, beside its cost: how many
// instructions, what needs a check, which one made an access. A block is decoded once and its
// figures are kept by the core.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_BLOCK_MODEL_H_
#define EDGERACK_AGENT_VBOARD_CHIP_BLOCK_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace edgerack::vboard {

enum BlockFlags : uint8_t {
  kBlockHasFp = 1,
  kBlockHasDivide = 2,
  kBlockHasSendEvent = 4,
  kBlockChangesMasks = 8,  // CPS or MSR: what may interrupt is different afterwards
};

struct BlockFigures {
  uint32_t instructions = 0;
  uint32_t size_bytes = 0;
  uint8_t flags = 0;
  uint32_t first_fp_offset = 0;      // valid with kBlockHasFp
  uint32_t first_divide_offset = 0;  // valid with kBlockHasDivide
};

class BlockModel {
 public:
  BlockModel();
  ~BlockModel();
  BlockModel(const BlockModel&) = delete;
  BlockModel& operator=(const BlockModel&) = delete;

  BlockFigures Decode(const uint8_t* code, uint32_t address, size_t size_bytes) const;

  // The offset of the first instruction of a block whose data access covers `fault_address`, with
  // the registers as they are now (`read_register` takes 0..15; 15 is not asked). For finding the
  // instruction that caused a bus fault.
  std::optional<uint32_t> FindAccess(const uint8_t* code, uint32_t address, size_t size_bytes,
                                     uint32_t fault_address,
                                     const std::function<uint32_t(int)>& read_register) const;

  // The register number of the divisor of the UDIV/SDIV at `code`, or -1.
  int DivisorRegister(const uint8_t* code, uint32_t address, size_t size_bytes) const;

 private:
  size_t handle_ = 0;  // csh of Capstone
};

// Length in bytes of the Thumb instruction that starts with this halfword.
inline unsigned ThumbLength(uint16_t first_halfword) {
  return (first_halfword >> 11) >= 0x1D ? 4 : 2;
}

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_BLOCK_MODEL_H_
