// Pipeline states by number: few exist in a program, and a number is quickly compared.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_STATE_TABLE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_STATE_TABLE_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/vboard/chip/timing/pipeline.h"

namespace edgerack::vboard {

class StateTable {
 public:
  // Number 0 is the state in which nothing is outstanding.
  StateTable() { Number(PipelineState()); }

  uint32_t Number(const PipelineState& state) {
    const auto number = static_cast<uint32_t>(states_.size());
    const auto [it, added] = numbers_.emplace(Key(state), number);
    if (added) states_.push_back(state);
    return it->second;
  }
  const PipelineState& state(uint32_t number) const { return states_[number]; }
  size_t size() const { return states_.size(); }

 private:
  static std::string Key(const PipelineState& state) {
    std::string key;
    key.reserve(2 * kRegisters + 8);
    for (const PipelineState::Value& value : state.registers) {
      key.push_back(static_cast<char>(value.producer));
      key.push_back(static_cast<char>(value.age));
    }
    for (const int value :
         {int{state.flags_age}, int{state.accumulate_age}, static_cast<int>(state.slot),
          int{state.slot_accumulates}, int{state.slot_fp_older_only}, int{state.fetch_lead}}) {
      key.push_back(static_cast<char>(value));
    }
    return key;
  }

  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<PipelineState> states_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_STATE_TABLE_H_
