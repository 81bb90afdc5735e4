// A board actor over fakes of everything around it, in fake time.
#ifndef AGENT_BOARD_BOARD_ACTOR_FIXTURE_H_
#define AGENT_BOARD_BOARD_ACTOR_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>

#include "agent/board/board_actor.h"
#include "agent/link/fake_console.h"
#include "agent/link/fake_package.h"
#include "agent/protocol/fake_flasher.h"
#include "agent/protocol/fake_timers.h"
#include "base/files.h"

namespace edgerack::agent {

inline constexpr char kRightBuild[] = "1111111111111111111111111111111111111111";

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
    const std::string chip = "firmware/family/stm32f7/chips/stm32f746.toml";
    spec.chip = ParseChip(ReadFile(chip).value_or(""), chip).value_or(Chip{});
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
    if (auto found = foreign_images.find(request.firmware_elf); found != foreign_images.end()) {
      board.foreign_image = found->second;
      if (on_foreign_start) on_foreign_start();
      return absl::OkStatus();
    }
    board.foreign_image = nullptr;
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
  // What a flashed image other than the resident one does, by its path.
  std::map<std::filesystem::path, decltype(FakeFirmware::foreign_image)> foreign_images;
  std::function<void()> on_foreign_start;
  FakeConsole* console = nullptr;
  FakeFlasher* flasher = nullptr;
  std::shared_ptr<BoardActor> actor;
  BoardState state;
  std::vector<std::string> stages_seen;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_BOARD_ACTOR_FIXTURE_H_
