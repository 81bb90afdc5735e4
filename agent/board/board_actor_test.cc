#include "agent/board/board_actor.h"

#include <gtest/gtest.h>

#include <map>

#include "agent/link/fake_console.h"
#include "agent/link/fake_package.h"
#include "agent/protocol/fake_flasher.h"
#include "agent/protocol/fake_timers.h"
#include "base/files.h"

namespace edgerack::agent {
namespace {

constexpr char kRightBuild[] = "1111111111111111111111111111111111111111";

class FakeArtifacts : public ArtifactSource {
 public:
  void Fetch(const std::string& sha256, Done done) override {
    ++fetches;
    if (never_answers) return;
    auto found = content.find(sha256);
    if (found == content.end()) {
      return done(MakeError(absl::StatusCode::kNotFound, ErrorClass::kBug, "ARTIFACT_NOT_FOUND",
                            "no such artifact"));
    }
    auto artifact = std::make_shared<Artifact>();
    artifact->sha256 = sha256;
    artifact->path = "/cache/" + sha256;
    artifact->bytes = found->second;
    done(artifact);
  }
  std::map<std::string, std::string> content;
  bool never_answers = false;
  int fetches = 0;
};

class BoardActorTest : public testing::Test {
 protected:
  BoardActorTest() {
    spec.id = BoardId("desk-1");
    spec.kind.id = "test-kind";
    spec.kind.package_load = "probe";
    spec.chip.id = "stm32f746";
    spec.chip.device_id = 0x449;
    spec.chip.layout.package_address = 0x0802'0000;
    spec.image_dir = image.path();
    EXPECT_TRUE(WriteFileAtomic(image.path() / "build_id", std::string(kRightBuild) + "\n").ok());
    artifacts.content["package"] = package;
    artifacts.content["inputs"] = "abcdefgh";
  }
  ~BoardActorTest() override {
    if (!actor) return;
    bool stopped = false;
    actor->Stop([&] { stopped = true; });
    EXPECT_TRUE(timers.RunUntil(context, [&] { return stopped; }));
  }

  void Start() {
    auto ports = [this](asio::any_io_executor executor, Timers& t, Interrupt* interrupt) {
      BoardPorts made;
      auto fake_console = std::make_unique<FakeConsole>(executor, t, interrupt, board, noise);
      console = fake_console.get();
      made.console = std::move(fake_console);
      if (with_probe) {
        auto fake_flasher = std::make_unique<FakeFlasher>(executor, t, interrupt);
        flasher = fake_flasher.get();
        flasher->on_write = [this](const FlashRequest& request) { return OnWrite(request); };
        flasher->on_reset = [this] {
          board.silent = dead;
          board.Reboot();
          return absl::OkStatus();
        };
        made.flasher = std::move(fake_flasher);
      }
      return made;
    };
    actor = std::make_shared<BoardActor>(spec, ports, asio::make_strand(context), timers, artifacts,
                                         uint16_t{100}, [this](const BoardState& s) {
                                           state = s;
                                           if (s.run) stages_seen.push_back(s.run->stage);
                                         });
    actor->Start();
  }

