// The instructions of a Cortex-M7 on Unicorn: registers, running, stepping, traps and the cost of
// each block. What Unicorn lacks (exceptions, sleep, debug) is decided by the owner; a run ends
// with the reason. One thread.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_CORE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_CORE_H_

#include <unicorn/unicorn.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "agent/vboard/chip/block_model.h"
#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/data_watch.h"
#include "agent/vboard/chip/slow_code.h"
#include "agent/vboard/chip/timing/core_timing.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

enum class StopKind {
  kAsked,            // the check callback wanted it; the PC is at the block not yet run
  kStepped,          // one instruction was executed
  kTrap,             // before the instruction at a trap address
  kSupervisorCall,   // PC after the SVC
  kBreakpoint,       // PC at the BKPT
  kExceptionReturn,  // `address` is the EXC_RETURN value
  kWaitForInterrupt,
  kWaitForEvent,
  kUndefined,         // PC at the instruction
  kDataAccessFailed,  // PC at the instruction, `address` is what it accessed
  kFetchFailed,       // `address` is where it jumped
  kNotThumb,          // the T bit is clear
};

struct Stop {
  StopKind kind = StopKind::kAsked;
  uint32_t address = 0;
  bool is_write = false;
};

class Core {
 public:
  struct Callbacks {
    // At a block's start when the attention flag is set or the limit is reached. True ends the run.
    std::function<bool(uint32_t pc)> check;
    // Before the instruction at a trap address. True ends the run.
    std::function<bool(uint32_t pc)> trap;
    // A block with one of the watched flags is about to run. True ends the run.
    std::function<bool(uint32_t pc, const BlockFigures&)> watched;
    // A store into flash memory; false is a bus error.
    std::function<bool(uint32_t address, unsigned size_bytes, uint32_t value)> flash_store;
  };

  Core(const ChipFacts& facts, Bus* bus, VirtualClock* clock, const CycleParts& cycles,
       std::vector<SlowRange> slow_code, Callbacks callbacks);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Runs from the present PC. With `single_step`, exactly one instruction unless something stops it
  // before.
  Stop Run(bool single_step);

  // The check callback is asked at the next block / once this many cycles have passed.
  void RequestAttention() { attention_ = true; }
  void ClearAttention() { attention_ = false; }
  void SetCycleLimit(uint64_t cycle) { cycle_limit_ = cycle; }
  void SetWatchedFlags(uint8_t flags) { watched_flags_ = flags; }
  // Addresses where the trap callback is asked. Not while running.
  void SetTraps(const std::set<uint32_t>& addresses);
  // Data accesses that call the watch callback; the run ends with the block. Not while running.
  void SetWatches(const std::vector<DataWatch>& watches);
  void SetWatchHit(std::function<void(uint32_t address)> hit) { watch_hit_ = std::move(hit); }
  // Memory that may hold decoded code has changed. Safe at any time.
  void CodeChanged(uint32_t address, uint32_t size_bytes);
  // True if the run should end soon so that changed code is translated anew.
  bool HasStaleCode() const { return !stale_pages_.empty(); }

  uint64_t instructions() const { return instructions_; }
  void ResetInstructionCount() { instructions_ = 0; }

  uint32_t r(int number) const;  // 0..15; 13 is the stack pointer in use
  void set_r(int number, uint32_t value);
  uint32_t xpsr() const { return Get(UC_ARM_REG_XPSR); }
  void set_xpsr(uint32_t value);
  uint32_t ipsr() const { return xpsr() & 0x1FF; }
  uint32_t msp() const;
  uint32_t psp() const;
  void set_msp(uint32_t value);
  void set_psp(uint32_t value);
  uint32_t control() const { return Get(UC_ARM_REG_CONTROL); }
  void set_control(uint32_t value);
  uint32_t primask() const { return Get(UC_ARM_REG_PRIMASK) & 1; }
  uint32_t faultmask() const { return Get(UC_ARM_REG_FAULTMASK) & 1; }
  uint32_t basepri() const { return Get(UC_ARM_REG_BASEPRI) & 0xFF; }
  void set_masks(uint32_t primask, uint32_t faultmask, uint32_t basepri);
  uint32_t fpscr() const { return Get(UC_ARM_REG_FPSCR); }
  void set_fpscr(uint32_t value) { Set(UC_ARM_REG_FPSCR, value); }
  uint32_t s(int number) const { return Get(UC_ARM_REG_S0 + number); }
  void set_s(int number, uint32_t value) { Set(UC_ARM_REG_S0 + number, value); }
  // Everything as after a reset, but for PC and MSP.
  void ResetRegisters();

  // The cycle model is told of every access by the emulator; see ProcessorOptions.
  void TellEveryAccess() { plans_accesses_ = false; }

