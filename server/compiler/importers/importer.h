// From a model file's bytes to a graph. An importer is one line in importers.inc and one folder.
#ifndef SERVER_COMPILER_IMPORTERS_IMPORTER_H_
#define SERVER_COMPILER_IMPORTERS_IMPORTER_H_

#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ir/input_options.h"

namespace edgerack::compiler {

struct ImportedModel {
  Graph graph;  // verified
  std::string format;
  std::vector<Finding> findings;
  std::set<std::string> fixed_inputs;  // whose options the importer has applied
};

struct Importer {
  const char* format;  // "tflite"
  const char* files;   // for a person: "TensorFlow Lite (.tflite)"
  // True where the bytes look like this format; cheap, never fails.
  bool (*sniff)(const std::string& bytes);
  // Hostile input ends in a USER error, never in a crash; memory is bounded by the input's size.
  absl::StatusOr<ImportedModel> (*import)(const std::string& bytes, const InputOptions& options);
  // Names of the format's operators that can be taken, each with the graph operator it becomes.
  std::vector<std::pair<std::string, std::string>> (*operators)();
  // Names of the format's own operators that are refused, each with what to do instead: a sentence
  // without its full stop.
  std::vector<std::pair<std::string, std::string>> (*not_taken)();
};

const std::vector<Importer>& AllImporters();

// Finds the importer by the bytes, never by the file's name. INVALID_ARGUMENT with code
// UNKNOWN_MODEL_FORMAT, or what the importer says.
absl::StatusOr<ImportedModel> ImportModel(const std::string& bytes,
                                          const InputOptions& options = {});

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_IMPORTER_H_
