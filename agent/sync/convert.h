// Between the Synchronize messages and the agent's plain values. Generated types stay in this
// folder.
#ifndef AGENT_SYNC_CONVERT_H_
#define AGENT_SYNC_CONVERT_H_

#include <string>
#include <vector>

#include "agent/board/board_spec.h"
#include "agent/board/types.h"
#include "edgerack/agent/v1/agent.pb.h"

namespace edgerack::agent {

// The product's version, e.g. "0.1.0".
const char* AgentVersion();

edgerack::agent::v1::BoardState ToProto(const BoardSpec& spec, const BoardState& state);
// Times that are absent or 0 take StageTimeouts' defaults.
Assignment FromProto(const edgerack::agent::v1::Assignment& assignment);
std::vector<Assignment> FromProto(const edgerack::agent::v1::DesiredState& desired);

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_CONVERT_H_
