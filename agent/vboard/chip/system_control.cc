#include "agent/vboard/chip/system_control.h"

#include <algorithm>
#include <utility>

namespace edgerack::vboard {
namespace {

// Offsets from 0xE000E000.
constexpr uint32_t kIctr = 0x004, kActlr = 0x008, kSysTickFirst = 0x010, kSysTickLast = 0x01F;
constexpr uint32_t kIser = 0x100, kIcer = 0x180, kIspr = 0x200, kIcpr = 0x280, kIabr = 0x300,
                   kIpr = 0x400, kNvicEnd = 0x800;
constexpr uint32_t kCpuid = 0xD00, kIcsr = 0xD04, kVtor = 0xD08, kAircr = 0xD0C, kScr = 0xD10,
                   kCcr = 0xD14, kShpr1 = 0xD18, kShpr3 = 0xD20, kShcsr = 0xD24, kCfsr = 0xD28,
                   kHfsr = 0xD2C, kDfsr = 0xD30, kMmfar = 0xD34, kBfar = 0xD38, kAfsr = 0xD3C,
                   kIdPfr0 = 0xD40, kIdPfr1 = 0xD44, kIdDfr0 = 0xD48, kIdMmfr0 = 0xD50,
                   kIdIsar0 = 0xD60, kIdIsar1 = 0xD64, kIdIsar2 = 0xD68, kIdIsar3 = 0xD6C,
                   kIdIsar4 = 0xD70, kClidr = 0xD78, kCtr = 0xD7C, kCcsidr = 0xD80, kCsselr = 0xD84,
                   kCpacr = 0xD88;
constexpr uint32_t kMpuType = 0xD90, kMpuCtrl = 0xD94, kMpuRnr = 0xD98, kMpuRbar = 0xD9C,
                   kMpuLast = 0xDBC;
constexpr uint32_t kDebugFirst = 0xDF0, kDebugLast = 0xDFC, kStir = 0xF00, kFpccr = 0xF34,
                   kFpcar = 0xF38, kFpdscr = 0xF3C, kMvfr0 = 0xF40, kMvfr1 = 0xF44, kMvfr2 = 0xF48,
                   kItcmcr = 0xF90, kDtcmcr = 0xF94, kAhbpcr = 0xF98, kCacr = 0xF9C;
constexpr uint32_t kFixedCcr = 0x00040200;  // BP and STKALIGN always read as one

struct SystemHandlerBit {
  int exception;
  int active_bit;
  int pending_bit;  // -1: none
  int enable_bit;   // -1: none
};
constexpr SystemHandlerBit kHandlerBits[] = {
    {kMemManage, 0, 13, 16}, {kBusFault, 1, 14, 17},     {kUsageFault, 3, 12, 18},
    {kSvCall, 7, 15, -1},    {kDebugMonitor, 8, -1, -1}, {kPendSv, 10, -1, -1},
    {kSysTick, 11, -1, -1},
};

}  // namespace

SystemControl::SystemControl(const ChipFacts& facts, ExceptionTable* table, SysTick* systick,
                             DebugUnit* debug, const AccessOrigin* origin, Callbacks callbacks)
    : facts_(facts),
      table_(table),
      systick_(systick),
      debug_(debug),
      origin_(origin),
      callbacks_(std::move(callbacks)) {
  Reset();
}

void SystemControl::Reset() {
  table_->Reset();
  systick_->Reset();
  vtor_ = scr_ = 0;
  ccr_ = kFixedCcr;
  cfsr_ = hfsr_ = mmfar_ = bfar_ = afsr_ = 0;
  cpacr_ = fpcar_ = fpdscr_ = csselr_ = actlr_ = 0;
  fpccr_ = 0xC0000000;
  itcmcr_ = dtcmcr_ = 1;
  ahbpcr_ = 1;
  cacr_ = 0;
  mpu_ = MpuRegisters();
  mpu_region_ = 0;
}

uint32_t SystemControl::ReadPriorities(int first) const {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    if (first + i < table_->count()) value |= uint32_t{table_->priority(first + i)} << (8 * i);
  }
  return value;
}

