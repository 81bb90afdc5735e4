#include "server/compiler/importers/tflite/not_taken.h"

#include "server/compiler/importers/tflite/builtin_names.h"
#include "server/compiler/importers/tflite/handlers.h"

namespace edgerack::compiler {
namespace {

struct Group {
  const char* instead;
  std::vector<const char*> names;
};

const std::vector<Group>& Groups() {
  static const std::vector<Group> groups = {
      {"Export the model without branches and loops: fixed shapes, recurrent layers unrolled or as "
       "LSTM, RNN or SVDF",
       {"IF", "WHILE", "CALL"}},
      {"The size of its output follows from the data: end the model before it and do this step "
       "outside",
       {"WHERE", "UNIQUE", "NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"}},
      {"Do what works on texts outside, and feed the model numbers",
       {"HASHTABLE", "HASHTABLE_FIND", "HASHTABLE_IMPORT", "HASHTABLE_SIZE", "HASHTABLE_LOOKUP",
        "LSH_PROJECTION", "SKIP_GRAM"}},
      {"Compute the spectrum outside and feed it", {"RFFT2D", "IMAG", "REAL", "COMPLEX_ABS"}},
      {"Export the model for inference, or feed it the random numbers",
       {"RANDOM_STANDARD_NORMAL", "RANDOM_UNIFORM", "MULTINOMIAL"}},
  };
  return groups;
}

// Places in the table that no model of today's converter holds.
bool IsNoOperator(const std::string& name) {
  return name == "CUSTOM" || name == "DELEGATE" || name == "PLACEHOLDER_FOR_GREATER_OP_CODES";
}

}  // namespace

std::string InsteadOfTflite(const std::string& name) {
  for (const Group& group : Groups()) {
    for (const char* known : group.names) {
      if (name == known) return group.instead;
    }
  }
  if (name.find("'Flex") != std::string::npos) {
    return "It is TensorFlow's own: convert with target_spec.supported_ops = [TFLITE_BUILTINS] "
           "only "
           "and replace what the converter then names";
  }
  if (name.find("'TFLite_Detection_PostProcess'") != std::string::npos) {
    return "End the model before it and select the boxes outside";
  }
  return "Replace it in the model, or end the model before it";
}

std::vector<std::pair<std::string, std::string>> TfliteNotTaken() {
  std::vector<std::pair<std::string, std::string>> list;
  for (int32_t code = 0; code < kBuiltinCount; ++code) {
    const std::string name = BuiltinName(code);
    if (FindTfliteHandler(code) != nullptr || IsNoOperator(name)) continue;
    list.emplace_back(name, InsteadOfTflite(name));
  }
  return list;
}

}  // namespace edgerack::compiler
