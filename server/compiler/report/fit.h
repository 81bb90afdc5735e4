// Whether a compiled model fits its chip, and what to look at where it does not.
#ifndef SERVER_COMPILER_REPORT_FIT_H_
#define SERVER_COMPILER_REPORT_FIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/catalog/board_kind.h"
#include "base/catalog/placement.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/lower/program.h"

namespace edgerack::compiler {

struct RegionUse {
  std::string name;  // a memory of the chip
  int64_t package_bytes = 0;
  int64_t arena_bytes = 0;
  int64_t size_bytes = 0;  // what the firmware leaves for models in it
  int64_t used_bytes() const { return package_bytes + arena_bytes; }
  bool fits() const { return used_bytes() <= size_bytes; }
};

// One for each memory that is used: of the package store, of the copied weights, of the arena.
std::vector<RegionUse> MeasureRegions(const Rooms& rooms, int64_t package_bytes,
                                      int64_t arena_bytes);
// "FLASH 1200000 of 917504 bytes, SRAM1 10240 of 245760 bytes".
std::string RegionsText(const std::vector<RegionUse>& regions);

// Bytes of the constants that a call reads: its weights, bias and tables.
int64_t ConstantOperandBytes(const Graph& graph, const KernelCall& call);

// Finding DOES_NOT_FIT for regions of which one at least is too small: the bytes of each, and the
// layer that has the most of what there is too much of.
Finding DoesNotFit(const BoardKind& board, const Program& program,
                   const std::vector<RegionUse>& regions);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_REPORT_FIT_H_
