// Which tensors each layer of a package writes.
#ifndef AGENT_BOARD_LAYER_OUTPUTS_H_
#define AGENT_BOARD_LAYER_OUTPUTS_H_

#include <string>
#include <vector>

#include "agent/board/types.h"

namespace edgerack::agent {

// Per layer its outputs in order; an absent one has tensor -1 and no bytes. `package` may be any
// bytes: PACKAGE_BROKEN (BUG) where a record reaches past its end.
absl::StatusOr<std::vector<std::vector<TensorSlice>>> LayerOutputs(const std::string& package);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_LAYER_OUTPUTS_H_
