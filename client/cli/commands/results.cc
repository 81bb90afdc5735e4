#include "client/cli/commands/command.h"
#include "client/cli/output/json.h"
#include "client/cli/output/result_view.h"
#include "client/cli/output/table.h"

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
               v1::Result::Verdict_Name(result.verdict()), Fixed(result.latency().median_ms(), 3),
               Grouped(result.cycles().median()), Grouped(memory.arena_bytes()),
               Grouped(memory.package_bytes()), Grouped(memory.stack_bytes()), Top1(result),
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
}

}  // namespace edgerack::cli
