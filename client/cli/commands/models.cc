#include "base/text/model_table.h"
#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/submission.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

int Upload(Session& session, const std::string& path) {
  auto model = session.connection().UploadModel(path);
  if (!model.ok()) return session.Report(model.status());
  session.Print(ToJson(*model), model->id() + "\n");
  return kSucceeded;
}

int List(Session& session) {
  v1::ListModelsRequest request;
  request.set_page_size(1000);
  auto models = session.connection().ListModels(request);
  if (!models.ok()) return session.Report(models.status());
  Table table({{"model"}, {"name"}, {"bytes", Table::Align::kRight}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& model : models->models()) {
    list.push_back(ToJson(model));
    table.Add({ShortId(model.id()), model.display_name(), Grouped(model.size_bytes())});
  }
  session.Print({{"models", list}}, table.Render());
  return kSucceeded;
}

int Show(Session& session, const std::string& reference) {
  auto model = FindOrUploadModel(session, reference);
  if (!model.ok()) return session.Report(model.status());
  auto view = session.connection().GetModelView(model->name());
  if (!view.ok()) return session.Report(view.status());
  nlohmann::ordered_json json = ToJson(*model);
  const nlohmann::ordered_json view_json = ToJson(*view);
  for (const char* key : {"format", "inputs", "outputs", "layers", "totals"}) {
    if (view_json.contains(key)) json[key] = view_json[key];
  }
  session.Print(json, model->display_name() + " (" + view->format() + ", " +
                          Grouped(model->size_bytes()) + " B)  " + ShortId(model->id()) + "\n\n" +
                          RenderModelView(view_json));
  return kSucceeded;
}

}  // namespace

void AddModelsCommand(CLI::App& app, Session& session) {
  CLI::App* models = app.add_subcommand("models", "The models the server keeps");
  models->require_subcommand(1);
  auto path = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  CLI::App* upload = models->add_subcommand("upload", "Stores a model and prints its id");
  upload->add_option("file", *path, "a model file")->required();
  OnRun(upload, session, [&session, path] { return Upload(session, *path); });
  OnRun(models->add_subcommand("list", "All models, newest first"), session,
        [&session] { return List(session); });
  CLI::App* show = models->add_subcommand("show", "One model: layers, shapes and sizes");
  show->add_option("model", *id, "its id, or a file, which is uploaded first")->required();
  OnRun(show, session, [&session, id] { return Show(session, *id); });
  models->footer(
      "Examples:\n  edgerack models upload model.tflite\n  edgerack models show model.tflite");
}

}  // namespace edgerack::cli
