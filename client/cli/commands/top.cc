// top: what the farm does now, again and again on a terminal.
#include <csignal>
#include <ctime>
#include <map>

#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/output/board_state.h"
#include "client/cli/output/progress.h"
#include "client/cli/output/terminal.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

constexpr int kMostJobs = 200;
constexpr char kClearScreen[] = "\033[H\033[2J";

struct TopArguments {
  double interval_s = 1;
  bool once = false;
};

struct Snapshot {
  v1::ListBoardsResponse boards;
  v1::ListJobsResponse jobs;
};

absl::StatusOr<Snapshot> Look(Session& session) {
  Snapshot snapshot;
  v1::ListBoardsRequest boards;
  boards.set_page_size(1000);
  ER_ASSIGN_OR_RETURN(snapshot.boards, session.connection().ListBoards(boards));
  v1::ListJobsRequest jobs;
  jobs.set_page_size(kMostJobs);
  ER_ASSIGN_OR_RETURN(snapshot.jobs, session.connection().ListJobs(jobs));
  return snapshot;
}

bool Ended(const v1::Job& job) {
  return job.state() == v1::Job::SUCCEEDED || job.state() == v1::Job::FAILED ||
         job.state() == v1::Job::CANCELLED;
}

std::string Render(const Snapshot& snapshot) {
  struct Work {
    const v1::Job* job;
    const v1::Run* run;
  };
  std::map<std::string, Work> at_work;  // by board
  std::map<std::string, int> counts;
  for (const v1::Job& job : snapshot.jobs.jobs()) {
    ++counts[v1::Job::State_Name(job.state())];
    for (const v1::Run& run : job.runs()) {
      if (run.state() == v1::Run::ASSIGNED) at_work[run.board()] = {&job, &run};
    }
  }
  Table boards({{"board"}, {"chip"}, {"state"}, {"job"}, {"model"}, {"stage"}, {"note"}});
  for (const v1::Board& board : snapshot.boards.boards()) {
    auto work = at_work.find(board.id());
    if (work == at_work.end()) {
      boards.Add({board.id(), board.chip(), BoardStateText(board), "", "", "", board.reason()});
      continue;
    }
    const auto& [job, run] = work->second;
    std::string stage = run->stage();
    if (run->has_progress()) stage += " " + std::to_string(int(run->progress() * 100)) + " %";
    boards.Add({board.id(), board.chip(), BoardStateText(board), job->id(),
                job->model_display_name(), stage, board.reason()});
  }
  Table queue({{"job"}, {"model"}, {"boards"}, {"state"}});
  int waiting = 0;
  for (const v1::Job& job : snapshot.jobs.jobs()) {
    if (Ended(job)) continue;
    ++waiting;
    queue.Add({job.id(), job.model_display_name(), job.spec().board_selector(), ProgressText(job)});
  }
  std::string summary;
  for (const auto& [state, count] : counts) {
    summary += (summary.empty() ? "" : ", ") + std::to_string(count) + " " + state;
  }
  std::string text = boards.Render();
  text += "\njobs" +
          (summary.empty()
               ? ": none"
               : ", the newest " + std::to_string(snapshot.jobs.jobs_size()) + ": " + summary) +
          "\n";
  if (waiting > 0) text += "\n" + queue.Render();
  return text;
}

nlohmann::ordered_json Json(const Snapshot& snapshot) {
  nlohmann::ordered_json boards = nlohmann::ordered_json::array();
  for (const auto& board : snapshot.boards.boards()) boards.push_back(ToJson(board));
  nlohmann::ordered_json jobs = nlohmann::ordered_json::array();
  for (const auto& job : snapshot.jobs.jobs()) {
    if (!Ended(job)) jobs.push_back(ToJson(job));
  }
  return {{"boards", boards}, {"jobs", jobs}};
}

// False when somebody pressed Ctrl-C meanwhile.
bool Wait(double seconds) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  timespec time{
      static_cast<time_t>(seconds),
      static_cast<long>((seconds - static_cast<double>(static_cast<time_t>(seconds))) * 1e9)};
  return sigtimedwait(&stop, nullptr, &time) < 0;
}

int Top(Session& session, const TopArguments& a) {
  const bool once = a.once || session.json || !StandardOutput().is_terminal;
  if (!once) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, nullptr);
  }
  do {
    auto snapshot = Look(session);
    if (!snapshot.ok() && once) return session.Report(snapshot.status());
    // A server that restarts is worth waiting for.
    const std::string text =
        snapshot.ok() ? Render(*snapshot) : ErrorMessageOf(snapshot.status()) + "\n";
    session.Print(snapshot.ok() ? Json(*snapshot) : nlohmann::ordered_json(),
                  once ? text : kClearScreen + text);
  } while (!once && Wait(a.interval_s));
  return kSucceeded;
}

}  // namespace

void AddTopCommand(CLI::App& app, Session& session) {
  CLI::App* top = app.add_subcommand("top", "What every board does now, and what waits");
  auto a = std::make_shared<TopArguments>();
  top->add_option("--interval", a->interval_s, "seconds between two looks")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  top->add_flag("--once", a->once, "look once; so it is also where standard output is no terminal");
  top->footer("Examples:\n  edgerack top\n  edgerack top --once");
  OnRun(top, session, [&session, a] { return Top(session, *a); });
}

}  // namespace edgerack::cli
