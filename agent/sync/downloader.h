// Downloads artifacts from the server.
#ifndef AGENT_SYNC_DOWNLOADER_H_
#define AGENT_SYNC_DOWNLOADER_H_

#include <memory>

#include "agent/sync/artifact_cache.h"
#include "agent/sync/endpoint.h"

namespace edgerack::agent {

// A Download over the server's DownloadArtifact. Waits for a server that is away for a while.
// Errors: ARTIFACT_NOT_FOUND (BUG), ARTIFACT_TOO_LARGE (BUG), SERVER_UNREACHABLE (INFRASTRUCTURE).
Download MakeDownloader(std::shared_ptr<grpc::Channel> channel, Endpoint endpoint);

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_DOWNLOADER_H_
