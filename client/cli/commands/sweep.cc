// sweep: one model with every combination of some options on one board, and which is the fastest.
#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/submission.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

// A sweep of more would take hours unasked.
constexpr size_t kMostRuns = 256;

struct SweepArguments {
  SubmissionArguments submission;
  std::vector<std::string> vary;
};

struct Axis {
  std::string option;
  std::vector<std::string> values;
};

// What `--vary NAME` without values goes through, the usual value first.
const std::vector<Axis>& KnownAxes() {
  static const std::vector<Axis> axes = {{"build", {"O3", "O2", "Os", "O0"}},
                                         {"fpu", {"on", "off"}},
                                         {"kernels", {"fast", "ref"}},
                                         {"objective", {"balanced", "time", "ram"}}};
  return axes;
}

absl::Status BadAxis(const std::string& item) {
  std::vector<std::string> names;
  for (const Axis& axis : KnownAxes()) names.push_back(axis.option);
  return MakeError(
      absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE",
      "--vary " + item + ": give OPTION=VALUE,VALUE,… or one of " + absl::StrJoin(names, ", "));
}

// "build,fpu", or "build=O3,O0" with values of one's own.
absl::StatusOr<std::vector<Axis>> ParseAxes(const std::vector<std::string>& items) {
  std::vector<Axis> axes;
  size_t runs = 1;
  for (const std::string& item : items) {
    const size_t equals = item.find('=');
    if (equals != std::string::npos) {
      const std::vector<std::string> values =
          absl::StrSplit(item.substr(equals + 1), ',', absl::SkipEmpty());
      if (equals == 0 || values.empty()) return BadAxis(item);
      axes.push_back({item.substr(0, equals), values});
    } else {
      const std::vector<std::string> names = absl::StrSplit(item, ',', absl::SkipEmpty());
      for (const std::string& name : names) {
        auto known = std::find_if(KnownAxes().begin(), KnownAxes().end(),
                                  [&](const Axis& axis) { return axis.option == name; });
        if (known == KnownAxes().end()) return BadAxis(name);
        axes.push_back(*known);
      }
    }
  }
  for (const Axis& axis : axes) runs *= axis.values.size();
  if (runs > kMostRuns) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE",
                     "the sweep has " + std::to_string(runs) + " runs; at most " +
                         std::to_string(kMostRuns) + " are taken, vary less at once");
  }
  return axes;
}

using Combination = std::vector<std::string>;  // a value for each axis

// All of them; the first axis changes slowest.
std::vector<Combination> Combinations(const std::vector<Axis>& axes) {
  std::vector<Combination> all = {{}};
  for (const Axis& axis : axes) {
    std::vector<Combination> longer;
    for (const Combination& combination : all) {
      for (const std::string& value : axis.values) {
        longer.push_back(combination);
        longer.back().push_back(value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

struct Run {
  Combination values;
  v1::WatchJobResponse outcome;

  const v1::Result* result() const {
    return outcome.results_size() == 0 ? nullptr : &outcome.results(0);
  }
  // Milliseconds, or instructions where a board has no cycle counter; 0 = failed.
  double cost() const {
    if (result() == nullptr) return 0;
    if (result()->latency().has_median_ms()) return result()->latency().median_ms();
    return static_cast<double>(result()->instructions());
  }
};

// nullptr when all failed.
const Run* Fastest(const std::vector<Run>& runs) {
  const Run* best = nullptr;
  for (const Run& run : runs) {
    if (run.cost() > 0 && (best == nullptr || run.cost() < best->cost())) best = &run;
  }
  return best;
}

std::string SweepTable(const std::vector<Axis>& axes, const std::vector<Run>& runs) {
  constexpr auto kRight = Table::Align::kRight;
  std::vector<Table::Column> columns;
  for (const Axis& axis : axes) columns.push_back({axis.option});
  for (const char* title : {"latency ms", "cycles", "instructions", "times the best", "RAM B"}) {
    columns.push_back({title, kRight});
  }
  columns.push_back({"verdict"});
  columns.push_back({""});
  Table table(std::move(columns));
  const Run* best = Fastest(runs);
  for (const Run& run : runs) {
    std::vector<std::string> row = run.values;
    if (const v1::Result* r = run.result()) {
      const bool timed = r->latency().has_median_ms();
      row.insert(row.end(), {timed ? Fixed(r->latency().median_ms(), 3) : "",
                             timed ? Grouped(r->cycles().median()) : "",
                             r->has_instructions() ? Grouped(r->instructions()) : "",
                             run.cost() > 0 ? Fixed(run.cost() / best->cost(), 2) : "",
                             Grouped(r->memory().arena_bytes()),
                             v1::Result::Verdict_Name(r->verdict()), &run == best ? "<--" : ""});
    } else {
      row.insert(
          row.end(),
          {"", "", "", "", "",
           run.outcome.job().error().code() + ": " + run.outcome.job().error().message(), ""});
    }
    table.Add(std::move(row));
  }
  return table.Render();
}

nlohmann::ordered_json SweepJson(const std::vector<Axis>& axes, const std::vector<Run>& runs) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  const Run* best = Fastest(runs);
  for (const Run& run : runs) {
    nlohmann::ordered_json options = nlohmann::ordered_json::object();
    for (size_t i = 0; i < axes.size(); ++i) options[axes[i].option] = run.values[i];
    nlohmann::ordered_json item = {{"options", options}, {"job", ToJson(run.outcome.job())}};
    if (run.result() != nullptr) item["result"] = ToJson(*run.result());
    item["fastest"] = &run == best;
    list.push_back(std::move(item));
  }
  return {{"runs", list}};
}

int Sweep(Session& session, const SweepArguments& a) {
  auto axes = ParseAxes(a.vary);
  if (!axes.ok()) return session.Report(axes.status());
  auto spec = MakeSpec(session, a.submission);
  if (!spec.ok()) return session.Report(spec.status());
  std::vector<Run> runs;
  bool all_succeeded = true;
  // One after the other: all on one board if the selector means one.
  for (const Combination& values : Combinations(*axes)) {
    v1::JobSpec varied = *spec;
    for (size_t i = 0; i < axes->size(); ++i) {
      (*varied.mutable_options())[(*axes)[i].option] = values[i];
    }
    auto job = Submit(session, varied);
    if (!job.ok()) return session.Report(job.status());
    auto outcome = Follow(session, job->name());
    if (!outcome.ok()) return session.Report(outcome.status());
    all_succeeded = all_succeeded && outcome->job().state() == v1::Job::SUCCEEDED;
    runs.push_back({values, *std::move(outcome)});
  }
  session.Print(SweepJson(*axes, runs), SweepTable(*axes, runs));
  return all_succeeded ? kSucceeded : kFailed;
}

}  // namespace

void AddSweepCommand(CLI::App& app, Session& session) {
  CLI::App* sweep = app.add_subcommand(
      "sweep", "Runs a model with every combination of options; the fastest wins");
  auto a = std::make_shared<SweepArguments>();
  DeclareSubmission(sweep, a->submission);
  sweep
      ->add_option("--vary", a->vary,
                   "build, fpu, kernels, objective; or OPTION=VALUE,…; repeatable")
      ->required()
      ->allow_extra_args(false);
  sweep->footer(
      "Example:\n  edgerack sweep model.tflite --board virtual-f746 --vary build=O3,O0 --vary fpu");
  OnRun(sweep, session, [&session, a] { return Sweep(session, *a); });
}

}  // namespace edgerack::cli
