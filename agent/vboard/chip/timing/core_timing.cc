#include "agent/vboard/chip/timing/core_timing.h"

#include <algorithm>
#include <utility>

namespace edgerack::vboard {

TimedBlock::TimedBlock(uint32_t at, std::vector<MicroOp> micro_ops)
    : address(at), ops(std::move(micro_ops)) {
  for (size_t i = 0; i < ops.size(); ++i) {
    const MicroOp& op = ops[i];
    const bool behind_load = i > 0 && ops[i - 1].accesses != 0 && !ops[i - 1].is_store;
    for (int n = 0; n < op.accesses; ++n) {
      accesses.push_back(
          {.op = static_cast<uint16_t>(i),
           .is_store = op.is_store,
           .conditional = (op.flags & kConditional) != 0,
           .behind_load = n == 0 && behind_load,
           .even_multiple = n == 0 && (op.flags & kMultiple) != 0 && op.accesses % 2 == 0,
           .second_word = n % 2 == 1});
    }
  }
  if (ops.empty()) return;
  const MicroOp& last = ops.back();
  size_bytes = last.offset + last.size_bytes;
  branch = {.address = address + last.offset,
            .kind = last.branch,
            .conditional = (last.flags & kConditional) != 0,
            .next_address = address + size_bytes};
}

CoreTiming::CoreTiming(const ChipFacts& facts, const CycleParts& parts, VirtualClock* clock)
    : parts_(parts),
      clock_(clock),
      pipeline_(PipelineOptions{parts.fetch}),
      predictor_(CortexM7Facts().branch),
      memory_(facts, parts) {}

std::unique_ptr<TimedBlock> CoreTiming::Decode(const uint8_t* code, uint32_t address,
                                               size_t size_bytes) const {
  auto block = std::make_unique<TimedBlock>(address, decoder_.Decode(code, address, size_bytes));
  block->region = memory_.RegionAt(address);
  if (parts_.data()) block->plan = AddressPlan::Make(block->ops);
  return block;
}

void CoreTiming::Reset() {
  predictor_.Reset();
  memory_.Reset();
  current_ = nullptr;
  last_.reset();
  state_ = 0;
}

Edge CoreTiming::EdgeInto(uint32_t address) {
  if (!last_) return Edge::kStart;
  const Branch& branch = *last_;
  const bool taken = address != branch.next_address;
  if (branch.kind == BranchKind::kNone) return taken ? Edge::kStart : Edge::kFallThrough;
  const Prediction prediction =
      parts_.branches ? predictor_.Resolve(branch, address) : Prediction::kRight;
  if (prediction == Prediction::kWrong) {
    const bool early = branch.conditional && last_flags_are_old_;
    return early ? Edge::kMispredictedEarly : Edge::kMispredicted;
  }
  if (!taken) return Edge::kFallThrough;
  return prediction == Prediction::kTargetUnknown ? Edge::kRedirected : Edge::kTaken;
}

BlockTiming CoreTiming::Compute(const TimedBlock& block, Edge edge) const {
  if (parts_.pipeline) {
    return pipeline_.Run(states_.state(state_), edge, block.address, block.ops);
  }
  // An instruction a cycle, behind what the edge costs.
  const BranchFacts& facts = CortexM7Facts().branch;
  uint32_t cycle = 0;
  if (edge == Edge::kMispredicted) cycle = facts.mispredict_cycles - 1;
  if (edge == Edge::kMispredictedEarly) cycle = facts.early_mispredict_cycles - 1;
  if (edge == Edge::kRedirected) cycle = facts.redirect_cycles - 1;
  BlockTiming timing;
  for (size_t i = 0; i < block.ops.size(); ++i) timing.issue.push_back(++cycle);
  timing.younger.resize(block.ops.size());
  timing.cycles = cycle;
  return timing;
}

TimedBlock::Entry& CoreTiming::EntryOf(TimedBlock* block, Edge edge) {
  auto& entries = block->entries;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]->start_state != state_ || entries[i]->edge != edge) continue;
    if (i != 0) std::swap(entries[i], entries[0]);
    return *entries[0];
  }
  auto entry = std::make_unique<TimedBlock::Entry>();
  entry->start_state = state_;
  entry->edge = edge;
  entry->timing = Compute(*block, edge);
  entry->end_state = states_.Number(entry->timing.end);
  entries.insert(entries.begin(), std::move(entry));
  return *entries[0];
}