  const BlockModel& model() const { return model_; }
  // Null if no part of the cycle model is on.
  CoreTiming* timing() { return timing_.get(); }

 private:
  static constexpr uint32_t kBlockSlots = 1 << 15;
  static constexpr uint32_t kPageSlots = 1 << 14;
  static uint32_t PageOf(uint32_t address) { return address >> 10; }

  struct Block {
    uint32_t address = 1;  // no block starts at an odd address
    uint32_t size_bytes = 0;
    uint32_t generation = 0;
    BlockFigures figures;
    double slower_percent = 0;
    std::unique_ptr<TimedBlock> timed;
    // The registers that its plan needs, and where registers_ has them; as Unicorn takes them.
    std::vector<int> plan_registers;
    std::vector<void*> plan_values;
  };

  static void BlockHook(uc_engine* uc, uint64_t address, uint32_t size, void* user);
  static void CodeHook(uc_engine* uc, uint64_t address, uint32_t size, void* user);
  static void InterruptHook(uc_engine* uc, uint32_t number, void* user);
  static bool InvalidHook(uc_engine* uc, void* user);
  static bool MemoryHook(uc_engine* uc, uc_mem_type type, uint64_t address, int size, int64_t value,
                         void* user);

  static void WatchHook(uc_engine* uc, uc_mem_type type, uint64_t address, int size, int64_t value,
                        void* user);

  uint32_t Get(int reg) const;
  void Set(int reg, uint32_t value);
  bool Unprivileged() const;
  void End(StopKind kind, uint32_t address = 0, bool is_write = false);
  void EndAt(StopKind kind, uint32_t pc);
  Block& Lookup(uint32_t address, uint32_t size) {
    Block& block = blocks_[(address >> 1) % kBlockSlots];
    const bool known = block.address == address && block.size_bytes == size &&
                       block.generation == page_generation_[PageOf(address) % kPageSlots];
    if (!known) Decode(address, size, &block);
    return block;
  }
  void Decode(uint32_t address, uint32_t size, Block* block);
  void SetPc(uint32_t value);
  // Data accesses, for the cycle model.
  static void AccessHook(uc_engine* uc, uc_mem_type type, uint64_t address, int size, int64_t value,
                         void* user);
  void OnInterrupt(uint32_t number);
  bool OnInvalid();
  bool OnMemory(uc_mem_type type, uint32_t address, int size, uint32_t value);
  // Unicorn writes what the flash took or refused all the same; this puts back what stands there.
  void UndoStore();
  void LocateFault();
  void DropCode();
  void AddAccessHook();
  void AtRegister(uint32_t address);
  // A block whose accesses can be told beforehand is translated anew, without the hook that tells
  // them, which makes each access several times slower.
  bool AskPromotion(Block& block);
  void Promote(uint32_t pc);
  void Demote(uint32_t address);
  uint16_t Halfword(uint32_t address) const;

  const ChipFacts& facts_;
  Bus* bus_;
  VirtualClock* clock_;
  Callbacks callbacks_;
  BlockModel model_;
  SlowCode slow_code_;
  std::unique_ptr<CoreTiming> timing_;
  uc_engine* uc_ = nullptr;
  std::vector<uc_hook> hooks_;
  std::map<uint32_t, uc_hook> traps_;
  std::vector<uc_hook> watch_hooks_;
  std::function<void(uint32_t)> watch_hit_;
  std::vector<Block> blocks_;
  // Translated without the access hook, by address and size. As long as one may be, so is its
  // block.
  std::map<uint32_t, uint32_t> promoted_;
  bool plans_accesses_ = true;
  std::optional<uint32_t> promotion_;  // the block to come
  std::optional<uc_hook> access_hook_;
  CoreRegisters registers_{};
  std::vector<uint32_t> page_generation_;  // by hashed 1 KiB page
  std::set<uint32_t> decoded_pages_;       // 1 KiB pages with translations
  std::set<uint32_t> stale_pages_;         // to be dropped before the next run
  bool attention_ = false;
  uint8_t watched_flags_ = 0;
  uint64_t cycle_limit_ = 0;
  uint64_t instructions_ = 0;
  uint32_t block_address_ = 0;
  uint32_t block_size_ = 0;
  bool mode_changed_ = false;
  bool stepping_ = false;
  bool step_started_ = false;
  bool ended_ = false;
  Stop stop_;
  struct {
    uint8_t* at = nullptr;
    size_t size_bytes = 0;
    uint8_t bytes[8] = {};
  } flash_after_store_;
  std::optional<uint32_t> resume_pc_;
  struct Band {
    Core* core;
    uint32_t base;
  };
  std::vector<std::unique_ptr<Band>> bands_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_CORE_H_
