// The address space of an emulated chip: memories, register blocks and what lies between them.
// Serves the core's register accesses, exception stacking and the debug port. One thread.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_BUS_H_
#define EDGERACK_AGENT_VBOARD_CHIP_BUS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/device.h"

namespace edgerack::vboard {

// A memory with its bytes; the alias of the flash shares them.
struct Memory {
  MemoryFact fact;
  uint8_t* bytes = nullptr;
};

class Bus {
 public:
  explicit Bus(const ChipFacts& facts);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  // `clocked` says whether the peripheral's bus clock is on: if not, it reads as zero and ignores
  // writes. May be empty.
  void AddDevice(std::string name, uint32_t base, uint32_t size_bytes, Device* device,
                 std::function<bool()> clocked = nullptr);
  // Called for a write into the flash's memory (address, value, 1/2/4 bytes); false means a bus
  // error.
  void SetFlashWriter(std::function<bool(uint32_t, uint32_t, unsigned)> writer);
  // Called after memory that may hold code was changed past the core.
  void SetMemoryChanged(std::function<void(uint32_t address, uint32_t size_bytes)> changed);

  // One access of 1, 2 or 4 bytes, not crossing a word. False: nothing answers there (bus error).
  bool Read(uint32_t address, unsigned size_bytes, uint32_t* value);
  bool Write(uint32_t address, unsigned size_bytes, uint32_t value);

  // Register space only; addresses outside all blocks read as zero. For the core's I/O callbacks.
  uint32_t ReadRegister(uint32_t address, unsigned size_bytes);
  void WriteRegister(uint32_t address, unsigned size_bytes, uint32_t value);

  const std::vector<Memory>& memories() const { return memories_; }
  // The memory holding the whole span; null if none does.
  const Memory* FindMemory(uint32_t address, uint32_t size_bytes) const;
  uint8_t* flash_bytes() { return flash_; }
  uint32_t flash_size_bytes() const { return flash_size_bytes_; }
  uint32_t flash_address() const { return flash_address_; }
  uint8_t* system_area() { return system_area_; }
  bool InRegisterSpace(uint32_t address) const;
  void ResetDevices();
  // RAM as after power-on: a fixed pattern, the same every time.
  void PowerOnRam();

 private:
  struct Block {
    std::string name;
    uint32_t base;
    uint32_t size_bytes;
    Device* device;
    std::function<bool()> clocked;
    bool unclocked_reported = false;
  };
  Block* FindBlock(uint32_t address);
  // False, and said once, if the block's bus clock is off.
  bool Answers(Block* block);

  const ChipFacts& facts_;
  std::vector<Memory> memories_;
  std::vector<uint8_t*> owned_;
  std::vector<Block> blocks_;
  uint8_t* flash_ = nullptr;
  uint32_t flash_size_bytes_ = 0;
  uint32_t flash_address_ = 0;
  uint8_t* system_area_ = nullptr;
  std::function<bool(uint32_t, uint32_t, unsigned)> flash_writer_;
  std::function<void(uint32_t, uint32_t)> memory_changed_;
  std::set<uint32_t> reported_;  // undecoded kilobytes already logged
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_BUS_H_
