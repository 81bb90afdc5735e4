#include "agent/vboard/chip/slow_code.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <cstdlib>

namespace edgerack::vboard {
namespace {

constexpr double kMostPercent = 1000;

// Decimal or 0x…; false for anything else and beyond 32 bits.
bool ReadAddress(const std::string& text, uint32_t* address) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  char* end = nullptr;
  const unsigned long long value = std::strtoull(text.c_str(), &end, 0);
  if (*end != '\0' || value > UINT32_MAX) return false;
  *address = static_cast<uint32_t>(value);
  return true;
}

}  // namespace

absl::StatusOr<SlowRange> ParseSlowRange(const std::string& text) {
  SlowRange range;
  const size_t dash = text.find('-');
  const size_t equals = text.find('=');
  const bool parts = dash != text.npos && equals != text.npos && dash < equals;
  if (!parts || !ReadAddress(text.substr(0, dash), &range.first) ||
      !ReadAddress(text.substr(dash + 1, equals - dash - 1), &range.end) ||
      !absl::SimpleAtod(text.substr(equals + 1), &range.percent) || range.first >= range.end ||
      !(range.percent > 0) || range.percent > kMostPercent) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not FROM-TO=PCT, e.g. 0x08001000-0x08001400=5"));
  }
  return range;
}

}  // namespace edgerack::vboard
