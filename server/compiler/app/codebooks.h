// Option codebook: weights of fully connected float layers become numbers of a codebook.
#ifndef SERVER_COMPILER_APP_CODEBOOKS_H_
#define SERVER_COMPILER_APP_CODEBOOKS_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct CodebookOptions {
  int bits = 0;                       // of every layer; 0: none
  std::map<std::string, int> layers;  // other bits for single ones

  bool any() const { return bits != 0 || !layers.empty(); }
};

// Changes the graph, adds a finding per layer, and returns the report's list of layers (null where
// the options ask for none). BAD_OPTION (JOB) for a layer that there is not or that has no float
// weights.
absl::StatusOr<nlohmann::ordered_json> UseCodebooks(const CodebookOptions& options, Graph& graph,
                                                    std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_CODEBOOKS_H_