  absl::Status OnWrite(const FlashRequest& request) {
    if (!flash_result.ok()) return flash_result;
    if (!request.firmware_elf.empty()) {
      board.build_id = std::string(20, '\x11');
      board.silent = dead;
    }
    if (!request.package_file.empty()) {
      EXPECT_EQ(request.package_address, 0x0802'0000u);
      board.store = artifacts.content[request.package_file.filename().string()];
    }
    board.Reboot();
    return absl::OkStatus();
  }

  Assignment MakeAssignment(const std::string& run_id = "run1") {
    Assignment assignment;
    assignment.board = spec.id;
    assignment.key = {RunId(run_id), 1};
    assignment.package_sha256 = "package";
    assignment.package_crc32 = PackageCrc(package);
    assignment.package_bytes = static_cast<int64_t>(package.size());
    assignment.inputs_sha256 = "inputs";
    assignment.samples = 2;
    assignment.input_bytes = {4};
    assignment.outputs = {{0, 4}};
    assignment.warmup_runs = 3;
    assignment.timed_runs = 10;
    return assignment;
  }

  bool RunUntil(std::function<bool()> done) { return timers.RunUntil(context, done); }
  bool RunUntilIdle() {
    return RunUntil([this] { return state.status == BoardStatus::kIdle; });
  }
  bool RunUntilFinished() {
    return RunUntil([this] { return state.run && state.run->finished; });
  }
  bool Skipped(const std::string& stage) {
    for (const StageTime& time : state.run->stages) {
      if (time.name == stage) return time.skipped;
    }
    ADD_FAILURE() << "no stage " << stage;
    return false;
  }

  FakeTimers timers;
  asio::io_context context;
  FakeFirmware board;
  LineNoise noise;
  TempDir image;
  BoardSpec spec;
  std::string package = FakePackage(8'000);
  FakeArtifacts artifacts;
  bool with_probe = true;
  bool dead = false;  // nothing makes it speak
  absl::Status flash_result;
  FakeConsole* console = nullptr;
  FakeFlasher* flasher = nullptr;
  std::shared_ptr<BoardActor> actor;
  BoardState state;
  std::vector<std::string> stages_seen;
};

TEST_F(BoardActorTest, AnsweringBoardIsIdleAndKnown) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  EXPECT_EQ(state.uid, "222222222222222222222222");
  EXPECT_EQ(state.firmware_build_id, kRightBuild);
  EXPECT_TRUE(flasher->writes.empty());
}

TEST_F(BoardActorTest, EmptyBoardIsFlashedAtTheStart) {
  board.silent = true;
  Start();
  ASSERT_TRUE(RunUntilIdle());
  ASSERT_EQ(flasher->writes.size(), 1u);
  EXPECT_EQ(flasher->writes[0].firmware_elf, image.path() / "firmware.elf");
  EXPECT_TRUE(flasher->writes[0].package_file.empty());
}

TEST_F(BoardActorTest, FirstRunMeasuresAndValidates) {
  spec.kind.extra_counter = 0xE004'2FFC;
  spec.kind.extra_counter_unit = "instructions";
  Start();
  ASSERT_TRUE(RunUntilIdle());
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  const Measurement& m = *state.run->measurement;
  EXPECT_EQ(m.clock_hz, 216'000'000);
  ASSERT_EQ(m.sample_cycles.size(), 10u);
  EXPECT_EQ(m.sample_cycles[9], 1'000'009u);
  EXPECT_EQ(m.timer_overhead_cycles, 12);
  ASSERT_EQ(m.layers.size(), 3u);
  EXPECT_EQ(m.layers[2].cycles, 3'000u);
  EXPECT_EQ(m.profiled_total_cycles, 1'000'300);
  EXPECT_EQ(m.extra_counts, 777);
  EXPECT_EQ(m.extra_unit, "instructions");
  EXPECT_EQ(m.stack_bytes, 1'500);
  EXPECT_EQ(m.samples, 2);
  EXPECT_EQ(m.outputs, "bcdefghi");
  EXPECT_EQ(m.uid, "222222222222222222222222");
  EXPECT_FALSE(m.host_clock_ratio.has_value());  // far below a second
  std::vector<std::string> names;
  for (const StageTime& stage : state.run->stages) names.push_back(stage.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"acquire", "flash", "handshake", "load", "run", "validate"}));
  EXPECT_TRUE(Skipped("flash"));
  EXPECT_FALSE(Skipped("load"));
  EXPECT_FALSE(Skipped("validate"));
  ASSERT_EQ(flasher->writes.size(), 1u);
  EXPECT_EQ(flasher->writes[0].package_file, "/cache/package");
  EXPECT_TRUE(RunUntilIdle());
}

class TracedRunTest : public BoardActorTest {
 protected:
  // Three layers that each add 1 to four bytes; the host's CRCs of both samples.
  Assignment MakeTraced() {
    package = FakePackageWithLayers({4, 4, 4});
    artifacts.content["package"] = package;
    std::string& crcs = artifacts.content["trace"];
    for (std::string values : {"abcd", "efgh"}) {
      for (int layer = 0; layer < 3; ++layer) {
        for (char& byte : values) ++byte;
        const uint32_t crc = er_crc32(0, values.data(), values.size());
        for (int shift = 0; shift < 32; shift += 8) crcs += static_cast<char>(crc >> shift);
      }
    }
    Assignment assignment = MakeAssignment();
    assignment.trace_samples = 2;
    assignment.trace_sha256 = "trace";
    return assignment;
  }
  const BoardTrace& RunTraced(const Assignment& assignment) {
    Start();
    actor->Assign(assignment);
    EXPECT_TRUE(RunUntilFinished());
    EXPECT_TRUE(state.run->error.ok()) << state.run->error;
    return *state.run->measurement->trace;
  }
};

TEST_F(TracedRunTest, LayersThatAgreeAreNotReadBack) {
  const BoardTrace& trace = RunTraced(MakeTraced());
  EXPECT_EQ(trace.samples, 2);
  ASSERT_EQ(trace.crc32.size(), 6u);
  EXPECT_EQ(trace.crc32[3], er_crc32(0, "fghi", 4));
  EXPECT_TRUE(trace.differing.empty());
  EXPECT_EQ(trace.note, "");
}

TEST_F(TracedRunTest, TheBytesOfLayersThatDifferAreReadWhileTheyAreAlive) {
  board.wrong_layer = 1;
  const BoardTrace& trace = RunTraced(MakeTraced());
  EXPECT_EQ(trace.samples, 2);
  ASSERT_EQ(trace.differing.size(), 4u);  // the wrong layer and the one behind it, twice
  EXPECT_EQ(trace.differing[0].sample, 0);
  EXPECT_EQ(trace.differing[0].layer, 1);
  EXPECT_EQ(trace.differing[0].data, "ddef");
  EXPECT_EQ(trace.differing[3].sample, 1);
  EXPECT_EQ(trace.differing[3].layer, 2);
  EXPECT_EQ(trace.differing[3].data, "iijk");
}

TEST_F(TracedRunTest, FirmwareWithoutStepStillMeasures) {
  board.knows_step = false;
  const BoardTrace& trace = RunTraced(MakeTraced());
  EXPECT_EQ(trace.samples, 0);
  EXPECT_NE(trace.note.find("does not know STEP"), std::string::npos);
  EXPECT_EQ(state.run->measurement->samples, 2);
}

TEST_F(TracedRunTest, CrcsOfAnotherModelAreABug) {
  const Assignment assignment = MakeTraced();
  artifacts.content["trace"] += "more";
  Start();
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BAD_ASSIGNMENT");
}

TEST_F(BoardActorTest, SecondRunOfTheSamePackageSkipsFlashAndLoad) {
  Start();
  actor->Assign(MakeAssignment("run1"));
  ASSERT_TRUE(RunUntilFinished());
  actor->Assign(MakeAssignment("run2"));
  ASSERT_TRUE(RunUntil(
      [&] { return state.run && state.run->finished && state.run->key.run_id == RunId("run2"); }));
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_TRUE(Skipped("flash"));
  EXPECT_TRUE(Skipped("load"));
  EXPECT_EQ(flasher->writes.size(), 1u);
}

TEST_F(BoardActorTest, OtherBuildIsFlashedTogetherWithThePackage) {
  board.build_id = std::string(20, '\x77');
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_FALSE(Skipped("flash"));
  ASSERT_EQ(flasher->writes.size(), 1u);
  EXPECT_FALSE(flasher->writes[0].firmware_elf.empty());
  EXPECT_FALSE(flasher->writes[0].package_file.empty());
}

TEST_F(BoardActorTest, PackageGoesOverTheLinkWhereTheKindSaysSo) {
  spec.kind.package_load = "link";
  with_probe = false;
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(board.store, package);
}

TEST_F(BoardActorTest, HostClockIsComparedWhereTimeIsReal) {
  board.ms_per_run = 500;
  board.cycles_per_run = 108'000'000;  // 0.5 s at 216 MHz
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  ASSERT_TRUE(state.run->measurement->host_clock_ratio.has_value());
  EXPECT_NEAR(*state.run->measurement->host_clock_ratio, 1.0, 0.001);
}

TEST_F(BoardActorTest, HostClockIsNotComparedWhereTimeIsModelled) {
  spec.kind.host_clock_check = false;
  board.ms_per_run = 500;
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_FALSE(state.run->measurement->host_clock_ratio.has_value());
}

TEST_F(BoardActorTest, DamagedStoreIsWrittenAgain) {
  board.store = package;
  board.store[4'000] ^= 1;  // header right, content wrong
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(flasher->writes.size(), 1u);
}

TEST_F(BoardActorTest, PackageThatStaysDamagedIsABoardError) {
  board.corrupt_store = true;
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "PACKAGE_REFUSED");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kBoard);
}

TEST_F(BoardActorTest, ModelTooLargeForTheArenaIsTheJobsError) {
  board.refuse_load = ER_RESOURCE_EXHAUSTED;
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kJob);
  EXPECT_NE(ErrorMessageOf(state.run->error).find("arena of 300000 bytes"), std::string::npos);
}

TEST_F(BoardActorTest, WrongChipIsRefusedSayingBoth) {
  board.device_id = 0x2003'6450;
  Start();
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kOffline; }));
  EXPECT_NE(state.reason.find("WRONG_CHIP"), std::string::npos);
  EXPECT_NE(state.reason.find("0x450"), std::string::npos);
  EXPECT_NE(state.reason.find("0x449"), std::string::npos);
  EXPECT_TRUE(flasher->writes.empty());
}

