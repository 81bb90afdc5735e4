// An instruction as the pipeline sees it: what it reads and when, what it makes and when, which
// unit it needs. Made by decode.h, issued by pipeline.h.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_MICRO_OP_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_MICRO_OP_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace edgerack::vboard {

// Registers as bits of a mask: 0..15 the core's, 16..47 S0..S31 (a D register is two of them).
using RegisterMask = uint64_t;
inline constexpr int kRegisters = 48;
inline constexpr int kFirstFpRegister = 16;
inline constexpr RegisterMask RegisterBit(int number) { return RegisterMask{1} << number; }

// Who made a value; with its age it tells when whom can use it.
enum class Producer : uint8_t {
  kReady,  // long ago
  kEarlyAlu,
  kLateAlu,
  kReverse,
  kSaturate,
  kLoadWord,
  kLoadNarrow,
  kMultiply,
  kFpArithmetic,
  kFpFused,
  kFpChained,
  kFpLoad,
  kFpFromCore,
  kCount
};

// What a value is needed for.
enum class Consumer : uint8_t {
  kOperand,
  kEarlyOperand,
  kAddress,
  kMultiplicand,
  kAccumulator,
  kStoreData,
  kFpOperand,
  kFpFusedAccumulator,
  kFpChainedAccumulator,
  kFpStoreData,
  kFpToCore,
  kCount
};
inline constexpr size_t kProducers = static_cast<size_t>(Producer::kCount);
inline constexpr size_t kConsumers = static_cast<size_t>(Consumer::kCount);

// What decides who may share a cycle.
enum class IssueClass : uint8_t {
  kAlone,        // never shares a cycle
  kSimple,       // ALU, no shifter
  kMoveShift,    // a shift as a move
  kInlineShift,  // operand shifted, or a rotated constant
  kBitField,     // bfi, ubfx, rev, pkh, sxta, ssat
  kExtend,       // plain extensions and parallel arithmetic
  kMultiply,
  kLoad,
  kStore,
  kFpArithmetic,
  kBranch,
  kLocking,  // divides: holds the pipeline, one integer instruction may ride along
  kCount
};
inline constexpr size_t kIssueClasses = static_cast<size_t>(IssueClass::kCount);

enum class BranchKind : uint8_t { kNone, kDirect, kCall, kIndirect, kIndirectCall, kReturn };

// Rules of the floating-point unit for the cycles behind a multiply-accumulate.
enum MicroOpFlags : uint16_t {
  kReadsFlags = 1,  // IT, ADC, SBC, SEL, RRX: wait for the flags
  kWritesFlags = 2,
  kEarlyIfOlder = 4,      // runs in the early ALU as the older of a pair, its inputs ready
  kEarlyIfYounger = 8,    // and as the younger
  kFpAccumulates = 16,    // VFMA, VMLA: starts those cycles
  kFpHeldBack = 32,       // cannot issue in them
  kFpOlderOnly = 64,      // only as the older of a pair in them; never beside the accumulate
  kConditional = 128,     // in an IT block, or a conditional branch
  kMultiple = 256,        // LDM, STM and their kin: an access per register
  kTestsRegister = 512,   // CBZ, CBNZ
  kUnknownWrites = 1024,  // may change registers that `writes` does not name
};

struct MicroOp {
  uint32_t offset = 0;  // in the block
  uint8_t size_bytes = 2;
  IssueClass issue_class = IssueClass::kSimple;
  BranchKind branch = BranchKind::kNone;
  uint8_t cycles = 1;  // that it holds the issue stage
  uint16_t flags = 0;
  std::array<RegisterMask, kConsumers> reads{};
  RegisterMask writes = 0;  // as `producer`
  Producer producer = Producer::kLateAlu;
  RegisterMask write_back = 0;  // of the address: as an early ALU's
  // Its data accesses in order, one behind the other in memory.
  uint8_t accesses = 0;
  uint8_t access_bytes = 0;  // of each; 0: it may not come
  bool is_store = false;
  uint32_t target = 0;  // of a direct branch
  // Where it accesses: base + offset + (index << shift); -1: none, 15: the literal's address is in
  // `displacement`.
  int8_t base = -1;
  int8_t index = -1;
  uint8_t index_shift = 0;
  int32_t displacement = 0;
  // What it adds to its base (`write_back`).
  bool step_is_known = false;
  int32_t step = 0;
  // dest = a + (b << shift) + constant, if it is no more than that; -1: no register.
  struct {
    int8_t dest = -1, a = -1, b = -1;
    uint8_t shift = 0;
    int32_t constant = 0;
  } sum;

  RegisterMask& read(Consumer consumer) { return reads[static_cast<size_t>(consumer)]; }
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_MICRO_OP_H_
