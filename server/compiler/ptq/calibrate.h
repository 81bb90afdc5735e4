// What every tensor of a float graph holds while typical samples run through it.
#ifndef SERVER_COMPILER_PTQ_CALIBRATE_H_
#define SERVER_COMPILER_PTQ_CALIBRATE_H_

#include <functional>

#include "server/compiler/ptq/graph_runner.h"
#include "server/compiler/ptq/scheme.h"

namespace edgerack::compiler {

// Told as samples are done.
using Progress = std::function<void(int64_t done, int64_t of)>;

// One pass over all samples. Errors of the runner.
absl::StatusOr<GraphStatistics> Calibrate(const Graph& graph, GraphRunner& runner,
                                          const Progress& progress);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_CALIBRATE_H_
