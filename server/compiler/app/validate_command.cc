// validate: where the executions of one model part, layer by layer.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/files.h"
#include "base/text/validation_table.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/compile.h"
#include "server/compiler/app/validate.h"
#include "server/compiler/report/report.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model, board, inputs, labels, board_trace, board_outputs, report;
  std::string quantize = "none", calibration;
  std::vector<std::string> options;
  int64_t samples = 4;
  bool json = false;
};

void Declare(CLI::App& app, Arguments& a) {
  app.add_option("MODEL", a.model, "the model file")->required();
  app.add_option("--board", a.board, "kind of board, e.g. virtual-f746")->required();
  app.add_option("--inputs", a.inputs, ".npz with x (or the model's input names) and maybe y");
  app.add_option("--labels", a.labels, ".npy with a label or a row of targets for each sample");
  app.add_option("--samples", a.samples, "how many are compared layer by layer")
      ->check(CLI::Range(1, 1024));
  app.add_option("--board-trace", a.board_trace, "what a board gave, as the server keeps it");
  app.add_option("--board-outputs", a.board_outputs, "its raw outputs of the samples of the trace");
  app.add_option("--quantize", a.quantize, "as when compiling");
  app.add_option("--calibration", a.calibration, "as when compiling (.npz)");
  app.add_option("--option", a.options, "KEY=VALUE, as when compiling");
  app.add_flag("--json", a.json, "print one JSON document");
  app.add_option("--report", a.report, "where the JSON goes, an error too; nothing is printed");
  app.footer("Exit status: 0 no layer diverges; 1 one does, or it failed; 2 wrong usage.");
}

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<NpyArchive> ReadArrays(const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, kMaxArrayBytes));
  auto archive = ParseNpyOrNpz(bytes);
  return archive.ok() ? std::move(archive) : Annotate(archive.status(), path);
}

absl::StatusOr<ValidateRequest> MakeRequest(const Arguments& a) {
  ValidateRequest request;
  CompileRequest& compile = request.compile;
  compile.quantize = a.quantize;
  ER_ASSIGN_OR_RETURN(compile.options, ParseCompileOptions(a.options));
  ER_ASSIGN_OR_RETURN(std::filesystem::path share, ShareDir());
  ER_ASSIGN_OR_RETURN(Catalog catalog, Catalog::Load(share));
  ER_ASSIGN_OR_RETURN(compile.board, catalog.FindBoardKind(a.board));
  ER_ASSIGN_OR_RETURN(compile.chip, catalog.FindChip(compile.board.chip));
  ER_ASSIGN_OR_RETURN(compile.model, ReadFile(a.model, kMaxModelBytes));
  if (!a.calibration.empty()) {
    ER_ASSIGN_OR_RETURN(compile.calibration, ReadArrays(a.calibration));
  }
  if (!a.inputs.empty()) {
    ER_ASSIGN_OR_RETURN(request.dataset, ReadArrays(a.inputs));
  }
  if (!a.labels.empty()) {
    ER_ASSIGN_OR_RETURN(NpyArchive labels, ReadArrays(a.labels));
    request.dataset.emplace_back("y", std::move(labels.front().second));
  }
  // The budget decides which layers are kept; what Compile() would tell of accuracy is told here.
  if (compile.options.ptq.most_lost_points && !request.dataset.empty()) {
    compile.dataset = request.dataset;
  }
  if (!a.board_trace.empty()) {
    ER_ASSIGN_OR_RETURN(std::string text, ReadFile(a.board_trace, kMaxArrayBytes));
    ER_ASSIGN_OR_RETURN(request.board, ParseBoardTrace(text));
  }
  if (!a.board_outputs.empty()) {
    ER_ASSIGN_OR_RETURN(request.board_outputs, ReadFile(a.board_outputs, kMaxArrayBytes));
  }
  request.samples = a.samples;
  return request;
}

absl::Status WriteReport(const Arguments& a, const Json& document) {
  return a.report.empty() ? absl::OkStatus() : WriteFileAtomic(a.report, Dump(document));
}

absl::StatusOr<Json> Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(ValidateRequest request, MakeRequest(a));
  ER_ASSIGN_OR_RETURN(Json validation, Validate(request, SystemClock()));
  ER_RETURN_IF_ERROR(WriteReport(a, validation));
  if (a.report.empty() || a.json) {
    std::cout << (a.json ? Dump(validation) : RenderValidation(validation));
  }
  return validation;
}

}  // namespace

int ValidateCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Finds the layer where a model's executions part.", "edgerack-compile validate"};
  Declare(app, a);
  try {
    app.parse(argc, argv);
    if (a.inputs.empty() && a.board_trace.empty()) {
      throw CLI::RequiredError("--inputs or --board-trace");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::StatusOr<Json> validation = Execute(a);
  if (validation.ok()) return (*validation)["divergences"].empty() ? kExitDone : kExitFailed;
  absl::Status written = WriteReport(a, BuildErrorReport(validation.status()));
  if (!written.ok()) std::cerr << "edgerack-compile: " << ErrorMessageOf(written) << "\n";
  return ReportFailure(validation.status());
}

}  // namespace edgerack::compiler