TEST_F(BoardActorTest, OtherUidIsRefused) {
  spec.expected_uid = "000000000000000000000001";
  Start();
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kOffline; }));
  EXPECT_NE(state.reason.find("WRONG_BOARD"), std::string::npos);
}

TEST_F(BoardActorTest, HungRunIsABoardErrorAndTheBoardComesBack) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.hang_in_run = true;
  Assignment assignment = MakeAssignment();
  assignment.timeouts.run_ms = 10'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_HUNG");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kBoard);
  EXPECT_EQ(state.status, BoardStatus::kRecovering);
  EXPECT_EQ(flasher->resets, 1);
  board.hang_in_run = false;
  ASSERT_TRUE(RunUntilIdle());
  ASSERT_TRUE(state.run.has_value());  // until the server has it
  actor->Assign(MakeAssignment("run2"));
  ASSERT_TRUE(
      RunUntil([&] { return state.run->finished && state.run->key.run_id == RunId("run2"); }));
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
}

TEST_F(BoardActorTest, FaultInTheRunIsReportedWithItsRecord) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.fault_in_run = true;
  Assignment assignment = MakeAssignment();
  assignment.timeouts.run_ms = 10'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "FIRMWARE_FAULT");
  const std::string text = ErrorMessageOf(state.run->error);
  EXPECT_NE(text.find("bus fault"), std::string::npos) << text;
  EXPECT_NE(text.find("layer 2"), std::string::npos) << text;
  EXPECT_NE(text.find("0x08001234"), std::string::npos) << text;
  EXPECT_FALSE(board.fault_present);
}

