// The compile report: what the package costs and why, as JSON with the names users rely on.
#ifndef SERVER_COMPILER_REPORT_REPORT_H_
#define SERVER_COMPILER_REPORT_REPORT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/catalog/board_kind.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/passes/pass.h"
#include "server/compiler/report/fit.h"

namespace edgerack::compiler {

struct ReportInput {
  const BoardKind& board;
  std::string format;  // of the model file
  std::string model_sha256;
  const Program& program;
  const MemoryPlan& plan;
  const WrittenPackage& package;
  int64_t arena_lower_bound_bytes;
  const Rooms& rooms;
  const std::vector<RegionUse>& regions;
  const std::vector<Finding>& findings;
  const std::vector<PassTiming>& passes;
};

nlohmann::ordered_json BuildReport(const ReportInput& input);

// A report for what could not be compiled: fits = false, the error, and the error as a finding.
nlohmann::ordered_json BuildErrorReport(const absl::Status& status);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_REPORT_REPORT_H_
