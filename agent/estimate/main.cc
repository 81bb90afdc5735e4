// edgerack-estimate: what a model would take on a kind of board, without any board, server or
// agent.
#include <CLI/CLI.hpp>
#include <iostream>

#include "agent/estimate/document.h"
#include "agent/estimate/estimate.h"
#include "agent/estimate/view.h"
#include "base/files.h"
#include "base/logging.h"
#include "base/usage_error.h"

namespace edgerack::estimate {
namespace {

constexpr int kDone = 0, kFailed = 1, kUsage = 2;

struct Arguments {
  EstimateRequest request;
  std::vector<std::string> options;
  std::string report;
  std::string cycle_model = "on";
  bool json = false;
};

void Declare(CLI::App& app, Arguments& a) {
  app.add_option("MODEL", a.request.model, "the model file")->required();
  app.add_option("--board", a.request.kind, "kind of board, e.g. nucleo-h743zi")->required();
  app.add_option("--quantize", a.request.quantize, "as in edgerack-compile");
  app.add_option("--calibration", a.request.calibration, "samples for quantization (.npz)");
  app.add_option("--option", a.options, "an option of compiler or run, K=V; repeatable")
      ->allow_extra_args(false);
  app.add_option("--report", a.report, "where the compile report with predicted cycles goes");
  app.add_option("--cycle-model", a.cycle_model,
                 "the parts of the cycle model that count, on or off; shows what each does")
      ->capture_default_str();
  app.add_flag("--json", a.json, "print one JSON document and nothing else");
  app.footer("Exit status: 0 done; 1 the model cannot be taken or does not fit; 2 wrong usage.");
}

absl::Status TakeOptions(Arguments& a) {
  for (const std::string& item : a.options) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) {
      return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                       "--option takes K=V, not \"" + item + "\"");
    }
    a.request.options[item.substr(0, equals)] = item.substr(equals + 1);
  }
  return absl::OkStatus();
}

absl::Status Execute(Arguments& a) {
  ER_RETURN_IF_ERROR(TakeOptions(a));
  auto parts = vboard::ParseCycleParts(a.cycle_model);
  if (!parts.ok()) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                     "--cycle-model: " + std::string(parts.status().message()));
  }
  a.request.cycle_parts = *parts;
  std::string report;
  auto estimate = MakeEstimate(a.request, report);
  if (estimate.ok()) report = ReportWithPrediction(report, *estimate);
  if (!a.report.empty() && !report.empty()) {
    const absl::Status written = WriteFileAtomic(a.report, report);
    if (estimate.ok()) ER_RETURN_IF_ERROR(written);
  }
  ER_RETURN_IF_ERROR(estimate.status());
  std::cout << (a.json ? Text(Document(*estimate, report)) : Render(*estimate, report));
  return absl::OkStatus();
}

int Report(const absl::Status& status, bool json) {
  if (json) {
    std::cout << Text(ErrorDocument(status));
  } else {
    std::cerr << "edgerack-estimate: " << ErrorMessageOf(status) << " ["
              << ErrorClassName(ErrorClassOf(status)) << " " << ErrorCodeOf(status) << "]\n";
  }
  return IsUsageError(status) ? kUsage : kFailed;
}

int Main(int argc, char** argv) {
  // Notes of the emulation say nothing about the model.
  InitLogging("edgerack-estimate", "error");
  Arguments arguments;
  CLI::App app{"What a model would take on a kind of board: estimated, without any board.",
               "edgerack-estimate"};
  Declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  const absl::Status status = Execute(arguments);
  return status.ok() ? kDone : Report(status, arguments.json);
}

}  // namespace
}  // namespace edgerack::estimate

int main(int argc, char** argv) { return edgerack::estimate::Main(argc, argv); }
