#include "base/files.h"
#include "base/text/model_table.h"
#include "base/text/table.h"
#include "base/text/validation_table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/export.h"
#include "client/cli/commands/result_outputs.h"
#include "client/cli/output/result_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

std::string Top1(const v1::Result& result) {
  return result.accuracy().has_top1() ? Fixed(result.accuracy().top1(), 4) : "";
}

std::string BitExact(const v1::Result& result) {
  const auto& agreement = result.agreement();
  if (!agreement.has_samples()) return "";
  return std::to_string(agreement.bit_exact()) + "/" + std::to_string(agreement.samples());
}

int List(Session& session, int limit) {
  v1::ListResultsRequest request;
  request.set_page_size(limit);
  auto results = session.connection().ListResults(request);
  if (!results.ok()) return session.Report(results.status());
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"result"},
               {"model"},
               {"board"},
               {"verdict"},
               {"latency ms", kRight},
               {"cycles", kRight},
               {"instructions", kRight},
               {"RAM B", kRight},
               {"flash B", kRight},
               {"stack B", kRight},
               {"top-1", kRight},
               {"= host", kRight},
               {"heaviest layers"}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& result : results->results()) {
    list.push_back(ToJson(result));
    const auto& memory = result.memory();
    table.Add({result.id(), result.model_display_name(), result.board().id(),
               v1::Result::Verdict_Name(result.verdict()),
               result.latency().has_median_ms() ? Fixed(result.latency().median_ms(), 3) : "",
               result.cycles().has_median() ? Grouped(result.cycles().median()) : "",
               result.has_instructions() ? Grouped(result.instructions()) : "",
               memory.has_arena_bytes() ? Grouped(memory.arena_bytes()) : "",
               memory.has_package_bytes() ? Grouped(memory.package_bytes()) : "",
               memory.has_stack_bytes() ? Grouped(memory.stack_bytes()) : "", Top1(result),
               BitExact(result), HeaviestLayers(result, 3)});
  }
  session.Print({{"results", list}}, table.Render());
  return kSucceeded;
}

int Show(Session& session, const std::string& id) {
  auto result = session.connection().GetResult(ResourceName("results", id));
  if (!result.ok()) return session.Report(result.status());
  session.Print(ToJson(*result), RenderResult(*result));
  return kSucceeded;
}

int ShowValidation(Session& session, const std::string& id) {
  auto validation = session.connection().GetResultValidation(ResourceName("results", id));
  if (!validation.ok()) return session.Report(validation.status());
  const nlohmann::ordered_json json = ToJson(*validation);
  session.Print(json, RenderValidation(json));
  return validation->divergences().empty() ? kSucceeded : kFailed;
}

struct ExportArguments {
  bool csv = false;
  std::string out;
  int limit = 0;
};

// All results, newest first, page by page.
absl::StatusOr<std::vector<v1::Result>> AllResults(Session& session, int limit) {
  std::vector<v1::Result> results;
  v1::ListResultsRequest request;
  request.set_page_size(1000);
  do {
    ER_ASSIGN_OR_RETURN(v1::ListResultsResponse page, session.connection().ListResults(request));
    for (v1::Result& result : *page.mutable_results()) {
      if (limit == 0 || static_cast<int>(results.size()) < limit) {
        results.push_back(std::move(result));
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() &&
           (limit == 0 || static_cast<int>(results.size()) < limit));
  return results;
}

int Export(Session& session, const ExportArguments& a) {
  if (a.csv && session.json && a.out.empty()) {
    return session.Report(MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser,
                                    "BAD_USAGE", "--csv or --json, not both on standard output"));
  }
  auto results = AllResults(session, a.limit);
  if (!results.ok()) return session.Report(results.status());
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const v1::Result& result : *results) list.push_back(ToJson(result));
  const nlohmann::ordered_json document = {{"results", list}};
  const std::string text = a.csv ? ResultsCsv(*results) : document.dump(2) + "\n";
  if (a.out.empty()) {
    session.PrintPlain(document, text);
    return kSucceeded;
  }
  absl::Status written = WriteFileAtomic(a.out, text);
  if (!written.ok()) return session.Report(written);
  session.Print({{"file", a.out}, {"results", results->size()}},
                a.out + ": " + Grouped(static_cast<int64_t>(results->size())) + " results\n");
  return kSucceeded;
}

struct OutputsArguments {
  std::string id;
  std::string out;
  OutputsChoice choice;
};

int Outputs(Session& session, const OutputsArguments& a) {
  auto fetched = FetchOutputs(session, ResourceName("results", a.id), a.choice);
  if (!fetched.ok()) return session.Report(fetched.status());
  absl::Status written = WriteFileAtomic(a.out, fetched->npz);
  if (!written.ok()) return session.Report(written);
  const v1::ResultOutputs& outputs = fetched->outputs;
  nlohmann::ordered_json json = ToJson(outputs);
  json["file"] = a.out;
  json["bytes"] = fetched->npz.size();
  std::string text = a.out + ": " + Grouped(outputs.samples()) + " samples of\n";
  for (const auto& output : outputs.outputs()) {
    text += "  " + output.tensor().name() + "  " + TensorText(ToJson(output.tensor())) + "\n";
  }
  session.Print(json, text);
  return kSucceeded;
}

}  // namespace

void AddResultsCommand(CLI::App& app, Session& session) {
  CLI::App* results = app.add_subcommand("results", "What the boards measured");
  results->require_subcommand(1);
  auto limit = std::make_shared<int>(20);
  auto id = std::make_shared<std::string>();
  CLI::App* list = results->add_subcommand("list", "The newest results, a line each");
  list->add_option("--limit", *limit, "how many")->check(CLI::Range(1, 1000));
  OnRun(list, session, [&session, limit] { return List(session, *limit); });
  CLI::App* show = results->add_subcommand("show", "Everything about one result");
  show->add_option("result", *id, "its id")->required();
  OnRun(show, session, [&session, id] { return Show(session, *id); });
  CLI::App* validation = results->add_subcommand(
      "validation", "Where a result's executions part, layer by layer, if it was traced");
  validation->add_option("result", *id, "its id")->required();
  OnRun(validation, session, [&session, id] { return ShowValidation(session, *id); });
  auto e = std::make_shared<ExportArguments>();
  CLI::App* exported = results->add_subcommand("export", "All results, for other programs");
  exported->add_flag("--csv", e->csv, "a line per result instead of JSON");
  exported->add_option("--out", e->out, "the file to write; otherwise standard output");
  exported->add_option("--limit", e->limit, "only the newest so many")
      ->check(CLI::Range(1, 1'000'000));
  exported->footer(
      "Examples:\n  edgerack results export --csv --out results.csv\n"
      "  edgerack results export --json | jq '.results[].latency.median_ms'\n"
      "A Parquet file: see docs/python.md.");
  OnRun(exported, session, [&session, e] { return Export(session, *e); });
  auto a = std::make_shared<OutputsArguments>();
  CLI::App* outputs =
      results->add_subcommand("outputs", "Writes what the model answered to each sample");
  outputs->add_option("result", a->id, "its id")->required();
  outputs->add_option("--out", a->out, "the npz to write")->required();
  outputs->add_flag("--host", a->choice.host,
                    "the host's reference instead of the board's outputs");
  outputs->add_flag("--real", a->choice.real,
                    "real values (float32) instead of the model's own type");
  OnRun(outputs, session, [&session, a] { return Outputs(session, *a); });
  results->footer(
      "Examples:\n  edgerack results list\n  edgerack results export --csv --out results.csv");
}

}  // namespace edgerack::cli
