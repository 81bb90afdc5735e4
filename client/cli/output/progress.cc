#include "client/cli/output/progress.h"

namespace edgerack::cli {
namespace {

std::string RunText(const v1::Run& run) {
  std::string text = run.board().empty() ? "any board" : run.board();
  text += ": ";
  if (run.state() == v1::Run::WAITING) {
    text += "waits for a board";
  } else if (run.state() == v1::Run::ASSIGNED) {
    text += run.stage().empty() ? "assigned" : run.stage();
    if (run.has_progress()) text += " " + std::to_string(int(run.progress() * 100)) + " %";
  } else {
    text += v1::Run::State_Name(run.state());
  }
  if (run.attempt() > 1) text += " (attempt " + std::to_string(run.attempt()) + ")";
  return text;
}

}  // namespace

std::string ProgressText(const v1::Job& job) {
  if (job.state() != v1::Job::RUNNING || job.runs_size() == 0) {
    return v1::Job::State_Name(job.state());
  }
  std::string text;
  for (const auto& run : job.runs()) text += (text.empty() ? "" : " | ") + RunText(run);
  return text;
}

void Progress::Show(const v1::Job& job) {
  std::string text = "job " + job.id() + "  " + ProgressText(job);
  if (text == last_) return;
  last_ = text;
  if (terminal_) {
    out_ << "\r\033[K" << text << std::flush;
  } else {
    out_ << text << std::endl;
  }
}

void Progress::Finish() {
  if (terminal_) out_ << "\r\033[K" << std::flush;
}

}  // namespace edgerack::cli
