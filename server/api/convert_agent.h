// Messages between agent and server as domain records.
#ifndef SERVER_API_CONVERT_AGENT_H_
#define SERVER_API_CONVERT_AGENT_H_

#include <vector>

#include "base/error.h"
#include "edgerack/agent/v1/agent.pb.h"
#include "server/core/agent_report.h"
#include "server/core/assignment.h"

namespace edgerack::api {

// INVALID_ARGUMENT (BAD_AGENT_STATE) naming the field: ids are missing, too long or not plain text.
absl::StatusOr<core::AgentReport> FromProto(const agent::v1::AgentState& state);

void ToProto(const std::vector<core::Assignment>& assignments, agent::v1::DesiredState* to);

}  // namespace edgerack::api

#endif  // SERVER_API_CONVERT_AGENT_H_
