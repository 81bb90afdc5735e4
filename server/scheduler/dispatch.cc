// The scheduler's choice: which waiting run gets which free board.
#include <algorithm>
#include <queue>

#include "server/scheduler/scheduler.h"

namespace edgerack::scheduler {

using core::BoardHealth;
using core::BoardId;
using core::BoardState;

std::string Scheduler::QueueKey(const RunRequest& request) {
  // Runs with equal keys suit the same boards. '\n' is in none of the three.
  return request.selector.text() + "\n" + request.pinned_board.value() + "\n" + request.chip;
}

bool Scheduler::Suits(const RunRequest& request, const core::Board& board) const {
  return board.chip == request.chip &&
         (request.pinned_board.empty() ? request.selector.Matches(board)
                                       : board.id == request.pinned_board);
}

bool Scheduler::IsAlive(const BoardEntry& entry) const {
  auto agent = agents_.find(entry.board.agent);
  return agent != agents_.end() && !agent->second.silent && entry.reported != BoardState::kOffline;
}

bool Scheduler::IsFree(const BoardEntry& entry) const {
  return IsAlive(entry) && entry.reported == BoardState::kIdle && entry.assigned.empty() &&
         !entry.reported_run && entry.board.health != BoardHealth::kQuarantined;
}

void Scheduler::Enqueue(RunEntry& run, int64_t deadline_ms) {
  run.phase = Phase::kWaiting;
  run.board = BoardId();
  run.seen = false;
  run.queue_deadline_ms = deadline_ms;
  queues_[QueueKey(run.request)].emplace(run.request.order, run.request.id);
  deadlines_.emplace(deadline_ms, run.request.id);
}

void Scheduler::Dequeue(const RunEntry& run) {
  auto queue = queues_.find(QueueKey(run.request));
  queue->second.erase(run.request.order);
  if (queue->second.empty()) queues_.erase(queue);
  deadlines_.erase({run.queue_deadline_ms, run.request.id});
}

void Scheduler::Dispatch(int64_t now_ms, Actions& actions) {
  if (deadlines_.empty()) return;
  std::set<BoardId> free;
  for (const auto& [id, entry] : boards_) {
    if (IsFree(entry)) free.insert(id);
  }
  // The oldest run of each queue stands in `heads`; a queue no free board suits is left out.
  struct Head {
    int64_t order;
    std::string key;
    bool operator>(const Head& other) const { return order > other.order; }
  };
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  auto push_after = [&](const std::string& key, int64_t order) {
    auto queue = queues_.find(key);
    if (queue == queues_.end()) return;
    auto next = queue->second.upper_bound(order);
    if (next == queue->second.end()) return;
    const RunRequest& request = runs_.at(next->second).request;
    if (std::any_of(free.begin(), free.end(),
                    [&](const BoardId& id) { return Suits(request, boards_.at(id).board); })) {
      heads.push({next->first, key});
    }
  };
  std::vector<std::string> keys;
  for (const auto& [key, queue] : queues_) keys.push_back(key);
  for (const std::string& key : keys) push_after(key, INT64_MIN);
  while (!heads.empty() && !free.empty()) {
    const Head head = heads.top();
    heads.pop();
    RunEntry& run = runs_.at(queues_.at(head.key).at(head.order));
    if (BoardEntry* board = Choose(run.request, free)) {
      free.erase(board->board.id);
      Assign(run, *board, now_ms, actions);
    }
    push_after(head.key, head.order);
  }
}

Scheduler::BoardEntry* Scheduler::Choose(const RunRequest& request, const std::set<BoardId>& free) {
  const auto& tried = request.tried_boards;
  auto was_tried = [&](const BoardId& id) {
    return std::find(tried.begin(), tried.end(), id) != tried.end();
  };
  auto rank = [&](const BoardEntry& entry) {
    return std::make_tuple(was_tried(entry.board.id), entry.board.health != BoardHealth::kHealthy,
                           entry.last_use_ms, entry.board.id);
  };
  BoardEntry* best = nullptr;
  for (const BoardId& id : free) {
    BoardEntry& entry = boards_.at(id);
    if (Suits(request, entry.board) && (best == nullptr || rank(entry) < rank(*best))) {
      best = &entry;
    }
  }
  if (best == nullptr || !was_tried(best->board.id)) return best;
  // Only boards that failed it are free: rather wait for another one of this kind if there is one.
  const bool another = std::any_of(boards_.begin(), boards_.end(), [&](const auto& item) {
    const BoardEntry& entry = item.second;
    return entry.board.kind == best->board.kind && Suits(request, entry.board) &&
           !was_tried(item.first) && IsAlive(entry) &&
           entry.board.health != BoardHealth::kQuarantined;
  });
  return another ? nullptr : best;
}

void Scheduler::Assign(RunEntry& run, BoardEntry& board, int64_t now_ms, Actions& actions) {
  Dequeue(run);
  run.phase = Phase::kAssigned;
  run.board = board.board.id;
  run.assign_ms = now_ms;
  run.seen = false;
  assigned_.insert(run.request.id);
  board.assigned = run.request.id;
  board.last_use_ms = now_ms;
  actions.assigned.push_back({run.request.id, board.board.id, run.request.attempt});
  actions.changed_agents.insert(board.board.agent);
  Publish(board, actions);
}

}  // namespace edgerack::scheduler
