#include "agent/vboard/chip/timing/branch_predictor.h"

#include <algorithm>

namespace edgerack::vboard {
namespace {

constexpr uint8_t kWeaklyNotTaken = 1, kWeaklyTaken = 2, kStronglyTaken = 3;

}  // namespace

BranchPredictor::BranchPredictor(const BranchFacts& facts)
    : facts_(facts),
      counters_(facts.counters, kWeaklyNotTaken),
      targets_(facts.target_entries),
      returns_(facts.return_stack_depth) {}

void BranchPredictor::Reset() { *this = BranchPredictor(facts_); }

bool BranchPredictor::GuessDirection(uint32_t address, bool taken) {
  // The history on the upper bits: neighbours in a loop do not share counters.
  const uint32_t index = (address >> 1) ^ history_ * (facts_.counters >> facts_.history_bits);
  uint8_t& counter = counters_[index & (facts_.counters - 1)];
  const bool guess = counter >= kWeaklyTaken;
  if (taken && counter < kStronglyTaken) ++counter;
  if (!taken && counter > 0) --counter;
  history_ = (history_ << 1 | (taken ? 1 : 0)) & ((1u << facts_.history_bits) - 1);
  return guess;
}

BranchPredictor::Target& BranchPredictor::TargetOf(uint32_t address) {
  return targets_[(address >> 1) & (facts_.target_entries - 1)];
}

void BranchPredictor::PushReturn(uint32_t address) {
  return_top_ = (return_top_ + 1) % facts_.return_stack_depth;
  returns_[return_top_] = address;
}

uint32_t BranchPredictor::PopReturn() {
  const uint32_t address = returns_[return_top_];
  return_top_ = (return_top_ + facts_.return_stack_depth - 1) % facts_.return_stack_depth;
  return address;
}

Prediction BranchPredictor::Resolve(const Branch& branch, uint32_t went_to) {
  const bool taken = went_to != branch.next_address;
  bool right = true;
  if (branch.conditional) {
    right = GuessDirection(branch.address, taken) == taken;
    if (!taken) return right ? Prediction::kRight : Prediction::kWrong;
  }
  if (branch.kind == BranchKind::kReturn) {
    return PopReturn() == went_to && right ? Prediction::kRight : Prediction::kWrong;
  }
  if (branch.kind == BranchKind::kCall || branch.kind == BranchKind::kIndirectCall) {
    PushReturn(branch.next_address);
  }
  Target& entry = TargetOf(branch.address);
  const bool known = entry.address == branch.address && entry.target == went_to;
  entry = {branch.address, went_to};
  if (!right) return Prediction::kWrong;
  if (known) return Prediction::kRight;
  const bool direct = branch.kind == BranchKind::kDirect || branch.kind == BranchKind::kCall;
  return direct ? Prediction::kTargetUnknown : Prediction::kWrong;
}

}  // namespace edgerack::vboard
