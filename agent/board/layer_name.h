// The name of a layer in a compiled package, for messages.
#ifndef AGENT_BOARD_LAYER_NAME_H_
#define AGENT_BOARD_LAYER_NAME_H_

#include <cstdint>
#include <string>

namespace edgerack::agent {

// "layer 7 'conv_3'"; without the name where the package has none or is not one. Any bytes will do.
std::string DescribeLayer(const std::string& package, uint32_t layer);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_LAYER_NAME_H_