TEST_F(BoardActorTest, WatchdogResetInTheRunIsAHungBoard) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.fault_in_run = true;
  board.fault_kind = ER_FAULT_WATCHDOG;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_HUNG");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kBoard);
  const std::string text = ErrorMessageOf(state.run->error);
  EXPECT_NE(text.find("the watchdog reset the board while layer 2 was running"), std::string::npos)
      << text;
  EXPECT_EQ(flasher->resets, 0);
  board.fault_in_run = false;
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, ResetByAHandInTheRunIsToldAsOne) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.fault_in_run = true;
  board.fault_kind = ER_FAULT_RESET_IN_RUN;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_RESET");
  EXPECT_NE(ErrorMessageOf(state.run->error).find("layer 2"), std::string::npos);
}

TEST_F(BoardActorTest, TooShortTimeOutOfALivingBoardIsTheJobsError) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  Assignment assignment = MakeAssignment();
  assignment.samples = 2;
  assignment.timeouts.validate_ms = 8;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "STAGE_TIMEOUT");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kJob);
}

TEST_F(BoardActorTest, ConsoleLostInTheRunIsInfrastructure) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.ms_per_run = 1'000;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntil([&] { return state.run && state.run->stage == "run"; }));
  timers.RunFor(context, 500);
  console->Unplug();
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "CONSOLE_LOST");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kInfrastructure);
  timers.RunFor(context, 60'000);
  EXPECT_EQ(state.status, BoardStatus::kOffline);
  EXPECT_NE(state.reason.find("CONSOLE_LOST"), std::string::npos);
  console->Plug();
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, IdleBoardThatVanishesIsNoticedAndComesBack) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  console->Unplug();
  int64_t start_ms = timers.clock().SteadyMs();
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kRecovering; }));
  EXPECT_LE(timers.clock().SteadyMs() - start_ms, 5'000);
  console->Plug();
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, IdleBoardThatHangsIsResetThenFlashed) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.silent = true;
  flasher->on_reset = [] { return absl::OkStatus(); };  // a reset does not help it
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kRecovering; }));
  ASSERT_TRUE(RunUntilIdle());
  EXPECT_EQ(flasher->resets, 1);
  EXPECT_EQ(flasher->writes.size(), 1u);
}

