#include "agent/board/function_table.h"

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace edgerack::agent {

absl::StatusOr<FunctionTable> FunctionTable::Parse(const std::string& text) {
  FunctionTable table;
  int line_number = 0;
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    ++line_number;
    const std::vector<std::string> fields = absl::StrSplit(line, ' ');
    Function function;
    const bool good =
        fields.size() == 4 && absl::SimpleHexAtoi(fields[0], &function.address) &&
        absl::SimpleAtoi(fields[1], &function.bytes) &&
        (table.functions_.empty() || function.address > table.functions_.back().address);
    if (!good) {
      return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kInfrastructure,
                       "BAD_FUNCTION_LIST",
                       "line " + std::to_string(line_number) +
                           " of the firmware's list of functions is not ADDRESS BYTES NAME FILE by "
                           "address; build the firmware again");
    }
    function.name = fields[2];
    if (fields[3] != "-") function.file = fields[3];
    table.functions_.push_back(std::move(function));
  }
  return table;
}

std::vector<FunctionSamples> FunctionTable::Count(
    const std::vector<uint32_t>& program_counters) const {
  std::map<const Function*, int64_t> counts;
  for (uint32_t pc : program_counters) {
    auto after = std::upper_bound(
        functions_.begin(), functions_.end(), pc,
        [](uint32_t address, const Function& function) { return address < function.address; });
    const Function* found = after == functions_.begin() ? nullptr : &*std::prev(after);
    if (found != nullptr && pc - found->address >= found->bytes) found = nullptr;
    ++counts[found];
  }
  std::vector<FunctionSamples> samples;
  for (const auto& [function, count] : counts) {
    samples.push_back(function == nullptr ? FunctionSamples{"", "", count}
                                          : FunctionSamples{function->name, function->file, count});
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.samples > b.samples; });
  return samples;
}

}  // namespace edgerack::agent
