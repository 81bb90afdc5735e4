// estimate: a model on a kind of board, estimated on this machine; no server is asked.
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/files.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/submission.h"

namespace edgerack::cli {
namespace {

// Becomes `edgerack-estimate`, so its output and exit status are this command's.
int BecomeEstimate(const Session& session, const SubmissionArguments& a,
                   const std::string& report) {
  const std::string program = (ProgramDir() / "edgerack-estimate").string();
  std::vector<std::string> words = {program, a.model, "--board", a.board};
  auto add = [&words](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  add("--quantize", a.quantize);
  add("--calibration", a.calibration);
  for (const std::string& option : a.options) add("--option", option);
  add("--report", report);
  if (session.json) words.push_back("--json");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  return session.Report(MakeError(
      absl::StatusCode::kNotFound, ErrorClass::kInfrastructure, "NO_PROGRAM",
      "cannot start " + program + ": " + std::strerror(errno) + "; install it beside `edgerack`"));
}

}  // namespace

void AddEstimateCommand(CLI::App& app, Session& session) {
  CLI::App* estimate = app.add_subcommand(
      "estimate", "What a model would take on a kind of board; needs neither board nor server");
  auto a = std::make_shared<SubmissionArguments>();
  auto report = std::make_shared<std::string>();
  DeclareSubmission(estimate, *a);
  estimate->get_option("model")->description("a model file");
  estimate->get_option("--board")->description("a kind of board, e.g. nucleo-h743zi");
  estimate->add_option("--report", *report, "where the compile report with predicted cycles goes");
  estimate->footer(
      "Example:\n  edgerack estimate model.tflite --board nucleo-h743zi --option arena=DTCM");
  OnRun(estimate, session, [&session, a, report] { return BecomeEstimate(session, *a, *report); });
}

}  // namespace edgerack::cli
