// explain: why a result took the time it took.
#include "client/cli/commands/command.h"
#include "client/cli/output/explanation_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

int Explain(Session& session, const std::string& id) {
  auto explanation = session.connection().ExplainResult(ResourceName("results", id));
  if (!explanation.ok()) return session.Report(explanation.status());
  nlohmann::ordered_json json = ToJson(*explanation);
  for (const char* key : {"causes", "layers", "notes"}) {
    if (!json.contains(key)) json[key] = nlohmann::ordered_json::array();
  }
  session.Print(json, RenderExplanation(*explanation));
  return kSucceeded;
}

}  // namespace

void AddExplainCommand(CLI::App& app, Session& session) {
  CLI::App* explain = app.add_subcommand(
      "explain", "Says why a result took its time: settings, and what bounds each layer");
  auto id = std::make_shared<std::string>();
  explain->add_option("result", *id, "its id")->required();
  explain->footer("Example:\n  edgerack explain 01JABC…");
  OnRun(explain, session, [&session, id] { return Explain(session, *id); });
}

}  // namespace edgerack::cli
