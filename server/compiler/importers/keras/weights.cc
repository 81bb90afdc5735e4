#include "server/compiler/importers/keras/weights.h"

#include <cctype>

namespace edgerack::compiler::keras {
namespace {

constexpr int kMaxDepth = 8;

class LegacyStore : public WeightStore {
 public:
  explicit LegacyStore(const hdf5::File& file)
      : file_(file), root_(file.Exists("model_weights") ? "model_weights/" : "") {}

  absl::StatusOr<std::vector<hdf5::Dataset>> Of(const std::string& layer) const override {
    const std::string group = root_ + layer;
    std::vector<hdf5::Dataset> weights;
    if (!file_.Exists(group)) return weights;
    ER_ASSIGN_OR_RETURN(std::vector<std::string> names, Names(group));
    for (const std::string& name : names) {
      ER_ASSIGN_OR_RETURN(hdf5::Dataset dataset, file_.Read(group + "/" + name));
      weights.push_back(std::move(dataset));
    }
    return weights;
  }

 private:
  // Lists too long for one attribute are split into weight_names0, weight_names1, ….
  absl::StatusOr<std::vector<std::string>> Names(const std::string& group) const {
    auto whole = file_.Strings(group, "weight_names");
    if (whole.ok() || whole.status().code() != absl::StatusCode::kNotFound) return whole;
    std::vector<std::string> names;
    for (int i = 0;; ++i) {
      auto part = file_.Strings(group, "weight_names" + std::to_string(i));
      if (!part.ok()) break;
      names.insert(names.end(), part->begin(), part->end());
    }
    return names;
  }

  const hdf5::File& file_;
  std::string root_;
};

class Keras3Store : public WeightStore {
 public:
  Keras3Store(const hdf5::File& file, const std::vector<LayerCall>& layers) : file_(file) {
    std::map<std::string, int> used;
    for (const LayerCall& layer : layers) {
      const std::string base = SnakeCase(layer.class_name.substr(layer.class_name.rfind('>') + 1));
      auto [found, fresh] = used.emplace(base, 0);
      const std::string key = fresh ? base : base + "_" + std::to_string(++found->second);
      groups_[layer.name] = "layers/" + key;
    }
  }

  absl::StatusOr<std::vector<hdf5::Dataset>> Of(const std::string& layer) const override {
    std::vector<hdf5::Dataset> weights;
    const auto found = groups_.find(layer);
    if (found == groups_.end()) return weights;
    ER_RETURN_IF_ERROR(Collect(found->second, weights, 0));
    return weights;
  }

 private:
  // A layer's own variables come before those of the layers it is made of.
  absl::Status Collect(const std::string& group, std::vector<hdf5::Dataset>& weights,
                       int depth) const {
    if (depth > kMaxDepth || !file_.Exists(group)) return absl::OkStatus();
    for (int i = 0; file_.Exists(group + "/vars/" + std::to_string(i)); ++i) {
      ER_ASSIGN_OR_RETURN(hdf5::Dataset dataset, file_.Read(group + "/vars/" + std::to_string(i)));
      weights.push_back(std::move(dataset));
    }
    for (const char* part : {"cell", "layer", "forward_layer", "backward_layer"}) {
      ER_RETURN_IF_ERROR(Collect(group + "/" + part, weights, depth + 1));
    }
    return absl::OkStatus();
  }

  const hdf5::File& file_;
  std::map<std::string, std::string> groups_;
};

}  // namespace

std::string SnakeCase(const std::string& class_name) {
  // An underscore before a capital that follows a small letter or digit, or that begins a word
  // after several capitals.
  std::string out;
  auto is = [&](size_t i, int (*test)(int)) {
    return i < class_name.size() && test(static_cast<unsigned char>(class_name[i])) != 0;
  };
  for (size_t i = 0; i < class_name.size(); ++i) {
    if (is(i, std::isupper) && i > 0) {
      const bool after_word = is(i - 1, std::islower) || is(i - 1, std::isdigit);
      const bool word_in_capitals = is(i - 1, std::isupper) && is(i + 1, std::islower);
      // "Conv2DTranspose": the D belongs to the digit.
      const bool after_digit = is(i - 1, std::isdigit) && !is(i + 1, std::islower);
      if ((after_word || word_in_capitals) && !after_digit) out += '_';
    }
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(class_name[i])));
  }
  return out;
}

std::unique_ptr<WeightStore> LegacyWeights(const hdf5::File& file) {
  return std::make_unique<LegacyStore>(file);
}

std::unique_ptr<WeightStore> Keras3Weights(const hdf5::File& file,
                                           const std::vector<LayerCall>& layers) {
  return std::make_unique<Keras3Store>(file, layers);
}

}  // namespace edgerack::compiler::keras
