// One run on one board: the stages acquire, flash, handshake, load, run and validate. A run of
// somebody else's image that does not speak the board link has no load and no validate.
#ifndef AGENT_BOARD_RUN_EXECUTION_H_
#define AGENT_BOARD_RUN_EXECUTION_H_

#include <functional>
#include <memory>
#include <string>

#include "agent/board/artifacts.h"
#include "agent/board/session.h"

namespace edgerack::agent {

// Lives for one run, on the board's strand.
class RunExecution {
 public:
  // `state` is updated as the run goes on and `changed` called after each update. All outlive this.
  RunExecution(BoardSession& session, const Assignment& assignment, ArtifactSource& artifacts,
               RunState& state, std::function<void()> changed);

  // Runs all stages; the error of the first that failed, or OK with measurement() complete. Each
  // stage has its own deadline of the assignment. Does not look for the cause of a silent board:
  // that is post_mortem.h.
  Task<absl::Status> Execute();

  const std::shared_ptr<Measurement>& measurement() const { return measurement_; }
  // The package's bytes; empty before they were fetched.
  std::string package() const { return package_ ? package_->bytes : std::string(); }
  // What the link did since this run began.
  LinkStatistics link_use() const;

  // Somebody else's image is, or may be, on the board.
  bool left_foreign_image() const { return left_foreign_image_; }

  // What the board last said about itself; the boot count tells a reset in mid-run.
  const std::optional<Identity>& identity() const { return identity_; }

 private:
  struct Stage {
    const char* name;
    int64_t timeout_ms;
    Task<absl::Status> (RunExecution::*run)();
  };
  std::vector<Stage> Stages() const;

  Task<absl::Status> Acquire();
  Task<absl::Status> Flash();
  Task<absl::Status> Handshake();
  Task<absl::Status> Load();
  Task<absl::Status> Measure();
  Task<absl::Status> Validate();

  // Of somebody else's image: in run_foreign.cc.
  Task<absl::Status> AcquireImage();
  Task<absl::Status> FlashImage();
  Task<absl::Status> MeetImage();
  Task<absl::Status> LoadStoredPackage();
  Task<absl::Status> MeasureImage();
  Task<absl::Status> ReadLog();
  Task<absl::Status> MeasureByText(std::string input);

  Task<absl::StatusOr<std::shared_ptr<const Artifact>>> Fetch(std::string sha256);
  Task<absl::Status> Configure();
  Task<absl::Status> WritePackage();
  Task<absl::Status> WriteSample(int64_t sample);
  Task<absl::Status> Profile();
  Task<absl::Status> SampleFunctions();
  Task<absl::Status> Trace();
  Task<absl::Status> TraceLayer(uint16_t layer, const std::vector<TensorSlice>& outputs,
                                int64_t sample, size_t at);
  Task<void> AskForDamage(int64_t& damaged_requests);
  void CheckHostClock(const er_run_reply_t& reply, int64_t work_ms);

  void Begin(const char* stage, int64_t timeout_ms);
  void End();
  void Skip() { skipped_ = true; }
  void SetProgress(double progress);
  CallLimits Limits() const { return {.deadline_ms = deadline_ms_}; }

  BoardSession& session_;
  const Assignment& assignment_;
  ArtifactSource& artifacts_;
  RunState& state_;
  std::function<void()> changed_;

  bool is_foreign() const { return !assignment_.foreign.image_sha256.empty(); }
  bool speaks_link() const {
    return !is_foreign() || assignment_.foreign.protocol == Protocol::kLink;
  }
  std::filesystem::path FirmwareFile() const;

  std::shared_ptr<const Artifact> image_;  // somebody else's; null where the resident firmware runs
  bool left_foreign_image_ = false;
  std::shared_ptr<const Artifact> package_;  // null where the image brings its own
  std::shared_ptr<const Artifact> inputs_;
  std::shared_ptr<const Artifact> trace_;  // null where no layers are traced
  int64_t trace_bytes_ = 0;                // of outputs that differ
  std::string image_build_id_;
  std::optional<Identity> identity_;
  bool package_written_ = false;  // by the flash stage
  std::shared_ptr<Measurement> measurement_ = std::make_shared<Measurement>();

  int64_t run_ms_ = 0;     // by this machine's clock, of
  int64_t run_count_ = 1;  // so many runs of the model

  const std::string variant_;  // of the firmware
  LinkStatistics link_before_;
  int64_t board_damage_before_ = 0;
  int64_t board_damage_after_ = 0;

  int64_t deadline_ms_ = 0;
  int64_t stage_started_ms_ = 0;
  int64_t progress_told_ms_ = 0;
  bool skipped_ = false;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_RUN_EXECUTION_H_
