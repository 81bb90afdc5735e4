#include <charconv>
#include <limits>
#include <sstream>

#include "firmware/kernels/unary/unary.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/recurrent.h"

namespace edgerack::compiler {
namespace {

constexpr float kNoBound = std::numeric_limits<float>::infinity();

struct Named {
  const char* name;
  er_recurrent_activation_t activation;  // alpha and beta: the defaults
  bool has_parameters;                   // alpha and beta are the model's to give
};

const Named kActivations[] = {
    {"sigmoid", {ER_UNARY_sigmoid, 0, 0}, false},
    {"tanh", {ER_UNARY_tanh, 0, 0}, false},
    {"relu", {ER_UNARY_clip, 0, kNoBound}, false},
    {"hard_sigmoid", {ER_UNARY_hard_sigmoid, 0.2f, 0.5f}, true},
    {"affine", {ER_RECURRENT_AFFINE, 1, 0}, true},
    {"leaky_relu", {ER_UNARY_leaky_relu, 0.01f, 0}, true},
    {"thresholded_relu", {ER_UNARY_thresholded_relu, 1, 0}, true},
    {"elu", {ER_UNARY_elu, 1, 0}, true},
    {"softsign", {ER_UNARY_softsign, 0, 0}, false},
    {"softplus", {ER_UNARY_softplus, 0, 0}, false},
    {"scaled_tanh", {ER_RECURRENT_SCALED_TANH, 1, 1}, true},
    {"none", {ER_RECURRENT_AFFINE, 1, 0}, false},
    {"relu6", {ER_UNARY_clip, 0, 6}, false},
    {"relu_n1_to_1", {ER_UNARY_clip, -1, 1}, false},
};

bool ReadNumber(std::istringstream& parts, float& value) {
  std::string text;
  if (!std::getline(parts, text, ':')) return true;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

absl::StatusOr<er_recurrent_activation_t> ParseActivationItem(const std::string& item) {
  std::istringstream parts(item);
  std::string name;
  std::getline(parts, name, ':');
  for (const Named& known : kActivations) {
    if (name != known.name) continue;
    er_recurrent_activation_t activation = known.activation;
    if (known.has_parameters &&
        (!ReadNumber(parts, activation.alpha) || !ReadNumber(parts, activation.beta))) {
      return Refuse("BAD_GRAPH", "activation '" + item + "' has a parameter that is no number");
    }
    return activation;
  }
  return Refuse("UNSUPPORTED_ATTRIBUTE", "activations holds '" + name + "'; supported are " +
                                             RecurrentActivationNames() +
                                             ". Train the layer with one of these");
}

}  // namespace

std::string RecurrentActivationNames() {
  std::string names;
  for (const Named& known : kActivations)
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  return names;
}

absl::Status ReadActivations(const Node& node, const std::string& default_list, int32_t directions,
                             size_t count, er_recurrent_f32_params_t& params) {
  std::istringstream list(node.Text("activations", default_list));
  std::vector<er_recurrent_activation_t> given;
  for (std::string item; list >> item;) {
    ER_ASSIGN_OR_RETURN(er_recurrent_activation_t activation, ParseActivationItem(item));
    given.push_back(activation);
  }
  const bool both = given.size() == count * static_cast<size_t>(directions);
  if (given.size() != count && !both) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", "activations has " + std::to_string(given.size()) +
                                               " entries; supported are " + std::to_string(count) +
                                               " for each of " + std::to_string(directions) +
                                               " directions. Export the model again");
  }
  for (size_t d = 0; d < 2; ++d) {
    const size_t from = both && directions == 2 ? d * count : 0;
    for (size_t i = 0; i < 3; ++i) {
      params.activations[d][i] = given[from + std::min(i, count - 1)];
    }
  }
  return absl::OkStatus();
}

}  // namespace edgerack::compiler
