// Compares executions of one model layer by layer, sample after sample:
//
//   original  the imported graph, without passes that change it, by the reference kernels
//   compiled  the graph after all passes, by the reference kernels
//   package   the package for the board, by the kernels it names, on this machine
//   board     the same package on the board
//
// A layer diverges where it gives something else than its inputs ask for, beyond what quantization
// explains (node_check.h); what it inherits from layers before it is told as figures and judged
// nowhere. Package and compiled graph, and board and package, must agree bit for bit: there the
// first layer of a sample that does not is the one that diverges, and what follows from it is not.
#ifndef SERVER_COMPILER_VALIDATE_VALIDATION_H_
#define SERVER_COMPILER_VALIDATE_VALIDATION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/compiler/validate/board_trace.h"
#include "server/compiler/validate/error_sums.h"
#include "server/compiler/validate/match.h"
#include "server/compiler/validate/node_check.h"
#include "server/compiler/validate/traced_graph.h"

namespace edgerack::compiler {

enum class Divergence {
  kPasses,      // original → compiled: the passes made another function of this layer
  kArithmetic,  // the layer's own integer arithmetic, or what it reads is not what was written
  kPackage,     // compiled → package: the kernel chosen for the board, or its packed weights
  kBoard,       // package → board
};
const char* DivergenceName(Divergence divergence);

// The worst of all samples.
struct WorstCheck {
  NodeCheck check;
  int64_t sample = -1;
  bool seen = false;
  void Take(const NodeCheck& other, int64_t of_sample);
};

struct ExactComparison {
  int64_t samples = 0;    // compared
  int64_t differing = 0;  // of these
  int64_t first = 0;      // of these, how many differ here first
  std::string not_compared;
  ErrorSums error;  // of samples whose bytes are known
};

struct LayerValidation {
  size_t node = 0;  // in the compiled graph
  int index = -1;   // in the package; -1 where it has no such layer
  Match match;
  bool original_exact = true;
  ErrorSums original;
  WorstCheck passes, arithmetic;
  ExactComparison package, board;

  std::vector<Divergence> divergences() const;
};

class Validation {
 public:
  // `original` may be missing (why_no_original says why). Layers without a kernel are left out.
  Validation(std::optional<TracedGraph> original, TracedGraph compiled, PackageInfo package);

  struct Sample {
    std::string_view inputs;    // raw
    std::string_view original;  // its part of each trace; ignored where there is no original
    std::string_view compiled;
    std::string_view package;
  };
  // `board`: the trace that this sample is number `index` of; null where there is none.
  void Add(const Sample& sample, const BoardTrace* board, int64_t index);

  const std::vector<LayerValidation>& layers() const { return layers_; }
  const Graph& graph() const { return compiled_.graph; }
  const Graph* original() const { return original_ ? &original_->graph : nullptr; }
  int64_t samples() const { return samples_; }

 private:
  using Values = std::vector<std::optional<std::string>>;

  void CompareWithOriginal(LayerValidation& layer, const Values& original, const Values& compiled);
  NodeCheck CheckPasses(const LayerValidation& layer, const Values& original) const;
  NodeCheck CheckArithmetic(const LayerValidation& layer, const Values& compiled) const;
  void ComparePackage(const Sample& sample, const Values& compiled);
  void CompareBoard(const Sample& sample, const BoardTrace& board, int64_t index);

  std::optional<TracedGraph> original_;
  TracedGraph compiled_;
  PackageInfo package_;
  std::vector<std::vector<TracePlace>> places_;  // of the package
  std::vector<LayerValidation> layers_;
  int64_t samples_ = 0;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_VALIDATION_H_
