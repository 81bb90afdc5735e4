// Takes up, at the start, what an earlier life of the server left unfinished.
#ifndef SERVER_CONTROL_RECOVERY_H_
#define SERVER_CONTROL_RECOVERY_H_

#include <functional>

#include "server/control/dispatch.h"
#include "server/control/farm_context.h"
#include "server/control/preparation.h"

namespace edgerack::control {

// On the sequence, before anything else. Boards are OFFLINE until their agents report; assigned
// runs stay assigned and wait for their agents, ready runs wait for boards, all others are compiled
// again. Errors of the store.
// `done` runs on the sequence when all of it can be seen; not after an error.
absl::Status Recover(FarmContext& context, Dispatch& dispatch, Preparation& preparation,
                     std::function<void()> done);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_RECOVERY_H_
