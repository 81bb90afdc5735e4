#include "server/core/result.h"

namespace edgerack::core {

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "VALID";
    case Verdict::kDegraded:
      return "DEGRADED";
    case Verdict::kInvalid:
      return "INVALID";
  }
  return "INVALID";
}

Verdict ParseVerdict(const std::string& name) {
  for (Verdict verdict : {Verdict::kValid, Verdict::kDegraded}) {
    if (name == VerdictName(verdict)) return verdict;
  }
  return Verdict::kInvalid;
}

}  // namespace edgerack::core