void SystemControl::WritePriorities(int first, uint32_t value, uint32_t mask) {
  for (int i = 0; i < 4; ++i) {
    if ((mask >> (8 * i) & 0xFF) == 0 || first + i >= table_->count()) continue;
    if (first + i < kMemManage) continue;
    table_->SetPriority(first + i, static_cast<uint8_t>(value >> (8 * i)));
  }
}

uint32_t SystemControl::ReadNvic(uint32_t offset) const {
  if (offset >= kIpr) return ReadPriorities(kFirstIrq + static_cast<int>(offset - kIpr));
  const int first = kFirstIrq + static_cast<int>((offset & 0x7F) * 8);
  uint32_t value = 0;
  for (int i = 0; i < 32 && first + i < table_->count(); ++i) {
    bool bit = false;
    if (offset < kIspr) {
      bit = table_->enabled(first + i);
    } else if (offset < kIabr) {
      bit = table_->pending(first + i);
    } else {
      bit = table_->active(first + i);
    }
    if (bit) value |= 1u << i;
  }
  return value;
}

bool SystemControl::WriteNvic(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset >= kIpr) {
    WritePriorities(kFirstIrq + static_cast<int>(offset - kIpr), value, mask);
    return true;
  }
  const int first = kFirstIrq + static_cast<int>((offset & 0x7F) * 8);
  for (int i = 0; i < 32 && first + i < table_->count(); ++i) {
    if ((value & mask & (1u << i)) == 0) continue;
    if (offset < kIcer) {
      table_->SetEnabled(first + i, true);
    } else if (offset < kIspr) {
      table_->SetEnabled(first + i, false);
    } else if (offset < kIcpr) {
      table_->SetPending(first + i, true);
    } else if (offset < kIabr) {
      table_->SetPending(first + i, false);
    }
  }
  return true;
}

uint32_t SystemControl::ReadIcsr() const {
  uint32_t value = callbacks_.current_exception() & 0x1FF;
  if (table_->ActiveCount() <= 1) value |= 1u << 11;  // RETTOBASE
  value |= static_cast<uint32_t>(table_->HighestPending()) << 12;
  for (int n = kFirstIrq; n < table_->count(); ++n) {
    if (table_->pending(n)) value |= 1u << 22;
  }
  if (table_->pending(kSysTick)) value |= 1u << 26;
  if (table_->pending(kPendSv)) value |= 1u << 28;
  if (table_->pending(kNmi)) value |= 1u << 31;
  return value;
}

uint32_t SystemControl::ReadShcsr() const {
  uint32_t value = 0;
  for (const SystemHandlerBit& bit : kHandlerBits) {
    if (table_->active(bit.exception)) value |= 1u << bit.active_bit;
    if (bit.pending_bit >= 0 && table_->pending(bit.exception)) value |= 1u << bit.pending_bit;
    if (bit.enable_bit >= 0 && table_->enabled(bit.exception)) value |= 1u << bit.enable_bit;
  }
  return value;
}

uint32_t SystemControl::Read(uint32_t offset) {
  if (offset >= kSysTickFirst && offset <= kSysTickLast) {
    return systick_->Read(offset - kSysTickFirst);
  }
  if (offset >= kIser && offset < kNvicEnd) return ReadNvic(offset);
  return ReadScb(offset);
}

