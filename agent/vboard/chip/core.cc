#include "agent/vboard/chip/core.h"

#include <spdlog/spdlog.h>

#include <cstring>
#include <utility>

namespace edgerack::vboard {
namespace {

// So often the accesses of a block must have been as planned before the plan is relied on.
constexpr int kTrials = 16;
constexpr uint32_t kNpriv = 1;
constexpr uint32_t kExceptionReturnSpace = 0xFFFFFF00;
constexpr uint32_t kThumbBit = 1u << 24;
// Where no code can be: the end address that Unicorn wants for a run without end.
constexpr uint64_t kNoEnd = 0xFFFFFFF0;

// Of r0..r14.
int UnicornRegister(int number) {
  if (number == 13) return UC_ARM_REG_SP;
  return number == 14 ? int{UC_ARM_REG_LR} : UC_ARM_REG_R0 + number;
}

template <typename Function>
void* HookPointer(Function* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

Core::Core(const ChipFacts& facts, Bus* bus, VirtualClock* clock, const CycleParts& cycles,
           std::vector<SlowRange> slow_code, Callbacks callbacks)
    : facts_(facts),
      bus_(bus),
      clock_(clock),
      callbacks_(std::move(callbacks)),
      slow_code_(std::move(slow_code)),
      blocks_(kBlockSlots),
      page_generation_(kPageSlots, 1) {
  if (cycles.any()) timing_ = std::make_unique<CoreTiming>(facts, cycles, clock);
  if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &uc_) != UC_ERR_OK) {
    spdlog::critical("the CPU emulator did not start: is libunicorn2 2.0 installed?");
    std::abort();
  }
  uc_ctl_set_cpu_model(uc_, UC_CPU_ARM_CORTEX_M7);
  for (const Memory& memory : bus_->memories()) {
    const uint32_t rights = memory.fact.kind == MemoryKind::kRam
                                ? static_cast<uint32_t>(UC_PROT_ALL)
                                : static_cast<uint32_t>(UC_PROT_READ | UC_PROT_EXEC);
    uc_mem_map_ptr(uc_, memory.fact.address, memory.fact.size_bytes, rights, memory.bytes);
  }
  uc_mem_map_ptr(uc_, facts.system_area_address, facts.system_area_bytes, UC_PROT_READ,
                 bus_->system_area());
  std::vector<RegisterBand> bands = facts.bands;
  bands.push_back({0xE0000000, 0x100000});
  for (const RegisterBand& band : bands) {
    bands_.push_back(std::make_unique<Band>(Band{this, band.address}));
    uc_mmio_map(
        uc_, band.address, band.size_bytes,
        [](uc_engine*, uint64_t offset, unsigned size, void* user) -> uint64_t {
          auto* here = static_cast<Band*>(user);
          here->core->AtRegister(here->base + static_cast<uint32_t>(offset));
          return here->core->bus_->ReadRegister(here->base + static_cast<uint32_t>(offset), size);
        },
        bands_.back().get(),
        [](uc_engine*, uint64_t offset, unsigned size, uint64_t value, void* user) {
          auto* here = static_cast<Band*>(user);
          here->core->AtRegister(here->base + static_cast<uint32_t>(offset));
          here->core->bus_->WriteRegister(here->base + static_cast<uint32_t>(offset), size,
                                          static_cast<uint32_t>(value));
        },
        bands_.back().get());
  }
  const auto add = [this](int type, void* function) {
    uc_hook hook = 0;
    uc_hook_add(uc_, &hook, type, function, this, 1, 0);
    hooks_.push_back(hook);
  };
  add(UC_HOOK_BLOCK, HookPointer(&Core::BlockHook));
  add(UC_HOOK_INTR, HookPointer(&Core::InterruptHook));
  add(UC_HOOK_INSN_INVALID, HookPointer(&Core::InvalidHook));
  add(UC_HOOK_MEM_INVALID, HookPointer(&Core::MemoryHook));
  AddAccessHook();
}

Core::~Core() { uc_close(uc_); }

uint32_t Core::Get(int reg) const {
  uint32_t value = 0;
  uc_reg_read(uc_, reg, &value);
  return value;
}

void Core::Set(int reg, uint32_t value) { uc_reg_write(uc_, reg, &value); }

bool Core::Unprivileged() const { return (control() & kNpriv) != 0 && ipsr() == 0; }

uint32_t Core::r(int number) const {
  return number == 15 ? Get(UC_ARM_REG_PC) & ~1u : Get(UnicornRegister(number));
}

void Core::set_r(int number, uint32_t value) {
  if (number == 13) return Set(UC_ARM_REG_SP, value & ~3u);
  if (number == 14) return Set(UC_ARM_REG_LR, value);
  if (number == 15) {
    if (timing_) timing_->Interrupt();
    return SetPc(value);
  }
  Set(UC_ARM_REG_R0 + number, value);
}

void Core::SetPc(uint32_t value) {
  // The T bit lives in the xPSR; Unicorn takes it from bit 0 of a written PC.
  Set(UC_ARM_REG_PC, (value & ~1u) | ((xpsr() & kThumbBit) != 0 ? 1 : 0));
}

void Core::set_xpsr(uint32_t value) {
  Set(UC_ARM_REG_XPSR, value);
  mode_changed_ = true;
}

// Unicorn lets only privileged code see the banked and masking registers: enter handler mode for
// the moment.
uint32_t Core::msp() const {
  if (!Unprivileged()) return Get(UC_ARM_REG_MSP);
  auto* self = const_cast<Core*>(this);
  const uint32_t saved = xpsr();
  self->set_xpsr(saved | 3);
  const uint32_t value = Get(UC_ARM_REG_MSP);
  self->set_xpsr(saved);
  return value;
}

uint32_t Core::psp() const {
  if (!Unprivileged()) return Get(UC_ARM_REG_PSP);
  auto* self = const_cast<Core*>(this);
  const uint32_t saved = xpsr();
  self->set_xpsr(saved | 3);
  const uint32_t value = Get(UC_ARM_REG_PSP);
  self->set_xpsr(saved);
  return value;
}

void Core::set_msp(uint32_t value) {
  const uint32_t saved = xpsr();
  const bool unprivileged = Unprivileged();
  if (unprivileged) set_xpsr(saved | 3);
  Set(UC_ARM_REG_MSP, value & ~3u);
  if (unprivileged) set_xpsr(saved);
}

void Core::set_psp(uint32_t value) {
  const uint32_t saved = xpsr();
  const bool unprivileged = Unprivileged();
  if (unprivileged) set_xpsr(saved | 3);
  Set(UC_ARM_REG_PSP, value & ~3u);
  if (unprivileged) set_xpsr(saved);
}

void Core::set_control(uint32_t value) {
  const uint32_t saved = xpsr();
  // Handler mode takes nPRIV and FPCA but not SPSEL; thread mode takes SPSEL while still
  // privileged.
  set_xpsr(saved | 3);
  Set(UC_ARM_REG_CONTROL, value & ~kNpriv);
  set_xpsr(saved & ~0x1FFu);
  Set(UC_ARM_REG_CONTROL, value & 7);
  set_xpsr(saved);
}

void Core::set_masks(uint32_t primask, uint32_t faultmask, uint32_t basepri) {
  const uint32_t saved = xpsr();
  const bool unprivileged = Unprivileged();
  if (unprivileged) set_xpsr(saved | 3);
  Set(UC_ARM_REG_PRIMASK, primask & 1);
  Set(UC_ARM_REG_FAULTMASK, faultmask & 1);
  Set(UC_ARM_REG_BASEPRI, basepri & 0xFF);
  if (unprivileged) set_xpsr(saved);
}

void Core::ResetRegisters() {
  set_control(0);
  set_xpsr(kThumbBit);
  set_masks(0, 0, 0);
  for (int i = 0; i <= 12; ++i) Set(UC_ARM_REG_R0 + i, 0);
  Set(UC_ARM_REG_LR, 0xFFFFFFFF);
  set_psp(0);
  for (int i = 0; i < 32; ++i) set_s(i, 0);
  set_fpscr(0);
  if (timing_) timing_->Reset();
}

void Core::SetTraps(const std::set<uint32_t>& addresses) {
  for (auto it = traps_.begin(); it != traps_.end();) {
    if (addresses.count(it->first) != 0) {
      ++it;
      continue;
    }
    uc_hook_del(uc_, it->second);
    stale_pages_.insert(PageOf(it->first));
    it = traps_.erase(it);
  }
  for (const uint32_t address : addresses) {
    if (traps_.count(address) != 0) continue;
    uc_hook hook = 0;
    uc_hook_add(uc_, &hook, UC_HOOK_CODE, HookPointer(&Core::CodeHook), this, address, address);
    traps_[address] = hook;
    stale_pages_.insert(PageOf(address));
  }
}

void Core::SetWatches(const std::vector<DataWatch>& watches) {
  if (watches.empty() && watch_hooks_.empty()) return;
  for (const uc_hook hook : watch_hooks_) uc_hook_del(uc_, hook);
  watch_hooks_.clear();
  for (const DataWatch& watch : watches) {
    const int type =
        (watch.on_read ? UC_HOOK_MEM_READ : 0) | (watch.on_write ? UC_HOOK_MEM_WRITE : 0);
    uc_hook hook = 0;
    uc_hook_add(uc_, &hook, type, HookPointer(&Core::WatchHook), this, watch.address,
                uint64_t{watch.address} + watch.size_bytes - 1);
    watch_hooks_.push_back(hook);
  }
  // Loads and stores already translated do not look at the new hooks.
  stale_pages_.insert(decoded_pages_.begin(), decoded_pages_.end());
}

void Core::WatchHook(uc_engine*, uc_mem_type, uint64_t address, int, int64_t, void* user) {
  auto* core = static_cast<Core*>(user);
  if (core->watch_hit_) core->watch_hit_(static_cast<uint32_t>(address));
}

void Core::CodeChanged(uint32_t address, uint32_t size_bytes) {
  if (size_bytes == 0) return;
  for (uint32_t page = PageOf(address); page <= PageOf(address + size_bytes - 1); ++page) {
    ++page_generation_[page % kPageSlots];
    if (decoded_pages_.count(page) != 0) {
      stale_pages_.insert(page);
      attention_ = true;
    }
  }
}

void Core::DropCode() {
  // Only the pages concerned: a full flush of Unicorn's translation buffer takes up to a second.
  for (const uint32_t page : stale_pages_) {
    const uint64_t start = uint64_t{page} << 10;
    uc_ctl_remove_cache(uc_, start, start + 1024);
    promoted_.erase(promoted_.lower_bound(page << 10), promoted_.lower_bound((page + 1) << 10));
    decoded_pages_.erase(page);
    ++page_generation_[page % kPageSlots];
  }
  stale_pages_.clear();
}

void Core::Decode(uint32_t address, uint32_t size, Block* block) {
  decoded_pages_.insert(PageOf(address));
  block->address = address;
  block->size_bytes = size;
  block->generation = page_generation_[PageOf(address) % kPageSlots];
  block->figures = BlockFigures();
  block->slower_percent = slow_code_.PercentAt(address);
  block->timed.reset();
  block->plan_registers.clear();
  block->plan_values.clear();
  const Memory* memory = bus_->FindMemory(address, size);
  if (memory == nullptr) return;
  const uint8_t* code = memory->bytes + (address - memory->fact.address);
  block->figures = model_.Decode(code, address, size);
  if (!timing_) return;
  block->timed = timing_->Decode(code, address, size);
  if (!block->timed->plan) return;
  const auto promoted = promoted_.find(address);
  block->timed->planned = promoted != promoted_.end() && promoted->second == size;
  for (uint32_t left = block->timed->plan->needs(); left != 0; left &= left - 1) {
    const int number = __builtin_ctz(left);
    block->plan_registers.push_back(UnicornRegister(number));
    block->plan_values.push_back(&registers_[static_cast<size_t>(number)]);
  }
}

void Core::EndAt(StopKind kind, uint32_t pc) {
  // In a hook Unicorn's PC may still be that of an earlier block.
  resume_pc_ = pc;
  End(kind, pc);
}

void Core::End(StopKind kind, uint32_t address, bool is_write) {
  if (!ended_) {
    ended_ = true;
    stop_ = {kind, address, is_write};
  }
  uc_emu_stop(uc_);
}

void Core::BlockHook(uc_engine*, uint64_t address, uint32_t size, void* user) {
  auto* core = static_cast<Core*>(user);
  const auto pc = static_cast<uint32_t>(address);
  if (core->flash_after_store_.at != nullptr) core->UndoStore();
  CoreTiming* timing = core->timing_.get();
  if (timing != nullptr && !core->ended_) timing->Settle(std::nullopt);
  core->clock_->Advance(core->slow_code_.Leave(core->clock_->cycles()));
  if (core->ended_) {
    uc_emu_stop(core->uc_);
    return;
  }
  core->AddAccessHook();
  if (core->stepping_) {
    if (core->step_started_) return core->EndAt(StopKind::kStepped, pc);
    core->step_started_ = true;
  } else if (core->attention_ || core->clock_->cycles() >= core->cycle_limit_) {
    if (core->callbacks_.check(pc)) return core->EndAt(StopKind::kAsked, pc);
  }
  Block& block = core->Lookup(pc, size);
  if ((block.figures.flags & core->watched_flags_) != 0) {
    if (core->callbacks_.watched(pc, block.figures)) return core->EndAt(StopKind::kAsked, pc);
  }
  if (core->AskPromotion(block)) return core->EndAt(StopKind::kAsked, pc);
  core->block_address_ = pc;
  core->block_size_ = size;
  core->instructions_ += block.figures.instructions;
  if (block.slower_percent != 0) {
    core->slow_code_.Enter(block.slower_percent, core->clock_->cycles());
  }
  if (timing == nullptr) return core->clock_->Advance(block.figures.instructions);
  if (!block.timed) return;
  if (!block.plan_registers.empty()) {
    uc_reg_read_batch(core->uc_, block.plan_registers.data(), block.plan_values.data(),
                      static_cast<int>(block.plan_registers.size()));
  }
  timing->Enter(block.timed.get(), core->registers_);
}

void Core::AddAccessHook() {
  if (!timing_ || access_hook_) return;
  uc_hook hook = 0;
  uc_hook_add(uc_, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, HookPointer(&Core::AccessHook),
              this, 1, 0);
  access_hook_ = hook;
}

bool Core::AskPromotion(Block& block) {
  if (!plans_accesses_ || !block.timed || block.timed->planned || !block.timed->plan) return false;
  if (block.timed->trials < kTrials || block.timed->accesses.empty() || stepping_) return false;
  block.timed->trials = 0;
  promotion_ = block.address;
  // Unicorn forgets it at the end of the run, and translates the next block without it.
  uc_hook_del(uc_, *access_hook_);
  access_hook_.reset();
  return true;
}

void Core::Promote(uint32_t pc) {
  if (!promotion_) return AddAccessHook();
  const uint32_t address = *promotion_;
  promotion_.reset();
  Block& block = blocks_[(address >> 1) % kBlockSlots];
  const bool same = block.address == address && block.timed != nullptr && block.timed->plan &&
                    block.generation == page_generation_[PageOf(address) % kPageSlots];
  if (address != pc || stepping_ || !same) return AddAccessHook();
  Demote(address);
  // The first instruction alone: blocks that start further on stay as they are.
  const uint64_t start = address;
  uc_ctl_remove_cache(uc_, start, start + 2);
  block.timed->planned = true;
  promoted_[address] = block.size_bytes;
}

// Promoted blocks that start before the address and run over it lose their translation.
void Core::Demote(uint32_t address) {
  for (auto it = promoted_.begin(); it != promoted_.end() && it->first < address;) {
    if (it->first + it->second <= address) {
      ++it;
      continue;
    }
    Block& block = blocks_[(it->first >> 1) % kBlockSlots];
    if (block.address == it->first && block.timed) {
      block.timed->planned = false;
      block.timed->trials = kTrials;
    }
    it = promoted_.erase(it);
  }
}

void Core::AtRegister(uint32_t address) {
  if (timing_) timing_->AtRegister(address);
}

void Core::AccessHook(uc_engine*, uc_mem_type type, uint64_t address, int size, int64_t,
                      void* user) {
  auto* core = static_cast<Core*>(user);
  core->timing_->Access(static_cast<uint32_t>(address), static_cast<uint32_t>(size),
                        type == UC_MEM_WRITE);
}

void Core::CodeHook(uc_engine*, uint64_t address, uint32_t, void* user) {
  auto* core = static_cast<Core*>(user);
  const auto pc = static_cast<uint32_t>(address);
  if (core->ended_ || core->traps_.count(pc) == 0) return;
  if (core->callbacks_.trap(pc)) core->EndAt(StopKind::kTrap, pc);
}

void Core::InterruptHook(uc_engine*, uint32_t number, void* user) {
  static_cast<Core*>(user)->OnInterrupt(number);
}

void Core::OnInterrupt(uint32_t number) {
  constexpr uint32_t kSwi = 2, kPrefetchAbort = 3, kBkpt = 7;
  const uint32_t pc = r(15);
  // A branch to EXC_RETURN comes as a failed fetch, or under a number of its own when Unicorn knows
  // that it is in a handler.
  if (pc >= kExceptionReturnSpace) return End(StopKind::kExceptionReturn, pc | 1);
  switch (number) {
    case kSwi:
      return End(StopKind::kSupervisorCall);
    case kBkpt:
      return End(StopKind::kBreakpoint);
    case kPrefetchAbort:
      return End(StopKind::kFetchFailed, pc);
    default:
      return End(StopKind::kUndefined);
  }
}

bool Core::InvalidHook(uc_engine*, void* user) { return static_cast<Core*>(user)->OnInvalid(); }

uint16_t Core::Halfword(uint32_t address) const {
  uint16_t value = 0;
  if (const Memory* memory = bus_->FindMemory(address, 2)) {
    std::memcpy(&value, memory->bytes + (address - memory->fact.address), 2);
  }
  return value;
}

bool Core::OnInvalid() {
  const uint32_t pc = r(15);
  // Unicorn reports the hints WFE and YIELD as invalid, with the PC already behind them.
  if (pc > block_address_) {
    const uint16_t before = Halfword(pc - 2);
    const bool wide = pc >= block_address_ + 4 && Halfword(pc - 4) == 0xF3AF;
    if (before == 0xBF20 || (wide && before == 0x8002)) {
      End(StopKind::kWaitForEvent);
      return false;
    }
    if (before == 0xBF10 || (wide && before == 0x8001)) {
      End(StopKind::kAsked);  // YIELD: nothing to do but go on
      return false;
    }
  }
  if ((xpsr() & kThumbBit) == 0) {
    End(StopKind::kNotThumb);
  } else {
    End(StopKind::kUndefined);
  }
  return false;
}

bool Core::MemoryHook(uc_engine*, uc_mem_type type, uint64_t address, int size, int64_t value,
                      void* user) {
  return static_cast<Core*>(user)->OnMemory(type, static_cast<uint32_t>(address), size,
                                            static_cast<uint32_t>(value));
}

bool Core::OnMemory(uc_mem_type type, uint32_t address, int size, uint32_t value) {
  switch (type) {
    case UC_MEM_WRITE_PROT:
      UndoStore();
      if (callbacks_.flash_store(address, static_cast<unsigned>(size), value)) {
        const auto bytes = static_cast<uint32_t>(size);
        const Memory* memory = bus_->FindMemory(address, bytes);
        if (memory != nullptr && bytes <= sizeof flash_after_store_.bytes) {
          flash_after_store_.at = memory->bytes + (address - memory->fact.address);
          flash_after_store_.size_bytes = bytes;
          std::memcpy(flash_after_store_.bytes, flash_after_store_.at, bytes);
        }
        return true;
      }
      End(StopKind::kDataAccessFailed, address, true);
      return false;
    case UC_MEM_FETCH_UNMAPPED:
    case UC_MEM_FETCH_PROT:
      if (address >= kExceptionReturnSpace) {
        End(StopKind::kExceptionReturn, address | 1);
      } else {
        End(StopKind::kFetchFailed, address);
      }
      return false;
    default:
      End(StopKind::kDataAccessFailed, address, type == UC_MEM_WRITE_UNMAPPED);
      return false;
  }
}

void Core::UndoStore() {
  if (flash_after_store_.at == nullptr) return;
  std::memcpy(flash_after_store_.at, flash_after_store_.bytes, flash_after_store_.size_bytes);
  flash_after_store_.at = nullptr;
}

void Core::LocateFault() {
  // Unicorn leaves the PC at the block's start: find which instruction of the block accesses that
  // address.
  const Memory* memory = bus_->FindMemory(block_address_, block_size_);
  if (memory == nullptr) return;
  const auto offset =
      model_.FindAccess(memory->bytes + (block_address_ - memory->fact.address), block_address_,
                        block_size_, stop_.address, [this](int number) { return r(number); });
  SetPc(block_address_ + offset.value_or(0));
}

Stop Core::Run(bool single_step) {
  DropCode();
  if (mode_changed_) {
    // Unicorn caches privilege and mode for translation; only this makes it look again.
    mode_changed_ = false;
    Set(UC_ARM_REG_CPSR, Get(UC_ARM_REG_CPSR));
  }
  const uint32_t pc = r(15);
  // Not reached by a branch, so it is no exception return: a vector that leads to nowhere.
  if (pc >= kExceptionReturnSpace) return {StopKind::kFetchFailed, pc, false};
  stop_ = Stop();
  ended_ = false;
  slow_code_.Interrupt();
  resume_pc_.reset();
  stepping_ = single_step;
  step_started_ = false;
  uint64_t end = kNoEnd;
  if (single_step) {
    // The end address is compiled into the translation, so the page must be fresh before and after.
    end = pc + ThumbLength(Halfword(pc));
    stale_pages_.insert({PageOf(pc), PageOf(static_cast<uint32_t>(end))});
    DropCode();
  }
  Promote(pc);
  const bool thumb = (xpsr() & kThumbBit) != 0;
  block_address_ = pc;
  block_size_ = 0;
  const uc_err error =
      thumb ? uc_emu_start(uc_, pc | 1, end, 0, 0) : (End(StopKind::kNotThumb), UC_ERR_OK);
  UndoStore();
  if (single_step) stale_pages_.insert({PageOf(pc), PageOf(static_cast<uint32_t>(end))});
  if (ended_) {
    if (resume_pc_) SetPc(*resume_pc_);
    if (stop_.kind == StopKind::kDataAccessFailed) LocateFault();
  }
  if (timing_) timing_->Settle(r(15));
  if (ended_) return stop_;
  if (error != UC_ERR_OK) {
    if (error == UC_ERR_FETCH_UNMAPPED) return {StopKind::kFetchFailed, r(15), false};
    return {StopKind::kUndefined, 0, false};
  }
  // Without an error or a callback a run ends only at a WFI, or at the end address of a step.
  const bool wait =
      Halfword(pc) == 0xBF30 || (Halfword(pc) == 0xF3AF && Halfword(pc + 2) == 0x8003);
  if (!single_step || wait) return {StopKind::kWaitForInterrupt, 0, false};
  return {StopKind::kStepped, 0, false};
}

}  // namespace edgerack::vboard
