// How one value, or one result, stands to another.
#ifndef SERVER_CORE_COMPARISON_H_
#define SERVER_CORE_COMPARISON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/core/ids.h"

namespace edgerack::core {

// A field of two results that is not the same.
struct Difference {
  std::string code;   // stable, e.g. "FIRMWARE_DIFFERS"
  std::string field;  // as in a result's JSON
  std::string baseline;
  std::string result;
  std::string message;  // for a person
};

enum class ChangeVerdict { kSame, kSlower, kFaster };
// "SAME", "SLOWER", "FASTER".
const char* ChangeVerdictName(ChangeVerdict verdict);
ChangeVerdict ParseChangeVerdict(const std::string& name);  // kSame for a name it does not know

struct Change {
  double baseline = 0;
  double value = 0;
  double change_percent = 0;
  double band_percent = 0;  // a change inside ± this is noise, or too small to matter
  ChangeVerdict verdict = ChangeVerdict::kSame;
};

struct MetricChange {
  std::string metric;  // cycles, instructions, latency_ms, arena_bytes, top1, …
  Change change;
};

struct LayerChange {
  int32_t index = 0;
  std::string name;
  std::string op;
  std::string kernel;
  Change change;  // in cycles, or instructions on a board without a cycle counter
};

struct ResultComparison {
  ResultId baseline;
  ResultId result;
  std::vector<Difference> refusals;     // not empty: not compared, and the rest is empty
  std::vector<Difference> differences;  // what may explain a change
  std::vector<MetricChange> metrics;    // the judged one first
  std::vector<LayerChange> layers;      // empty when their layers are not the same
  ChangeVerdict verdict = ChangeVerdict::kSame;
  std::string summary;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_COMPARISON_H_
