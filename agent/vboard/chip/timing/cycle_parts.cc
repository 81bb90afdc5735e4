#include "agent/vboard/chip/timing/cycle_parts.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

namespace edgerack::vboard {
namespace {

struct Part {
  const char* name;
  bool CycleParts::*member;
};
constexpr Part kParts[] = {
    {"pipeline", &CycleParts::pipeline},   {"fetch", &CycleParts::fetch},
    {"branches", &CycleParts::branches},   {"icache", &CycleParts::icache},
    {"dcache", &CycleParts::dcache},       {"stores", &CycleParts::stores},
    {"unaligned", &CycleParts::unaligned}, {"banks", &CycleParts::banks},
};

}  // namespace

CycleParts CycleParts::None() {
  CycleParts parts;
  for (const Part& part : kParts) parts.*part.member = false;
  return parts;
}

absl::StatusOr<CycleParts> ParseCycleParts(const std::string& text) {
  if (text == "on") return CycleParts();
  CycleParts parts = CycleParts::None();
  if (text == "off") return parts;
  for (const absl::string_view name : absl::StrSplit(text, ',')) {
    bool found = false;
    for (const Part& part : kParts) {
      if (name != part.name) continue;
      parts.*part.member = true;
      found = true;
    }
    if (found) continue;
    std::string known;
    for (const Part& part : kParts) absl::StrAppend(&known, known.empty() ? "" : ", ", part.name);
    return absl::InvalidArgumentError(absl::StrCat("the cycle model has no part '", name,
                                                   "'; there is on, off, or some of ", known,
                                                   ", separated by commas"));
  }
  return parts;
}

}  // namespace edgerack::vboard
