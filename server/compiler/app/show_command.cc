// show: what a model is, without compiling it for a board.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/sha256.h"
#include "base/text/model_table.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/passes/pass.h"
#include "server/compiler/report/model_view.h"
#include "server/compiler/report/op_types.h"
#include "server/compiler/report/report.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model, report;
  bool json = false;
};

// Names come from model files and need not be UTF-8.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::Status WriteReport(const Arguments& a, const Json& document) {
  return a.report.empty() ? absl::OkStatus() : WriteFileAtomic(a.report, Dump(document));
}

absl::StatusOr<Json> View(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(a.model, kMaxModelBytes));
  ER_ASSIGN_OR_RETURN(ImportedModel model, ImportModel(bytes));
  Json view = BuildModelView(model.graph, model.format, Sha256Hex(bytes));
  // Of the layers that would run: only passes find out which are 1-bit.
  std::vector<Finding> findings;
  if (RunPasses(model.graph, {}, findings, SystemClock()).ok()) {
    view["op_types"] = OpTypesJson(model.graph);
  }
  return view;
}

absl::Status Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(Json view, View(a));
  ER_RETURN_IF_ERROR(WriteReport(a, view));
  if (a.report.empty() || a.json) std::cout << (a.json ? Dump(view) : RenderModelView(view));
  return absl::OkStatus();
}

}  // namespace

int ShowCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Prints a model's layers, inputs, outputs and sizes.", "edgerack-compile show"};
  app.add_option("MODEL", a.model, "the model file")->required();
  app.add_flag("--json", a.json, "print one JSON document");
  app.add_option("--report", a.report, "where the JSON goes, an error too; nothing is printed");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::Status status = Execute(a);
  if (status.ok()) return kExitDone;
  absl::Status written = WriteReport(a, BuildErrorReport(status));
  if (!written.ok()) std::cerr << "edgerack-compile: " << ErrorMessageOf(written) << "\n";
  return ReportFailure(status);
}

}  // namespace edgerack::compiler
