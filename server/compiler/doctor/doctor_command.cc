#include "server/compiler/doctor/doctor_command.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/files.h"
#include "base/text/diagnosis_text.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/compile_options.h"
#include "server/compiler/doctor/diagnosis_json.h"
#include "server/compiler/report/report.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model, inputs, outputs, report;
  std::vector<std::string> options, rivals;
  bool json = false;
};

// Names come from model files and need not be UTF-8.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<NpyArchive> ReadArrays(const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, kMaxArrayBytes));
  auto archive = ParseNpyOrNpz(bytes);
  return archive.ok() ? std::move(archive) : Annotate(archive.status(), path);
}

// "FILE" or "FILE=NAME".
absl::StatusOr<doctor::Rival> ReadRival(const std::string& text) {
  const size_t at = text.rfind('=');
  const std::string path = text.substr(0, at);
  ER_ASSIGN_OR_RETURN(std::string model, ReadFile(path, kMaxModelBytes));
  return doctor::Rival{at == std::string::npos ? path : text.substr(at + 1), std::move(model)};
}

absl::StatusOr<Json> Examine(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(CompileOptions options, ParseCompileOptions(a.options));
  ER_ASSIGN_OR_RETURN(std::string model, ReadFile(a.model, kMaxModelBytes));
  ER_ASSIGN_OR_RETURN(doctor::Subject subject, doctor::Subject::Create(model, options.passes));
  ER_ASSIGN_OR_RETURN(NpyArchive inputs, ReadArrays(a.inputs));
  ER_ASSIGN_OR_RETURN(NpyArchive outputs, ReadArrays(a.outputs));
  ER_ASSIGN_OR_RETURN(doctor::Observation seen, doctor::ReadObservation(subject, inputs, outputs));
  std::vector<doctor::Rival> rivals;
  for (const std::string& text : a.rivals) {
    ER_ASSIGN_OR_RETURN(doctor::Rival rival, ReadRival(text));
    rivals.push_back(std::move(rival));
  }
  ER_ASSIGN_OR_RETURN(doctor::Diagnosis diagnosis, doctor::Diagnose(subject, seen, rivals));
  return doctor::DiagnosisJson(diagnosis);
}

absl::Status Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(Json diagnosis, Examine(a));
  if (!a.report.empty()) ER_RETURN_IF_ERROR(WriteFileAtomic(a.report, Dump(diagnosis)));
  if (a.report.empty() || a.json) {
    std::cout << (a.json ? Dump(diagnosis) : RenderDiagnosis(diagnosis));
  }
  return absl::OkStatus();
}

}  // namespace

int DoctorCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Says which of the usual causes reproduce the outputs that a board gave.",
               "edgerack-compile doctor"};
  app.add_option("MODEL", a.model, "the model file")->required();
  app.add_option("--inputs", a.inputs, ".npz or .npy: the inputs that were meant")->required();
  app.add_option("--outputs", a.outputs, ".npz or .npy: what the board gave for them")->required();
  app.add_option("--other-model", a.rivals,
                 "FILE[=NAME]: a model that may have been on the board instead; several times");
  app.add_option("--option", a.options, "shape.NAME=… or freeze.NAME=…; several times");
  app.add_flag("--json", a.json, "print one JSON document");
  app.add_option("--report", a.report, "where the JSON goes, an error too; nothing is printed");
  app.footer("Example:\n  edgerack-compile doctor kws.onnx --inputs meant.npz --outputs board.npz");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::Status status = Execute(a);
  if (status.ok()) return kExitDone;
  if (!a.report.empty()) {
    absl::Status written = WriteFileAtomic(a.report, Dump(BuildErrorReport(status)));
    if (!written.ok()) std::cerr << "edgerack-compile: " << ErrorMessageOf(written) << "\n";
  }
  return ReportFailure(status);
}

}  // namespace edgerack::compiler
