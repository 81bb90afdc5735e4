#include "agent/vboard/chip/timing/address_plan.h"

namespace edgerack::vboard {
namespace {

using Sum = AddressPlan::Sum;
// What each register holds, as a sum of those at the block's start.
using Values = std::array<std::optional<Sum>, 15>;

std::optional<Sum> Plus(std::optional<Sum> sum, int32_t constant) {
  if (sum) sum->constant += static_cast<uint32_t>(constant);
  return sum;
}

// a + (b << shift), if that still is such a sum.
std::optional<Sum> Plus(std::optional<Sum> a, const std::optional<Sum>& b, int shift) {
  if (!a || !b) return std::nullopt;
  a->constant += b->constant << shift;
  if (b->base >= 0 && b->index >= 0) return std::nullopt;
  const int8_t more = b->base >= 0 ? b->base : b->index;
  if (more < 0) return a;
  const int more_shift = shift + (b->base >= 0 ? 0 : b->shift);
  if (more_shift == 0 && a->base < 0) {
    a->base = more;
  } else if (a->index < 0) {
    a->index = more;
    a->shift = static_cast<uint8_t>(more_shift);
  } else {
    return std::nullopt;
  }
  return more_shift < 32 ? a : std::nullopt;
}

std::optional<Sum> ValueOf(const Values& values, int reg) {
  if (reg < 0) return Sum();
  return reg < 15 ? values[static_cast<size_t>(reg)] : std::nullopt;
}

std::optional<Sum> AddressOf(const Values& values, const MicroOp& op) {
  if (op.base < 0) return std::nullopt;
  // Of a literal the displacement is the address.
  std::optional<Sum> base = op.base == 15 ? Sum() : ValueOf(values, op.base);
  return Plus(Plus(base, ValueOf(values, op.index), op.index_shift), op.displacement);
}

void Execute(const MicroOp& op, Values* values) {
  if ((op.flags & kUnknownWrites) != 0) return values->fill(std::nullopt);
  std::optional<Sum> result, stepped;
  if ((op.flags & kConditional) == 0) {
    if (op.sum.dest >= 0) {
      result = Plus(Plus(ValueOf(*values, op.sum.a), ValueOf(*values, op.sum.b), op.sum.shift),
                    op.sum.constant);
    }
    if (op.step_is_known) stepped = Plus(ValueOf(*values, op.base), op.step);
  }
  for (int reg = 0; reg < 15; ++reg) {
    auto& value = (*values)[static_cast<size_t>(reg)];
    if ((op.write_back & RegisterBit(reg)) != 0) value = stepped;
    if ((op.writes & RegisterBit(reg)) != 0) value = reg == op.sum.dest ? result : std::nullopt;
  }
}

}  // namespace

bool AddressPlan::Append(const MicroOp& op, const std::optional<Sum>& address) {
  if (!address || op.access_bytes == 0 || (op.flags & kConditional) != 0) return false;
  for (int n = 0; n < op.accesses; ++n) {
    sums_.push_back(*Plus(address, n * op.access_bytes));
    sizes_.push_back(op.access_bytes);
  }
  if (address->base >= 0) needs_ |= static_cast<uint16_t>(1u << address->base);
  if (address->index >= 0) needs_ |= static_cast<uint16_t>(1u << address->index);
  return true;
}

std::optional<AddressPlan> AddressPlan::Make(const std::vector<MicroOp>& ops) {
  Values values;
  for (int reg = 0; reg < 15; ++reg) {
    values[static_cast<size_t>(reg)] = Sum{.base = static_cast<int8_t>(reg)};
  }
  AddressPlan plan;
  for (const MicroOp& op : ops) {
    if (op.accesses != 0 && !plan.Append(op, AddressOf(values, op))) return std::nullopt;
    Execute(op, &values);
  }
  return plan;
}

}  // namespace edgerack::vboard
