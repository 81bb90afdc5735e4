// sweep: one model with every combination of some options on one board, and which is the fastest.
#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/submission.h"
#include "client/cli/commands/sweep_axes.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

struct SweepArguments {
  SubmissionArguments submission;
  std::vector<std::string> vary;
};

using Combination = std::vector<AxisValue>;  // one of each axis

// All of them; the first axis changes slowest.
std::vector<Combination> Combinations(const std::vector<Axis>& axes) {
  std::vector<Combination> all = {{}};
  for (const Axis& axis : axes) {
    std::vector<Combination> longer;
    for (const Combination& combination : all) {
      for (const AxisValue& value : axis.values) {
        longer.push_back(combination);
        longer.back().push_back(value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

// A model that is too large for a place says something about the place, not about the sweep.
bool IsAnAnswer(const v1::Job& job) {
  return job.state() == v1::Job::SUCCEEDED || job.error().code() == "DOES_NOT_FIT";
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

// Why runs failed, each reason once.
std::string Reasons(const std::vector<Run>& runs) {
  std::vector<std::string> reasons;
  for (const Run& run : runs) {
    if (run.result() != nullptr) continue;
    const v1::Error& error = run.outcome.job().error();
    const std::string reason = "\n" + error.code() + ": " + error.message() + "\n";
    if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
      reasons.push_back(reason);
    }
  }
  return absl::StrJoin(reasons, "");
}

std::string SweepTable(const std::vector<Axis>& axes, const std::vector<Run>& runs) {
  constexpr auto kRight = Table::Align::kRight;
  std::vector<Table::Column> columns;
  for (const Axis& axis : axes) columns.push_back({axis.name});
  for (const char* title : {"latency ms", "cycles", "instructions", "times the best", "RAM B"}) {
    columns.push_back({title, kRight});
  }
  columns.push_back({"verdict"});
  columns.push_back({""});
  Table table(std::move(columns));
  const Run* best = Fastest(runs);
  for (const Run& run : runs) {
    std::vector<std::string> row;
    for (const AxisValue& value : run.values) row.push_back(value.label);
    if (const v1::Result* r = run.result()) {
      const bool timed = r->latency().has_median_ms();
      row.insert(row.end(), {timed ? Fixed(r->latency().median_ms(), 3) : "",
                             timed ? Grouped(r->cycles().median()) : "",
                             r->has_instructions() ? Grouped(r->instructions()) : "",
                             run.cost() > 0 ? Fixed(run.cost() / best->cost(), 2) : "",
                             Grouped(r->memory().arena_bytes()),
                             v1::Result::Verdict_Name(r->verdict()), &run == best ? "<--" : ""});
    } else {
      row.insert(row.end(), {"", "", "", "", "", run.outcome.job().error().code(), ""});
    }
    table.Add(std::move(row));
  }
  return table.Render() + Reasons(runs);
}

nlohmann::ordered_json SweepJson(const std::vector<Axis>& axes, const std::vector<Run>& runs) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  const Run* best = Fastest(runs);
  for (const Run& run : runs) {
    nlohmann::ordered_json options = nlohmann::ordered_json::object();
    nlohmann::ordered_json values = nlohmann::ordered_json::object();
    for (size_t i = 0; i < axes.size(); ++i) {
      values[axes[i].name] = run.values[i].label;
      for (const auto& [option, value] : run.values[i].options) options[option] = value;
    }
    nlohmann::ordered_json item = {
        {"values", values}, {"options", options}, {"job", ToJson(run.outcome.job())}};
    if (run.result() != nullptr) item["result"] = ToJson(*run.result());
    item["fastest"] = &run == best;
    list.push_back(std::move(item));
  }
  return {{"runs", list}};
}

// Of the first board that the selector matches.
absl::StatusOr<v1::ChipFacts> ChipOf(Session& session, const std::string& selector) {
  v1::ListBoardsRequest request;
  request.set_selector(selector);
  request.set_page_size(1);
  ER_ASSIGN_OR_RETURN(v1::ListBoardsResponse boards, session.connection().ListBoards(request));
  if (boards.boards_size() == 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kJob, "NO_MATCHING_BOARD",
                     "no board matches \"" + selector + "\"; `edgerack boards` lists them");
  }
  return boards.boards(0).chip_facts();
}

int Sweep(Session& session, const SweepArguments& a) {
  v1::ChipFacts chip;
  if (NeedsChip(a.vary)) {
    auto found = ChipOf(session, a.submission.board);
    if (!found.ok()) return session.Report(found.status());
    chip = *std::move(found);
  }
  auto axes = ParseAxes(a.vary, chip);
  if (!axes.ok()) return session.Report(axes.status());
  auto spec = MakeSpec(session, a.submission);
  if (!spec.ok()) return session.Report(spec.status());
  std::vector<Run> runs;
  bool all_answered = true;
  // One after the other: all on one board if the selector means one.
  for (const Combination& values : Combinations(*axes)) {
    v1::JobSpec varied = *spec;
    for (const AxisValue& value : values) {
      for (const auto& [option, text] : value.options) (*varied.mutable_options())[option] = text;
    }
    auto job = Submit(session, varied);
    if (!job.ok()) return session.Report(job.status());
    auto outcome = Follow(session, job->name());
    if (!outcome.ok()) return session.Report(outcome.status());
    all_answered = all_answered && IsAnAnswer(outcome->job());
    runs.push_back({values, *std::move(outcome)});
  }
  session.Print(SweepJson(*axes, runs), SweepTable(*axes, runs));
  return all_answered ? kSucceeded : kFailed;
}

}  // namespace

void AddSweepCommand(CLI::App& app, Session& session) {
  CLI::App* sweep = app.add_subcommand(
      "sweep", "Runs a model with every combination of options; the fastest wins");
  auto a = std::make_shared<SweepArguments>();
  DeclareSubmission(sweep, a->submission);
  sweep->add_option("--vary", a->vary, KnownAxisNames() + "; or OPTION=VALUE,…; repeatable")
      ->required()
      ->allow_extra_args(false);
  sweep->footer(
      "Examples:\n  edgerack sweep model.tflite --board virtual-f746 --vary build=O3,O0 --vary "
      "fpu\n"
      "  edgerack sweep model.tflite --board virtual-h743 --vary placement,caches");
  OnRun(sweep, session, [&session, a] { return Sweep(session, *a); });
}

}  // namespace edgerack::cli
