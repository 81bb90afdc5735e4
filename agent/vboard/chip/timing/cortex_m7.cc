// The Cortex-M7's times. Arm publishes no table of them. How sure each is:
//   H measured on silicon by others and published · V a vendor's statement · T a compiler's
//   scheduling table · F fitted to published times of whole programs · A assumed
// Sources:
//   J   jnk0le, "random", doc/cortex_m7.md (STM32H743, DWT loops)
//   Q   quinapalus.com/cm7cycles.html (STM32H730)
//   L   LLVM, ARMScheduleM7.td
//   P   Arm DDI 0489, on the prefetch unit
#include "agent/vboard/chip/timing/cortex_m7.h"

namespace edgerack::vboard {
namespace {

using Latencies = std::array<std::array<uint8_t, kConsumers>, kProducers>;
using Pairs = std::array<std::array<bool, kIssueClasses>, kIssueClasses>;

Latencies MakeLatencies() {
  Latencies table{};
  const auto row = [&table](Producer producer, std::array<uint8_t, kConsumers> values) {
    table[static_cast<size_t>(producer)] = values;
  };
  // Consumers: operand, early operand, address, multiplicand, accumulator, store data;
  // then of the FPU: operand, accumulator of VFMA, of VMLA, store data, move to the core.
  row(Producer::kEarlyAlu, {0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0});      // H J; address write-back too
  row(Producer::kLateAlu, {1, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0});       // H J
  row(Producer::kReverse, {0, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0});       // H J
  row(Producer::kSaturate, {2, 3, 3, 2, 1, 0, 0, 0, 0, 0, 0});      // T L
  row(Producer::kLoadWord, {1, 2, 3, 2, 1, 0, 0, 0, 0, 0, 0});      // H J; early T L; address H Q
  row(Producer::kLoadNarrow, {2, 3, 3, 2, 1, 0, 0, 0, 0, 0, 0});    // H J; address A
  row(Producer::kMultiply, {2, 3, 3, 2, 1, 1, 0, 0, 0, 0, 0});      // H J, Q
  row(Producer::kFpArithmetic, {0, 0, 0, 0, 0, 0, 3, 3, 2, 1, 3});  // H J
  row(Producer::kFpFused, {0, 0, 0, 0, 0, 0, 5, 3, 2, 3, 5});       // H J
  row(Producer::kFpChained, {0, 0, 0, 0, 0, 0, 6, 3, 3, 4, 6});     // H J, T L
  row(Producer::kFpLoad, {0, 0, 0, 0, 0, 0, 1, 3, 2, 1, 1});        // H J; store and move A
  row(Producer::kFpFromCore, {0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3});    // H J
  return table;
}

// H J. An `x` may not share the cycle: row the older, column the younger.
Pairs MakePairs() {
  Pairs pairs{};
  const auto row = [&pairs](IssueClass older, const char* younger) {
    for (size_t i = 0; i < kIssueClasses; ++i) {
      pairs[static_cast<size_t>(older)][i] = younger[i] == 'y';
    }
  };
  // alone, simple, shift, inline, bit field, extend, multiply, load, store, FP, branch, locking
  row(IssueClass::kAlone, "xxxxxxxxxxxx");
  row(IssueClass::kSimple, "xyyyxxyyyyyy");
  row(IssueClass::kMoveShift, "xyyxxxyyyyyy");
  row(IssueClass::kInlineShift, "xyyxxxyyyyyy");
  row(IssueClass::kBitField, "xyyxxxyyyyyy");
  row(IssueClass::kExtend, "xyyyxxyyyyyy");
  row(IssueClass::kMultiply, "xyyyxxxyxyyy");
  row(IssueClass::kLoad, "xyyyxxyyyyyy");
  row(IssueClass::kStore, "xyyyxxxyxyyy");
  row(IssueClass::kFpArithmetic, "xyyyxxyyyxyx");
  row(IssueClass::kBranch, "xyyyyyyyyyxy");
  row(IssueClass::kLocking, "xyyyxxxxxxxx");
  return pairs;
}

CoreFacts Make() {
  CoreFacts f;
  f.latency = MakeLatencies();
  f.pairs = MakePairs();
  f.flags_latency = 1;       // H Q: adcs behind adcs
  f.fp_accumulate_hold = 3;  // H J
  f.branch = {
      .history_bits = 4,             // F: max-pool loops of two and three rounds
      .counters = 1024,              // F
      .target_entries = 1024,        // A: 64 would cost CoreMark 2.5 %
      .return_stack_depth = 8,       // A
      .mispredict_cycles = 8,        // H J
      .early_mispredict_cycles = 6,  // H J
      .early_flags_age = 3,          // H J
      .redirect_cycles = 3,          // A
  };
  f.fetch = {
      .bytes_per_cycle = 8,  // V P
      .queue_entries = 4,    // V P
  };
  f.store_buffer = {
      .entries = 5,                    // H J: about
      .word_tenths = 10,               // H J
      .unaligned_tenths = 40,          // H J
      .narrow_same_bank_tenths = 40,   // H J, of a chip whose RAM has ECC; A for others
      .narrow_other_bank_tenths = 20,  // as above
      .narrow_next_tenths = 24,        // as above
  };
  f.unaligned = {
      .load_cycles = 3,                // H J, F
      .younger_load_cycles = 4,        // H J
      .odd_store_multiple_cycles = 1,  // H J
  };
  f.cache = {
      .replacement = Replacement::kLeastRecentlyUsed,  // A: random changes results by up to 5 %
      .write_back_bus_cycles = 4,                      // A
      .fill_buffers = 2,                               // A
  };
  return f;
}

}  // namespace

const CoreFacts& CortexM7Facts() {
  static const CoreFacts* const kFacts = new CoreFacts(Make());
  return *kFacts;
}

const OccupancyFacts& CortexM7Occupancy() {
  static const OccupancyFacts kFacts = {
      .divide = 7,           // A: 6 to 7, depends on the values; L says 7
      .fp_divide = 16,       // H J
      .fp_square_root = 14,  // H J
      .barrier = 10,         // A
      .double_add = 3,       // H J: 1 to 3
      .double_multiply = 5,  // H J
      .double_fused = 8,     // H J: 7 to 8
      .double_divide = 30,   // H J
      .words_per_cycle = 2,  // H J
  };
  return kFacts;
}

}  // namespace edgerack::vboard
