#include "server/control/live_view.h"

#include <utility>

namespace edgerack::control {

void LiveView::PublishJob(LiveJob live) {
  auto snapshot = std::make_shared<const LiveJob>(std::move(live));
  const core::JobId& id = snapshot->job.id;
  std::lock_guard lock(mutex_);
  Entry& entry = jobs_[id];
  entry.live = snapshot;
  for (const auto& [watch, watcher] : entry.watchers) watcher(snapshot);
  if (!core::HasEnded(snapshot->job.state)) return;
  for (const auto& [watch, watcher] : entry.watchers) watches_.erase(watch);
  jobs_.erase(id);
}

void LiveView::PublishBoard(const core::Board& board) {
  std::lock_guard lock(mutex_);
  boards_[board.id] = board;
}

LiveView::JobSnapshot LiveView::FindJob(const core::JobId& id) const {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second.live;
}

int64_t LiveView::Watch(const core::JobId& id, Watcher watcher) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id);
  if (found == jobs_.end()) return 0;
  watcher(found->second.live);
  const int64_t watch = next_watch_++;
  found->second.watchers.emplace(watch, std::move(watcher));
  watches_.emplace(watch, id);
  return watch;
}

void LiveView::Unwatch(int64_t watch) {
  std::lock_guard lock(mutex_);
  auto found = watches_.find(watch);
  if (found == watches_.end()) return;
  jobs_[found->second].watchers.erase(watch);
  watches_.erase(found);
}

std::vector<core::Board> LiveView::Boards() const {
  std::lock_guard lock(mutex_);
  std::vector<core::Board> boards;
  for (const auto& [id, board] : boards_) boards.push_back(board);
  return boards;
}

std::optional<core::Board> LiveView::FindBoard(const core::BoardId& id) const {
  std::lock_guard lock(mutex_);
  auto found = boards_.find(id);
  if (found == boards_.end()) return std::nullopt;
  return found->second;
}

}  // namespace edgerack::control
