// The composition of the agent: the only place that knows every part.
#ifndef AGENT_APP_AGENT_H_
#define AGENT_APP_AGENT_H_

#include <memory>
#include <vector>

#include "agent/app/config.h"
#include "agent/board/board_actor.h"
#include "agent/sync/sync_client.h"
#include "base/catalog/catalog.h"

namespace edgerack::agent {

// One io_context, two threads, a strand per board and one for the server.
class Agent {
 public:
  // Errors name the board and what is wrong with its entry.
  static absl::StatusOr<std::unique_ptr<Agent>> Build(const AgentConfig& config,
                                                      const Catalog& catalog);
  // Starts boards and stream, calls `started` and blocks until SIGINT or SIGTERM; then lets every
  // board stop in good order.
  void Run(const std::function<void()>& started);

 private:
  Agent() = default;
  absl::Status AddBoard(const BoardConfig& config, const Catalog& catalog);
  void Stop();

  asio::io_context context_;
  std::shared_ptr<ArtifactSource> artifacts_;
  std::shared_ptr<SyncClient> sync_;
  std::vector<std::shared_ptr<BoardActor>> boards_;
};

}  // namespace edgerack::agent

#endif  // AGENT_APP_AGENT_H_
