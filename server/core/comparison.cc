#include "server/core/comparison.h"

namespace edgerack::core {

const char* ChangeVerdictName(ChangeVerdict verdict) {
  switch (verdict) {
    case ChangeVerdict::kSlower:
      return "SLOWER";
    case ChangeVerdict::kFaster:
      return "FASTER";
    case ChangeVerdict::kSame:
      break;
  }
  return "SAME";
}

ChangeVerdict ParseChangeVerdict(const std::string& name) {
  for (const ChangeVerdict verdict : {ChangeVerdict::kSlower, ChangeVerdict::kFaster}) {
    if (name == ChangeVerdictName(verdict)) return verdict;
  }
  return ChangeVerdict::kSame;
}

}  // namespace edgerack::core
