#include "agent/vboard/chip/bus.h"

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kPrivateBus = 0xE0000000;
constexpr uint32_t kPrivateBusBytes = 0x100000;

uint8_t* AllocatePages(size_t size_bytes) {
  constexpr size_t kPage = 4096;
  const size_t rounded = (size_bytes + kPage - 1) / kPage * kPage;
  return static_cast<uint8_t*>(std::aligned_alloc(kPage, rounded));
}

uint32_t Load(const uint8_t* bytes, unsigned size_bytes) {
  uint32_t value = 0;
  std::memcpy(&value, bytes, size_bytes);
  return value;
}

uint32_t LaneMask(unsigned size_bytes) {
  return size_bytes >= 4 ? 0xFFFFFFFFu : (1u << (8 * size_bytes)) - 1;
}

}  // namespace

Bus::Bus(const ChipFacts& facts) : facts_(facts) {
  for (const MemoryFact& fact : facts.memories) {
    if (fact.kind == MemoryKind::kFlash) {
      flash_ = AllocatePages(fact.size_bytes);
      owned_.push_back(flash_);
      std::memset(flash_, 0xFF, fact.size_bytes);
      flash_size_bytes_ = fact.size_bytes;
      flash_address_ = fact.address;
    }
  }
  for (const MemoryFact& fact : facts.memories) {
    uint8_t* bytes = flash_;
    if (fact.kind == MemoryKind::kRam) {
      bytes = AllocatePages(fact.size_bytes);
      owned_.push_back(bytes);
    }
    memories_.push_back({fact, bytes});
  }
  system_area_ = AllocatePages(facts.system_area_bytes);
  owned_.push_back(system_area_);
  std::memset(system_area_, 0xFF, facts.system_area_bytes);
  PowerOnRam();
}

Bus::~Bus() {
  for (uint8_t* bytes : owned_) std::free(bytes);
}

void Bus::PowerOnRam() {
  // Not zero, so that a program that forgets to clear .bss shows it here too.
  for (const Memory& memory : memories_) {
    if (memory.fact.kind == MemoryKind::kRam) {
      std::memset(memory.bytes, 0xA5, memory.fact.size_bytes);
    }
  }
}

void Bus::AddDevice(std::string name, uint32_t base, uint32_t size_bytes, Device* device,
                    std::function<bool()> clocked) {
  blocks_.push_back({std::move(name), base, size_bytes, device, std::move(clocked), false});
}

void Bus::SetFlashWriter(std::function<bool(uint32_t, uint32_t, unsigned)> writer) {
  flash_writer_ = std::move(writer);
}

void Bus::SetMemoryChanged(std::function<void(uint32_t, uint32_t)> changed) {
  memory_changed_ = std::move(changed);
}

const Memory* Bus::FindMemory(uint32_t address, uint32_t size_bytes) const {
  for (const Memory& memory : memories_) {
    const uint32_t offset = address - memory.fact.address;
    if (address >= memory.fact.address && offset < memory.fact.size_bytes &&
        size_bytes <= memory.fact.size_bytes - offset) {
      return &memory;
    }
  }
  return nullptr;
}

bool Bus::InRegisterSpace(uint32_t address) const {
  if (address - kPrivateBus < kPrivateBusBytes) return true;
  for (const RegisterBand& band : facts_.bands) {
    if (address - band.address < band.size_bytes) return true;
  }
  return false;
}

Bus::Block* Bus::FindBlock(uint32_t address) {
  for (Block& block : blocks_) {
    if (address - block.base < block.size_bytes) return &block;
  }
  return nullptr;
}

bool Bus::Answers(Block* block) {
  if (!block->clocked || block->clocked()) return true;
  if (!block->unclocked_reported) {
    block->unclocked_reported = true;
    spdlog::warn(
        "{} at 0x{:08x} was accessed while its clock is off: it reads as zero and ignores "
        "writes",
        block->name, block->base);
  }
  return false;
}

uint32_t Bus::ReadRegister(uint32_t address, unsigned size_bytes) {
  Block* block = FindBlock(address);
  if (block == nullptr) {
    if (reported_.insert(address >> 10).second) {
      spdlog::warn("read of 0x{:08x}: no such register here, it reads as zero", address);
    }
    return 0;
  }
  if (!Answers(block)) return 0;
  const uint32_t word = block->device->Read((address - block->base) & ~3u);
  return (word >> (8 * (address & 3))) & LaneMask(size_bytes);
}

void Bus::WriteRegister(uint32_t address, unsigned size_bytes, uint32_t value) {
  Block* block = FindBlock(address);
  if (block == nullptr) {
    if (reported_.insert(address >> 10).second) {
      spdlog::warn("write of 0x{:08x}: no such register here, ignored", address);
    }
    return;
  }
  if (!Answers(block)) return;
  const unsigned shift = 8 * (address & 3);
  const uint32_t mask = LaneMask(size_bytes);
  block->device->Write((address - block->base) & ~3u, (value & mask) << shift, mask << shift);
}

bool Bus::Read(uint32_t address, unsigned size_bytes, uint32_t* value) {
  if (const Memory* memory = FindMemory(address, size_bytes)) {
    *value = Load(memory->bytes + (address - memory->fact.address), size_bytes);
    return true;
  }
  const uint32_t system_offset = address - facts_.system_area_address;
  if (system_offset < facts_.system_area_bytes &&
      size_bytes <= facts_.system_area_bytes - system_offset) {
    *value = Load(system_area_ + system_offset, size_bytes);
    return true;
  }
  if (!InRegisterSpace(address)) return false;
  *value = ReadRegister(address, size_bytes);
  return true;
}

bool Bus::Write(uint32_t address, unsigned size_bytes, uint32_t value) {
  if (const Memory* memory = FindMemory(address, size_bytes)) {
    if (memory->fact.kind == MemoryKind::kFlashAlias) return false;
    if (memory->fact.kind == MemoryKind::kFlash) {
      return flash_writer_ && flash_writer_(address, value, size_bytes);
    }
    std::memcpy(memory->bytes + (address - memory->fact.address), &value, size_bytes);
    if (memory_changed_) memory_changed_(address, size_bytes);
    return true;
  }
  if (!InRegisterSpace(address)) return false;
  WriteRegister(address, size_bytes, value);
  return true;
}

void Bus::ResetDevices() {
  for (Block& block : blocks_) block.device->Reset();
}

}  // namespace edgerack::vboard