void CoreTiming::Settle(std::optional<uint32_t> pc) {
  if (current_ == nullptr) return;
  uint32_t cycle = entry_->timing.cycles;
  size_t end_op = current_->ops.size();
  last_ = current_->branch;
  last_flags_are_old_ = entry_->timing.flags_are_old;
  if (pc && *pc > current_->address && *pc < current_->address + current_->size_bytes) {
    const uint32_t offset = *pc - current_->address;
    last_.reset();
    for (size_t i = 0; i < current_->ops.size(); ++i) {
      if (current_->ops[i].offset != offset) continue;
      cycle = entry_->timing.issue[i];
      end_op = i;
    }
  }
  if (current_->planned) {
    ChargePlanned(end_op);
  } else if (current_->plan && next_access_ == planned_.size()) {
    ++current_->trials;
  }
  PayUpTo(cycle);
  current_ = nullptr;
}

void CoreTiming::Enter(TimedBlock* block, const CoreRegisters& registers) {
  const Edge edge = EdgeInto(block->address);
  if (edge == Edge::kStart) state_ = 0;
  entry_ = &EntryOf(block, edge);
  state_ = entry_->end_state;
  if (parts_.icache && block->region != nullptr) {
    clock_->Advance(memory_.Fetch(*block->region, block->address, block->size_bytes,
                                  clock_->cycles(), &block->seen));
  }
  current_ = block;
  paid_ = 0;
  next_access_ = 0;
  if (!block->plan) return;
  planned_.resize(block->plan->size());
  for (size_t i = 0; i < planned_.size(); ++i) planned_[i] = block->plan->access(i, registers);
}

void CoreTiming::Access(uint32_t address, uint32_t size_bytes, bool is_store) {
  if (current_ == nullptr || current_->planned) return;
  if (current_->plan) CheckPlan(address, size_bytes);
  std::vector<TimedBlock::Access>& accesses = current_->accesses;
  // What a condition skipped does not come.
  while (next_access_ + 1 < accesses.size() && accesses[next_access_].conditional &&
         accesses[next_access_].is_store != is_store) {
    ++next_access_;
  }
  if (next_access_ >= accesses.size()) return;
  Charge(accesses[next_access_++], address, size_bytes);
}

void CoreTiming::CheckPlan(uint32_t address, uint32_t size_bytes) {
  if (next_access_ < planned_.size()) {
    const AddressPlan::Access& planned = planned_[next_access_];
    if (planned.address == address && planned.size_bytes == size_bytes) return;
  }
  current_->plan.reset();
}

void CoreTiming::ChargePlanned(size_t end_op) {
  while (next_access_ < planned_.size()) {
    TimedBlock::Access& access = current_->accesses[next_access_];
    if (access.op >= end_op) return;
    const AddressPlan::Access& planned = planned_[next_access_++];
    Charge(access, planned.address, planned.size_bytes);
  }
}

void CoreTiming::AtRegister(uint32_t address) {
  if (current_ == nullptr || !current_->planned) return;
  while (next_access_ < planned_.size()) {
    TimedBlock::Access& access = current_->accesses[next_access_];
    const AddressPlan::Access& planned = planned_[next_access_++];
    Charge(access, planned.address, planned.size_bytes);
    if (planned.address == address) return;
  }
}

void CoreTiming::Charge(TimedBlock::Access& access, uint32_t address, uint32_t size_bytes) {
  const bool younger = access.behind_load && entry_->timing.younger[access.op];
  if (!access.is_store && !younger && memory_.LoadsAgain(address, size_bytes, access.seen)) return;
  const uint32_t issue = entry_->timing.issue[access.op];
  const MemoryTiming::Region* region = memory_.RegionAt(address);
  if (region == nullptr) return PayUpTo(issue);  // a register may tell the time
  if (!parts_.data()) return;
  DataAccess data;
  data.address = address;
  data.size_bytes = size_bytes;
  data.is_store = access.is_store;
  data.younger = younger;
  data.even_multiple = access.even_multiple;
  data.second_word = access.second_word && size_bytes == 4;
  const uint64_t now = clock_->cycles() + (issue > paid_ ? issue - paid_ : 0);
  clock_->Advance(memory_.Access(*region, data, now, &access.seen));
}

}  // namespace edgerack::vboard
