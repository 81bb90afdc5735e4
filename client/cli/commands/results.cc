#include "base/files.h"
#include "base/text/model_table.h"
#include "base/text/table.h"
#include "base/text/validation_table.h"
#include "client/cli/commands/command.h"
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
               Grouped(memory.arena_bytes()), Grouped(memory.package_bytes()),
               Grouped(memory.stack_bytes()), Top1(result), BitExact(result),
               HeaviestLayers(result, 3)});
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
}

}  // namespace edgerack::cli
