// Uploads in several requests: what is here survives a client's broken connection, not a restart of
// the server. The bytes are the upload RPC's from the moment they come; nothing is stored twice.
#ifndef SERVER_API_REST_SERVE_UPLOAD_SESSIONS_H_
#define SERVER_API_REST_SERVE_UPLOAD_SESSIONS_H_

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "server/api/rest/serve/file_upload.h"

namespace edgerack::rest {

struct UploadSession {
  std::string id;
  int64_t size_bytes = 0;
  std::atomic<int64_t> offset = 0;  // bytes that the service has taken
  // Of the request that holds the session.
  std::unique_ptr<FileUpload> upload;
};

// Thread-safe.
class UploadSessions {
 public:
  UploadSessions(size_t most, std::chrono::milliseconds lifetime)
      : most_(most), lifetime_(lifetime) {}

  // The new session's id. RESOURCE_EXHAUSTED (TOO_MANY_UPLOADS) when all places are taken by
  // sessions that are not done.
  absl::StatusOr<std::string> Add(std::unique_ptr<FileUpload> upload);

  // For the one request that may write now; NOT_FOUND (UPLOAD_NOT_FOUND), ABORTED (UPLOAD_BUSY),
  // or FAILED_PRECONDITION (UPLOAD_DONE). Release() or End() gives it back.
  absl::StatusOr<std::shared_ptr<UploadSession>> Hold(const std::string& id);
  void Release(const std::string& id);
  // The service's answer: kept for clients that lost theirs.
  void End(const std::string& id, absl::StatusOr<std::string> answer);

  struct State {
    int64_t offset = 0;
    int64_t size_bytes = 0;
    bool done = false;
    absl::StatusOr<std::string> answer;  // JSON, once it is done
  };
  // NOT_FOUND (UPLOAD_NOT_FOUND).
  absl::StatusOr<State> Find(const std::string& id);
  // {"id", "offset", "size_bytes", "done", "result" or "error"}. NOT_FOUND (UPLOAD_NOT_FOUND).
  absl::StatusOr<std::string> Describe(const std::string& id);
  // NOT_FOUND (UPLOAD_NOT_FOUND), ABORTED (UPLOAD_BUSY).
  absl::Status Remove(const std::string& id);
  // Drops those that were not used for their lifetime.
  void DropExpired();
  // Every one that no request holds.
  void DropAll();

 private:
  using Steady = std::chrono::steady_clock;
  struct Entry {
    std::shared_ptr<UploadSession> session;
    bool held = false;
    std::optional<absl::StatusOr<std::string>> answer;
    Steady::time_point used = Steady::now();
  };
  // With mutex_ held.
  absl::StatusOr<Entry*> At(const std::string& id);
  bool MakeRoom();

  const size_t most_;
  const std::chrono::milliseconds lifetime_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_UPLOAD_SESSIONS_H_
