// The way back to an agent that is connected.
#ifndef SERVER_CONTROL_AGENT_LINK_H_
#define SERVER_CONTROL_AGENT_LINK_H_

#include <vector>

#include "server/core/assignment.h"

namespace edgerack::control {

class AgentLink {
 public:
  virtual ~AgentLink() = default;
  // What all boards of the agent should be doing, whole. Does not block; a later call replaces an
  // earlier one that has not left yet. Called on the sequence.
  virtual void Send(const std::vector<core::Assignment>& assignments) = 0;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_AGENT_LINK_H_
