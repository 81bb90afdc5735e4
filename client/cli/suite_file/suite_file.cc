#include "client/cli/suite_file/suite_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/suite_file/toml_table.h"

namespace edgerack::cli {
namespace {

void SetOptions(TomlTable& table, google::protobuf::Map<std::string, std::string>* to) {
  for (const auto& [key, value] : table.Options("options")) (*to)[key] = value;
}

void ReadModel(TomlTable& table, SuiteFile& to) {
  v1::SuiteModel* model = to.suite.add_models();
  model->set_label(table.RequiredText("label"));
  model->set_quantize(table.Text("quantize"));
  SetOptions(table, model->mutable_options());
  SuiteFile::Files& files = to.files.emplace_back();
  files.model = table.RequiredText("file");
  files.dataset = table.Text("dataset");
  files.calibration = table.Text("calibration");
}

void ReadVariant(TomlTable& table, v1::Suite& to) {
  v1::SuiteVariant* variant = to.add_variants();
  variant->set_label(table.RequiredText("label"));
  variant->set_quantize(table.Text("quantize"));
  SetOptions(table, variant->mutable_options());
}

void ReadThresholds(TomlTable& table, v1::SuiteThresholds* to) {
  if (auto value = table.Number("min_percent")) to->set_min_percent(*value);
  if (auto value = table.Integer("min_cycles")) to->set_min_cycles(*value);
  if (auto value = table.Number("min_layer_percent")) to->set_min_layer_percent(*value);
  if (auto value = table.Number("min_bytes_percent")) to->set_min_bytes_percent(*value);
  if (auto value = table.Number("max_top1_loss")) to->set_max_top1_loss(*value);
  if (auto value = table.Number("max_latency_ms")) to->set_max_latency_ms(*value);
  if (auto value = table.Integer("max_arena_bytes")) to->set_max_arena_bytes(*value);
  if (auto value = table.Number("min_top1")) to->set_min_top1(*value);
}

void ReadNotify(TomlTable& table, v1::SuiteNotifications* to) {
  const std::string when = absl::AsciiStrToUpper(table.Text("when"));
  v1::SuiteNotifications::When parsed = v1::SuiteNotifications::TROUBLE;
  if (!when.empty() && !v1::SuiteNotifications::When_Parse(when, &parsed)) {
    table.Fail("when", "must be \"trouble\", \"always\" or \"never\"");
  }
  to->set_when(parsed);
  for (const std::string& address : table.Texts("mail_to")) to->add_mail_to(address);
  for (const std::string& name : table.Texts("webhooks")) to->add_webhooks(name);
}

// Beyond 32 bits it is out of the server's range anyway.
int32_t Small(std::optional<int64_t> value) {
  if (!value) return 0;
  return *value >= 0 && *value <= INT32_MAX ? static_cast<int32_t>(*value) : -1;
}

void ReadSuite(TomlTable& table, SuiteFile& to) {
  v1::Suite& suite = to.suite;
  suite.set_id(table.RequiredText("id"));
  suite.set_name("suites/" + suite.id());
  suite.set_display_name(table.Text("display_name"));
  suite.set_description(table.Text("description"));
  for (const std::string& board : table.Texts("boards")) suite.add_boards(board);
  suite.set_repeats(Small(table.Integer("repeats")));
  suite.set_confirmations(Small(table.Integer("confirmations")));
  table.Tables("model", [&](TomlTable& model) { ReadModel(model, to); });
  table.Tables("variant", [&](TomlTable& variant) { ReadVariant(variant, suite); });
  table.Table("thresholds",
              [&](TomlTable& inner) { ReadThresholds(inner, suite.mutable_thresholds()); });
  table.Table("schedule", [&](TomlTable& inner) {
    suite.mutable_schedule()->set_when(inner.RequiredText("when"));
    suite.mutable_schedule()->set_time_zone(inner.Text("time_zone"));
    suite.mutable_schedule()->set_paused(inner.Bool("paused"));
  });
  table.Table("notify",
              [&](TomlTable& inner) { ReadNotify(inner, suite.mutable_notifications()); });
}

}  // namespace

absl::StatusOr<SuiteFile> ParseSuiteFile(const std::string& text, const std::string& name) {
  toml::table parsed;
  try {
    parsed = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_SUITE_FILE",
        absl::StrCat(name, ":", error.source().begin.line, ": ", std::string(error.description())));
  }
  SuiteFile file;
  absl::Status status;
  {
    TomlTable table(parsed, name, status);
    ReadSuite(table, file);
  }
  if (!status.ok()) return status;
  return file;
}

}  // namespace edgerack::cli
