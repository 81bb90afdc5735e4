#include "server/api/rest/serve/upload_sessions.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "server/api/rest/http/status.h"

namespace edgerack::rest {

absl::StatusOr<UploadSessions::Entry*> UploadSessions::At(const std::string& id) {
  auto found = entries_.find(id);
  if (found != entries_.end()) return &found->second;
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "UPLOAD_NOT_FOUND",
                   "there is no upload \"" + id +
                       "\": it expired, or the server was started anew; begin it again");
}

// The oldest session that is done gives its place away.
bool UploadSessions::MakeRoom() {
  if (entries_.size() < most_) return true;
  auto oldest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!entry->second.answer) continue;
    if (oldest == entries_.end() || entry->second.used < oldest->second.used) oldest = entry;
  }
  if (oldest == entries_.end()) return false;
  entries_.erase(oldest);
  return true;
}

absl::StatusOr<std::string> UploadSessions::Add(std::unique_ptr<FileUpload> upload) {
  DropExpired();
  std::lock_guard lock(mutex_);
  if (!MakeRoom()) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "TOO_MANY_UPLOADS",
                     "there are " + std::to_string(most_) +
                         " unfinished uploads, as many as this server keeps; finish or DELETE one");
  }
  auto session = std::make_shared<UploadSession>();
  session->id = SystemIds().NewId();
  session->size_bytes = upload->size_bytes();
  session->upload = std::move(upload);
  entries_[session->id].session = session;
  return session->id;
}

absl::StatusOr<std::shared_ptr<UploadSession>> UploadSessions::Hold(const std::string& id) {
  std::lock_guard lock(mutex_);
  ER_ASSIGN_OR_RETURN(Entry * entry, At(id));
  if (entry->answer) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "UPLOAD_DONE",
                     "this upload is done; GET it to see what became of it");
  }
  if (std::exchange(entry->held, true)) {
    return MakeError(absl::StatusCode::kAborted, ErrorClass::kUser, "UPLOAD_BUSY",
                     "another request writes to this upload; ask for its offset again when that "
                     "has ended");
  }
  return entry->session;
}

void UploadSessions::Release(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto entry = At(id);
  if (!entry.ok()) return;
  (*entry)->held = false;
  (*entry)->used = Steady::now();
}

void UploadSessions::End(const std::string& id, absl::StatusOr<std::string> answer) {
  std::lock_guard lock(mutex_);
  auto entry = At(id);
  if (!entry.ok()) return;
  (*entry)->held = false;
  (*entry)->used = Steady::now();
  (*entry)->answer = std::move(answer);
  (*entry)->session->upload.reset();
}

absl::StatusOr<UploadSessions::State> UploadSessions::Find(const std::string& id) {
  DropExpired();
  std::lock_guard lock(mutex_);
  ER_ASSIGN_OR_RETURN(Entry * entry, At(id));
  State state;
  state.offset = entry->session->offset;
  state.size_bytes = entry->session->size_bytes;
  state.done = entry->answer.has_value();
  if (entry->answer) state.answer = *entry->answer;
  return state;
}

absl::StatusOr<std::string> UploadSessions::Describe(const std::string& id) {
  ER_ASSIGN_OR_RETURN(const State state, Find(id));
  nlohmann::ordered_json json = {
      {"id", id}, {"offset", state.offset}, {"size_bytes", state.size_bytes}, {"done", state.done}};
  if (state.done && state.answer.ok()) {
    json["result"] = nlohmann::ordered_json::parse(*state.answer);
  } else if (state.done) {
    json["error"] = ErrorBody(state.answer.status())["error"];
  }
  return Dump(json);
}

absl::Status UploadSessions::Remove(const std::string& id) {
  ER_RETURN_IF_ERROR(Find(id).status());
  auto held = Hold(id);
  if (ErrorCodeOf(held.status()) == "UPLOAD_BUSY") return held.status();
  std::lock_guard lock(mutex_);
  entries_.erase(id);
  return absl::OkStatus();
}

void UploadSessions::DropExpired() {
  std::lock_guard lock(mutex_);
  const auto oldest = Steady::now() - lifetime_;
  std::erase_if(entries_,
                [&](const auto& one) { return !one.second.held && one.second.used < oldest; });
}

void UploadSessions::DropAll() {
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& one) { return !one.second.held; });
}

}  // namespace edgerack::rest
