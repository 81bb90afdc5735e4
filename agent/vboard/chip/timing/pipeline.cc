#include "agent/vboard/chip/timing/pipeline.h"

#include <algorithm>

namespace edgerack::vboard {
namespace {

constexpr int64_t kLongAgo = -1000;
// Ages above every latency do not differ.
constexpr int64_t kOldest = 7;

// The pipeline while it runs through one block. Times are cycles; 0 is the cycle in which the
// block before issued its last instruction.
class Runner {
 public:
  Runner(const CoreFacts& facts, bool fetch, const PipelineState& start, Edge edge,
         uint32_t address)
      : facts_(facts), fetch_(fetch), address_(address) {
    Enter(start, edge);
  }

  void Issue(const MicroOp& op) {
    const int64_t ready = std::max({floor_, Fetched(op), OperandsReady(op), FpReady(op)});
    const bool younger = CanJoin(op) && ready <= now_;
    if (younger) {
      slot_ = IssueClass::kAlone;
    } else {
      now_ = std::max(now_ + 1, ready);
      slot_ = op.issue_class;
      slot_accumulates_ = (op.flags & kFpAccumulates) != 0;
      slot_fp_older_only_ = (op.flags & kFpOlderOnly) != 0;
    }
    result.issue.push_back(static_cast<uint32_t>(std::max<int64_t>(now_, 0)));
    result.younger.push_back(younger);
    result.flags_are_old = now_ - TestedTime(op) >= facts_.branch.early_flags_age;
    const bool early = IsEarly(op, younger);
    now_ += op.cycles - 1;
    Retire(op, early);
  }

  void Finish() {
    result.cycles = static_cast<uint32_t>(now_);
    PipelineState& end = result.end;
    for (int i = 0; i < kRegisters; ++i) {
      const Value& value = values_[static_cast<size_t>(i)];
      const int64_t age = now_ - value.time;
      if (value.producer != Producer::kReady && age <= kOldest) {
        end.registers[static_cast<size_t>(i)] = {value.producer, static_cast<uint8_t>(age)};
      }
    }
    if (now_ - flags_time_ <= kOldest) end.flags_age = static_cast<uint8_t>(now_ - flags_time_);
    if (now_ - accumulate_time_ <= kOldest) {
      end.accumulate_age = static_cast<uint8_t>(now_ - accumulate_time_);
    }
    end.slot = slot_;
    if (slot_ != IssueClass::kAlone) {
      end.slot_accumulates = slot_accumulates_;
      end.slot_fp_older_only = slot_fp_older_only_;
    }
    if (fetch_) {
      end.fetch_lead = static_cast<uint8_t>(
          std::clamp<int64_t>(now_ - fetch_time_, 0, facts_.fetch.queue_entries - 1));
    }
  }

  BlockTiming result;

 private:
  struct Value {
    Producer producer = Producer::kReady;
    int64_t time = kLongAgo;
  };

  void Enter(const PipelineState& start, Edge edge) {
    const int64_t bytes = facts_.fetch.bytes_per_cycle;
    fetched_ = address_ / bytes - 1;
    switch (edge) {
      case Edge::kStart:
        return;
      case Edge::kFallThrough:
        slot_ = start.slot;
        slot_accumulates_ = start.slot_accumulates;
        slot_fp_older_only_ = start.slot_fp_older_only;
        fetched_ = (int64_t{address_} - 1) / bytes;
        break;
      case Edge::kTaken:
        break;
      case Edge::kRedirected:
        floor_ = facts_.branch.redirect_cycles;
        break;
      case Edge::kMispredicted:
        floor_ = facts_.branch.mispredict_cycles;
        break;
      case Edge::kMispredictedEarly:
      case Edge::kCount:
        floor_ = facts_.branch.early_mispredict_cycles;
        break;
    }
    for (size_t i = 0; i < kRegisters; ++i) {
      const PipelineState::Value& value = start.registers[i];
      if (value.producer != Producer::kReady) values_[i] = {value.producer, -int64_t{value.age}};
    }
    if (start.flags_age <= kOldest) flags_time_ = -int64_t{start.flags_age};
    if (start.accumulate_age <= kOldest) accumulate_time_ = -int64_t{start.accumulate_age};
    // A redirect starts fetching anew; its time is part of the penalty.
    fetch_time_ = floor_ > 0 ? floor_ - 1 : -int64_t{start.fetch_lead};
  }

