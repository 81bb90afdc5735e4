#include <CLI/CLI.hpp>
#include <iostream>

#include "base/files.h"
#include "base/text/model_table.h"
#include "base/usage_error.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/compile.h"
#include "server/compiler/app/dataset_accuracy.h"
#include "server/compiler/emit_c/emit_c.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

struct Arguments {
  std::string model, board, quantize = "none", calibration, dataset, out, report, emit_c;
  std::vector<std::string> options;
};

void Declare(CLI::App& app, Arguments& a) {
  app.add_option("MODEL", a.model, "the model file")->required();
  app.add_option("--board", a.board, "kind of board, e.g. virtual-f746")->required();
  app.add_option("--quantize", a.quantize,
                 "none: take the model as it is; int8, int8-float, int8-int16: quantize it with "
                 "--calibration; weights-int8: only its weights")
      ->check(CLI::IsMember({"none", "int8", "int8-int16", "int8-float", "weights-int8"}));
  app.add_option("--calibration", a.calibration, "samples for quantization (.npz)");
  app.add_option("--dataset", a.dataset,
                 "samples with labels (.npz): accuracy before and after --quantize");
  app.add_option("--out", a.out, "where the package (.erp) goes");
  app.add_option("--report", a.report, "where the report (JSON) goes");
  app.add_option("--emit-c", a.emit_c, "folder for C11 sources of model and engine");
  app.add_option("--option", a.options, "KEY=VALUE; may be given several times");
  app.footer(
      "Other commands: edgerack-compile run|show|ops|findings|prepare --help\n"
      "Exit status: 0 done; 1 the model cannot be taken or does not fit; 2 wrong usage.");
}

absl::StatusOr<NpyArchive> ReadArrays(const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, kMaxArrayBytes));
  auto archive = ParseNpyOrNpz(bytes);
  return archive.ok() ? std::move(archive) : Annotate(archive.status(), path);
}

absl::StatusOr<CompileRequest> MakeRequest(const Arguments& a) {
  CompileRequest request;
  request.quantize = a.quantize;
  ER_ASSIGN_OR_RETURN(request.options, ParseCompileOptions(a.options));
  ER_ASSIGN_OR_RETURN(std::filesystem::path share, ShareDir());
  ER_ASSIGN_OR_RETURN(Catalog catalog, Catalog::Load(share));
  ER_ASSIGN_OR_RETURN(request.board, catalog.FindBoardKind(a.board));
  ER_ASSIGN_OR_RETURN(request.chip, catalog.FindChip(request.board.chip));
  ER_ASSIGN_OR_RETURN(request.model, ReadFile(a.model, kMaxModelBytes));
  if (!a.calibration.empty()) {
    ER_ASSIGN_OR_RETURN(request.calibration, ReadArrays(a.calibration));
  }
  request.progress = [](const std::string& line) { std::cerr << line << std::endl; };
  if (!a.dataset.empty() && a.quantize != "none") {
    ER_ASSIGN_OR_RETURN(request.dataset, ReadArrays(a.dataset));
  } else if (!a.dataset.empty()) {
    request.findings.push_back({"ARGUMENT_UNUSED", Severity::kInfo, "",
                                "--dataset has no effect when nothing is quantized",
                                "edgerack-compile validate --inputs compares the accuracy of the "
                                "model's file and of its compiled form"});
  }
  const bool calibrates = a.quantize != "none" && a.quantize != "weights-int8";
  if (!a.calibration.empty() && !calibrates) {
    request.findings.push_back({"ARGUMENT_UNUSED", Severity::kInfo, "",
                                "--calibration has no effect with --quantize " + a.quantize,
                                "leave it out"});
  }
  return request;
}

absl::Status WriteReport(const Arguments& a, const nlohmann::ordered_json& report) {
  if (a.report.empty()) return absl::OkStatus();
  // Names come from model files and need not be UTF-8.
  return WriteFileAtomic(
      a.report,
      report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

absl::Status WriteC(const Arguments& a, const std::string& package) {
  if (a.emit_c.empty()) return absl::OkStatus();
  ER_ASSIGN_OR_RETURN(std::filesystem::path share, ShareDir());
  return EmitC({CIdentifier(a.model), package, share / "engine"}, a.emit_c);
}

void PrintSummary(const CompileOutcome& outcome) {
  const auto& memory = outcome.report["memory"];
  std::cout << outcome.report["layers"].size() << " layers, " << outcome.report["macs"] << " MACs; "
            << RegionsText(outcome.regions) << "; arena lower bound "
            << memory["arena_lower_bound_bytes"] << " bytes";
  const int64_t over =
      memory["arena_bytes"].get<int64_t>() - memory["arena_lower_bound_bytes"].get<int64_t>();
  std::cout << " (arena " << (over >= 0 ? "+" : "") << over << ")\n";
  const auto quantization = outcome.report.find("quantization");
  if (quantization != outcome.report.end() && quantization->contains("accuracy")) {
    std::cout << AccuracyLine((*quantization)["accuracy"]) << "\n";
  }
  std::cout << RenderOpTypes(outcome.report["op_types"]);
  for (const auto& finding : outcome.report["findings"]) {
    std::cout << finding["severity"].get<std::string>() << " " << finding["code"].get<std::string>()
              << " " << finding["layer"].get<std::string>() << ": "
              << finding["message"].get<std::string>() << "\n";
  }
}

absl::Status Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(CompileRequest request, MakeRequest(a));
  ER_ASSIGN_OR_RETURN(CompileOutcome outcome, Compile(request, SystemClock()));
  if (!outcome.fits) {
    const Finding& finding = outcome.does_not_fit;
    absl::Status status = Refuse(finding.code, finding.message + "; " + finding.remedy);
    outcome.report["error"] = BuildErrorReport(status)["error"];
    ER_RETURN_IF_ERROR(WriteReport(a, outcome.report));
    return status;
  }
  if (!a.out.empty()) ER_RETURN_IF_ERROR(WriteFileAtomic(a.out, outcome.package));
  ER_RETURN_IF_ERROR(WriteC(a, outcome.package));
  ER_RETURN_IF_ERROR(WriteReport(a, outcome.report));
  PrintSummary(outcome);
  return absl::OkStatus();
}

}  // namespace

int ReportFailure(const absl::Status& status) {
  std::string line = ErrorMessageOf(status);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  const std::string code = ErrorCodeOf(status);
  // Class and code stand behind the message, so that a caller can tell them apart even where no
  // report could be written, e.g. because the disk is full.
  std::cerr << "edgerack-compile: " << line << " [" << ErrorClassName(ErrorClassOf(status)) << " "
            << code << "]\n";
  return IsUsageError(status) ? kExitUsage : kExitFailed;
}

int CompileCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Compiles a model for a board.", "edgerack-compile"};
  Declare(app, a);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::Status status = Execute(a);
  if (status.ok()) return kExitDone;
  if (ErrorCodeOf(status) != "DOES_NOT_FIT") {
    absl::Status written = WriteReport(a, BuildErrorReport(status));
    // One message: where the report has no room, the reason usually is the same.
    if (!written.ok() && ErrorCodeOf(written) != ErrorCodeOf(status)) {
      std::cerr << "edgerack-compile: " << ErrorMessageOf(written) << "\n";
    }
  }
  return ReportFailure(status);
}

}  // namespace edgerack::compiler