TEST_F(BoardActorTest, DeadBoardGoesOfflineAndIsTriedAgain) {
  board.silent = dead = true;
  Start();
  ASSERT_TRUE(RunUntil([&] { return state.status == BoardStatus::kOffline; }));
  EXPECT_NE(state.reason.find("BOARD_SILENT"), std::string::npos);
  timers.RunFor(context, 300'000);
  size_t flashed = flasher->writes.size();
  EXPECT_GT(flashed, 4u);
  EXPECT_LT(flashed, 20u);  // backed off
  dead = false;
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, FailedFlashIsTheRunsError) {
  board.build_id = std::string(20, '\x77');
  flash_result = MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure,
                           "PROBE_NOT_FOUND", "no probe");
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "PROBE_NOT_FOUND");
  EXPECT_NE(ErrorMessageOf(state.run->error).find("stage flash"), std::string::npos);
}

TEST_F(BoardActorTest, CancelledRunIsForgottenAndTheBoardChecked) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  board.ms_per_run = 1'000;
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntil([&] { return state.run && state.run->stage == "run"; }));
  timers.RunFor(context, 1'500);
  actor->Cancel({RunId("run1"), 1});
  int64_t start_ms = timers.clock().SteadyMs();
  ASSERT_TRUE(RunUntil([&] { return !state.run.has_value(); }));
  EXPECT_EQ(timers.clock().SteadyMs(), start_ms);
  ASSERT_TRUE(RunUntilIdle());
  EXPECT_EQ(flasher->resets, 1);  // it was deep in its run and heard nothing
}

TEST_F(BoardActorTest, CancelOfAnotherRunDoesNothing) {
  Start();
  actor->Assign(MakeAssignment());
  actor->Cancel({RunId("run1"), 2});
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
}

TEST_F(BoardActorTest, SameRunIsNotStartedTwice) {
  Start();
  actor->Assign(MakeAssignment());
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  int runs = board.executed_runs;
  actor->Assign(MakeAssignment());
  timers.RunFor(context, 20'000);
  EXPECT_EQ(board.executed_runs, runs);
  actor->Forget({RunId("run1"), 1});
  ASSERT_TRUE(RunUntil([&] { return !state.run.has_value(); }));
}

TEST_F(BoardActorTest, RunForABoardThatStaysAwayFailsInTime) {
  board.silent = dead = true;
  Start();
  Assignment assignment = MakeAssignment();
  assignment.timeouts.acquire_ms = 30'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_NOT_READY");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kInfrastructure);
}

TEST_F(BoardActorTest, ArtifactThatNeverComesEndsTheAcquireStage) {
  artifacts.never_answers = true;
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_EQ(ErrorCodeOf(state.run->error), "ARTIFACT_TIMEOUT");
  EXPECT_TRUE(RunUntilIdle());
}

TEST_F(BoardActorTest, NoisyLineOnlyCostsTime) {
  noise = {.lost = 4, .repeated = 4, .corrupted = 4, .seed = 7};
  Start();
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  EXPECT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(state.run->measurement->outputs, "bcdefghi");
  const LinkStatistics& link = state.run->measurement->link;
  EXPECT_GT(link.requests, 10);
  EXPECT_GT(link.repeated_requests, 0);
}

}  // namespace
}  // namespace edgerack::agent