uint32_t SystemControl::ReadScb(uint32_t offset) {
  if (offset == kDfsr || (offset >= kDebugFirst && offset <= kDebugLast)) {
    return debug_->Read(offset - 0xD00);
  }
  if (offset >= kShpr1 && offset <= kShpr3)
    return ReadPriorities(4 + static_cast<int>(offset - kShpr1));
  if (offset >= kMpuRbar && offset <= kMpuLast) {
    const MpuRegisters::Region& region = mpu_.regions[mpu_region_ % facts_.mpu_regions];
    return (offset & 7) == 4 ? region.base | (mpu_region_ & 0xF) : region.attributes;
  }
  switch (offset) {
    case kIctr:
      return static_cast<uint32_t>((facts_.irq_count + 31) / 32 - 1);
    case kActlr:
      return actlr_;
    case kCpuid:
      return facts_.cpuid;
    case kIcsr:
      return ReadIcsr();
    case kVtor:
      return vtor_;
    case kAircr:
      return 0xFA050000 | (static_cast<uint32_t>(table_->priority_group()) << 8);
    case kScr:
      return scr_;
    case kCcr:
      return ccr_;
    case kShcsr:
      return ReadShcsr();
    case kCfsr:
      return cfsr_;
    case kHfsr:
      return hfsr_;
    case kMmfar:
      return mmfar_;
    case kBfar:
      return bfar_;
    case kAfsr:
      return afsr_;
    case kIdPfr0:
      return 0x00000030;
    case kIdPfr1:
      return 0x00000200;
    case kIdDfr0:
      return 0x00100000;
    case kIdMmfr0:
      return 0x00100030;
    case kIdIsar0:
      return 0x01101110;
    case kIdIsar1:
      return 0x02112000;
    case kIdIsar2:
      return 0x20232231;
    case kIdIsar3:
      return 0x01111131;
    case kIdIsar4:
      return 0x01310132;
    case kClidr:
      return facts_.clidr;
    case kCtr:
      return facts_.ctr;
    case kCcsidr:
      return (csselr_ & 1) != 0 ? facts_.ccsidr_instruction : facts_.ccsidr_data;
    case kCsselr:
      return csselr_;
    case kCpacr:
      return cpacr_;
    case kMpuType:
      return facts_.mpu_regions << 8;
    case kMpuCtrl:
      return mpu_.control;
    case kMpuRnr:
      return mpu_region_;
    case kFpccr:
      return fpccr_;
    case kFpcar:
      return fpcar_;
    case kFpdscr:
      return fpdscr_;
    case kMvfr0:
      return facts_.mvfr0;
    case kMvfr1:
      return facts_.mvfr1;
    case kMvfr2:
      return facts_.mvfr2;
    case kItcmcr:
      return itcmcr_ | (0x5u << 3);
    case kDtcmcr:
      return dtcmcr_ | (0x7u << 3);
    case kAhbpcr:
      return ahbpcr_ | (0x1u << 1);
    case kCacr:
      return cacr_;
    default:
      return 0;
  }
}

void SystemControl::WriteAircr(uint32_t value) {
  if (value >> 16 != 0x05FA) return;
  table_->SetPriorityGroup(static_cast<int>((value >> 8) & 7));
  // VECTRESET (bit 0) is for the debugger; on this core it resets like the other.
  if ((value & 4) != 0 || ((value & 1) != 0 && origin_->debugger)) callbacks_.request_reset();
}

void SystemControl::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset >= kSysTickFirst && offset <= kSysTickLast) {
    systick_->Write(offset - kSysTickFirst, value, mask);
  } else if (offset >= kIser && offset < kNvicEnd) {
    WriteNvic(offset, value, mask);
  } else {
    WriteScb(offset, value, mask);
  }
  callbacks_.attention();
}

