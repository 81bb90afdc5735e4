#include "server/compiler/importers/keras/model_file.h"

#include "base/npy/zip_reader.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

constexpr int64_t kMaxConfigBytes = 32ll << 20;
constexpr int64_t kMaxWeightsBytes = 1ll << 30;
constexpr int kMaxNesting = 200;

absl::StatusOr<nlohmann::json> ParseConfig(const std::string& text) {
  int depth = 0;
  for (char c : text) {  // the library parses and prints recursively
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if (depth > kMaxNesting) break;
  }
  nlohmann::json config = depth > kMaxNesting ? nlohmann::json(nlohmann::json::value_t::discarded)
                                              : nlohmann::json::parse(text, nullptr, false);
  if (!config.is_discarded()) return config;
  return Refuse("BAD_MODEL_FILE", "the model's configuration is no JSON; save the model again");
}

absl::Status NoConfiguration() {
  return Refuse("BAD_MODEL_FILE",
                "the file holds weights without the model's configuration; save it with "
                "model.save(), not save_weights()");
}

absl::StatusOr<ModelFile> OpenLegacy(const std::string& bytes) {
  ModelFile model;
  ER_ASSIGN_OR_RETURN(hdf5::File file, hdf5::File::Open(bytes));
  auto config = file.Strings("", "model_config");
  if (config.status().code() == absl::StatusCode::kNotFound) return NoConfiguration();
  ER_RETURN_IF_ERROR(config.status());
  if (config->size() != 1) return NoConfiguration();
  ER_ASSIGN_OR_RETURN(model.config, ParseConfig((*config)[0]));
  auto version = file.Strings("", "keras_version");
  model.keras3 = version.ok() && version->size() == 1 && (*version)[0].rfind("3", 0) == 0;
  model.weights = std::make_unique<const hdf5::File>(std::move(file));
  return model;
}

absl::StatusOr<ModelFile> OpenArchive(const std::string& bytes) {
  ModelFile model;
  model.keras3 = true;
  model.archive = true;
  ER_ASSIGN_OR_RETURN(
      ZipReader zip, ZipReader::Open(bytes, "BAD_MODEL_FILE", "the .keras archive cannot be read"));
  auto config = zip.Read("config.json", kMaxConfigBytes);
  if (config.status().code() == absl::StatusCode::kNotFound) return NoConfiguration();
  ER_RETURN_IF_ERROR(config.status());
  ER_ASSIGN_OR_RETURN(model.config, ParseConfig(*config));
  ER_ASSIGN_OR_RETURN(std::string weights, zip.Read("model.weights.h5", kMaxWeightsBytes));
  model.unpacked = std::make_unique<const std::string>(std::move(weights));
  ER_ASSIGN_OR_RETURN(hdf5::File file, hdf5::File::Open(*model.unpacked));
  model.weights = std::make_unique<const hdf5::File>(std::move(file));
  return model;
}

}  // namespace

bool Sniff(const std::string& bytes) {
  if (hdf5::File::Sniff(bytes)) return true;
  return bytes.compare(0, 2, "PK") == 0 && bytes.find("model.weights.h5") != std::string::npos;
}

absl::StatusOr<ModelFile> OpenModelFile(const std::string& bytes) {
  return hdf5::File::Sniff(bytes) ? OpenLegacy(bytes) : OpenArchive(bytes);
}

}  // namespace edgerack::compiler::keras
