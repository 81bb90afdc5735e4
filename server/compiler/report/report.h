// The compile report: what the package costs and why, as JSON with the names users rely on.
#ifndef SERVER_COMPILER_REPORT_REPORT_H_
#define SERVER_COMPILER_REPORT_REPORT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/catalog/board_kind.h"
#include "base/catalog/chip.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {

struct RegionUse {
  std::string name;  // a memory of the chip
  int64_t used_bytes = 0;
  int64_t size_bytes = 0;  // what the firmware's layout leaves for models in it
  bool fits() const { return used_bytes <= size_bytes; }
};

// The package store and the arena of the chip's layout.
std::vector<RegionUse> MeasureRegions(const Chip& chip, int64_t package_bytes, int64_t arena_bytes);
// "FLASH 1200000 of 917504 bytes, SRAM1 10240 of 245760 bytes".
std::string RegionsText(const std::vector<RegionUse>& regions);

struct ReportInput {
  const BoardKind& board;
  std::string format;  // of the model file
  std::string model_sha256;
  const Program& program;
  const MemoryPlan& plan;
  const WrittenPackage& package;
  int64_t arena_lower_bound_bytes;
  const std::vector<RegionUse>& regions;
  const std::vector<Finding>& findings;
  const std::vector<PassTiming>& passes;
};

nlohmann::ordered_json BuildReport(const ReportInput& input);

// A report for what could not be compiled: fits = false, the error, and the error as a finding.
nlohmann::ordered_json BuildErrorReport(const absl::Status& status);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_REPORT_REPORT_H_