void SystemControl::WriteScb(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset == kDfsr || (offset >= kDebugFirst && offset <= kDebugLast)) {
    debug_->Write(offset - 0xD00, value, mask);
    return;
  }
  if (offset >= kShpr1 && offset <= kShpr3) {
    WritePriorities(4 + static_cast<int>(offset - kShpr1), value, mask);
    return;
  }
  if (offset >= kMpuRbar && offset <= kMpuLast) {
    if ((offset & 7) == 4) {
      if ((value & 0x10) != 0) mpu_region_ = value & 0xF;
      mpu_.regions[mpu_region_ % facts_.mpu_regions].base = value & 0xFFFFFFE0;
    } else {
      mpu_.regions[mpu_region_ % facts_.mpu_regions].attributes = value;
    }
    return;
  }
  const auto merge = [value, mask](uint32_t* target) { *target = Merge(*target, value, mask); };
  const uint32_t set = value & mask;
  switch (offset) {
    case kActlr:
      return merge(&actlr_);
    case kIcsr:
      if ((set & (1u << 31)) != 0) table_->SetPending(kNmi, true);
      if ((set & (1u << 28)) != 0) table_->SetPending(kPendSv, true);
      if ((set & (1u << 27)) != 0) table_->SetPending(kPendSv, false);
      if ((set & (1u << 26)) != 0) table_->SetPending(kSysTick, true);
      if ((set & (1u << 25)) != 0) table_->SetPending(kSysTick, false);
      return;
    case kVtor:
      merge(&vtor_);
      vtor_ &= 0xFFFFFF80;
      return;
    case kAircr:
      return WriteAircr(set);
    case kScr:
      merge(&scr_);
      scr_ &= 0x16;
      return;
    case kCcr:
      merge(&ccr_);
      ccr_ = (ccr_ & 0x0007031B) | kFixedCcr;
      return;
    case kShcsr:
      for (const SystemHandlerBit& bit : kHandlerBits) {
        if (bit.enable_bit >= 0 && (mask >> bit.enable_bit & 1) != 0) {
          table_->SetEnabled(bit.exception, (value >> bit.enable_bit & 1) != 0);
        }
        if (bit.pending_bit >= 0 && (mask >> bit.pending_bit & 1) != 0) {
          table_->SetPending(bit.exception, (value >> bit.pending_bit & 1) != 0);
        }
        if ((mask >> bit.active_bit & 1) != 0) {
          table_->SetActive(bit.exception, (value >> bit.active_bit & 1) != 0);
        }
      }
      return;
    case kCfsr:
      cfsr_ &= ~set;
      return;
    case kHfsr:
      hfsr_ &= ~set;
      return;
    case kMmfar:
      return merge(&mmfar_);
    case kBfar:
      return merge(&bfar_);
    case kAfsr:
      afsr_ &= ~set;
      return;
    case kCsselr:
      merge(&csselr_);
      csselr_ &= 0xF;
      return;
    case kCpacr:
      merge(&cpacr_);
      cpacr_ &= 0x00F00000;
      return;
    case kMpuCtrl:
      merge(&mpu_.control);
      mpu_.control &= 7;
      return;
    case kMpuRnr:
      mpu_region_ = std::min(set & 0xFF, facts_.mpu_regions - 1);
      return;
    case kStir:
      if ((set & 0x1FF) < static_cast<uint32_t>(table_->irq_count())) {
        table_->SetPending(kFirstIrq + static_cast<int>(set & 0x1FF), true);
      }
      return;
    case kFpccr:
      return merge(&fpccr_);
    case kFpcar:
      return merge(&fpcar_);
    case kFpdscr:
      merge(&fpdscr_);
      fpdscr_ &= 0x07C00000;
      return;
    case kItcmcr:
      merge(&itcmcr_);
      itcmcr_ &= 7;
      return;
    case kDtcmcr:
      merge(&dtcmcr_);
      dtcmcr_ &= 7;
      return;
    case kAhbpcr:
      merge(&ahbpcr_);
      ahbpcr_ &= 1;
      return;
    case kCacr:
      merge(&cacr_);
      cacr_ &= 7;
      return;
    default:
      if (callbacks_.cache_maintenance) callbacks_.cache_maintenance(offset, value);
      return;
  }
}

}  // namespace edgerack::vboard