  int64_t Fetched(const MicroOp& op) {
    if (!fetch_) return 0;
    const int64_t last =
        (int64_t{address_} + op.offset + op.size_bytes - 1) / facts_.fetch.bytes_per_cycle;
    const int64_t ahead = facts_.fetch.queue_entries - 1;
    for (; fetched_ < last; ++fetched_) fetch_time_ = std::max(fetch_time_ + 1, now_ - ahead);
    return fetch_time_;
  }

  // When every register that `op` reads is there; `as_early`: for the ALU of the first stage.
  int64_t OperandsReady(const MicroOp& op, bool as_early = false) const {
    int64_t ready = kLongAgo;
    for (size_t consumer = 0; consumer < kConsumers; ++consumer) {
      const bool operand = consumer == static_cast<size_t>(Consumer::kOperand);
      const size_t wanted =
          as_early && operand ? static_cast<size_t>(Consumer::kEarlyOperand) : consumer;
      for (RegisterMask left = op.reads[consumer]; left != 0; left &= left - 1) {
        const Value& value = values_[static_cast<size_t>(__builtin_ctzll(left))];
        const auto producer = static_cast<size_t>(value.producer);
        ready = std::max(ready, value.time + facts_.latency[producer][wanted]);
      }
    }
    if ((op.flags & kReadsFlags) != 0) ready = std::max(ready, flags_time_ + facts_.flags_latency);
    return ready;
  }

  bool InAccumulateShadow(int64_t time) const {
    return time - accumulate_time_ <= facts_.fp_accumulate_hold;
  }

  int64_t FpReady(const MicroOp& op) const {
    if ((op.flags & kFpHeldBack) == 0) return kLongAgo;
    return accumulate_time_ + facts_.fp_accumulate_hold + 1;
  }

  bool CanJoin(const MicroOp& op) const {
    if (!facts_.pairs[static_cast<size_t>(slot_)][static_cast<size_t>(op.issue_class)]) {
      return false;
    }
    const bool op_older_only = (op.flags & kFpOlderOnly) != 0;
    if (op_older_only && InAccumulateShadow(now_) && !slot_accumulates_) return false;
    // The accumulate beside a load, store or move: only as the first of a run.
    if (slot_accumulates_ && op_older_only) return false;
    if ((op.flags & kFpAccumulates) != 0 && slot_fp_older_only_ && InAccumulateShadow(now_)) {
      return false;
    }
    return true;
  }

  bool IsEarly(const MicroOp& op, bool younger) const {
    const uint16_t needed = younger ? kEarlyIfYounger : kEarlyIfOlder;
    return (op.flags & needed) != 0 && OperandsReady(op, true) <= now_;
  }

  // When what a conditional branch looks at was made.
  int64_t TestedTime(const MicroOp& op) const {
    if ((op.flags & kTestsRegister) == 0) return flags_time_;
    const RegisterMask tested = op.reads[static_cast<size_t>(Consumer::kOperand)];
    return tested == 0 ? kLongAgo : values_[static_cast<size_t>(__builtin_ctzll(tested))].time;
  }

  void Retire(const MicroOp& op, bool early) {
    const Producer producer = early ? Producer::kEarlyAlu : op.producer;
    for (RegisterMask left = op.writes; left != 0; left &= left - 1) {
      values_[static_cast<size_t>(__builtin_ctzll(left))] = {producer, now_};
    }
    for (RegisterMask left = op.write_back; left != 0; left &= left - 1) {
      values_[static_cast<size_t>(__builtin_ctzll(left))] = {Producer::kEarlyAlu, now_};
    }
    if ((op.flags & kWritesFlags) != 0) flags_time_ = now_;
    if ((op.flags & kFpAccumulates) != 0) accumulate_time_ = now_;
  }

  const CoreFacts& facts_;
  const bool fetch_;
  const uint32_t address_;
  int64_t now_ = 0;
  int64_t floor_ = 0;  // nothing issues before
  std::array<Value, kRegisters> values_{};
  int64_t flags_time_ = kLongAgo;
  int64_t accumulate_time_ = kLongAgo;
  IssueClass slot_ = IssueClass::kAlone;
  bool slot_accumulates_ = false;
  bool slot_fp_older_only_ = false;
  int64_t fetched_ = 0;  // the last fetched unit of code
  int64_t fetch_time_ = 0;
};

}  // namespace

BlockTiming Pipeline::Run(const PipelineState& start, Edge edge, uint32_t address,
                          const std::vector<MicroOp>& ops) const {
  Runner runner(CortexM7Facts(), options_.fetch, start, edge, address);
  for (const MicroOp& op : ops) runner.Issue(op);
  runner.Finish();
  return std::move(runner.result);
}

}  // namespace edgerack::vboard
