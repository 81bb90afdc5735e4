// A board actor with its real drivers on real firmware: the firmware's host build on a
// pseudo-terminal, and an empty emulated board that the stock OpenOCD has to flash first.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "agent/app/ask_identity.h"
#include "agent/board/board_actor.h"
#include "agent/driver/openocd/openocd_flasher.h"
#include "agent/driver/serial/serial_console.h"
#include "agent/link/fake_package.h"
#include "base/catalog/catalog.h"
#include "base/files.h"
#include "firmware/tests/board_fixture.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::agent {
namespace {

// A program of the build that says "ready"; killed in the end.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(out[1], 1);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(out[1]);
    std::string said;
    char byte;
    while (said.find("ready") == std::string::npos && read(out[0], &byte, 1) == 1) said += byte;
    ready_ = said.find("ready") != std::string::npos;
    close(out[0]);
  }
  ~Program() { Kill(); }
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  void Signal(int number) { kill(pid_, number); }
  bool ready() const { return ready_; }

 private:
  pid_t pid_ = -1;
  bool ready_ = false;
};

class FolderArtifacts : public ArtifactSource {
 public:
  void Fetch(const std::string& name, Done done) override {
    auto bytes = ReadFile(dir.path() / name);
    if (!bytes.ok()) return done(bytes.status());
    done(std::make_shared<Artifact>(Artifact{name, dir.path() / name, *std::move(bytes)}));
  }
  TempDir dir;
};

class LiveBoardTest : public testing::Test {
 protected:
  void SetUp() override {
    auto share = ShareDir();
    ASSERT_TRUE(share.ok()) << share.status();
    auto loaded = Catalog::Load(*share);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    catalog = std::make_unique<Catalog>(*std::move(loaded));
    for (int i = 0; i < 2; ++i) threads.emplace_back([this] { context.run(); });
  }
  void TearDown() override {
    if (actor) actor->Stop([this] { context.stop(); });
    if (!actor) context.stop();
    for (std::thread& thread : threads) thread.join();
    actor.reset();
  }

  void StartActor(const BoardKind& kind, uint16_t stlink_port) {
    BoardSpec spec;
    spec.id = BoardId("live");
    spec.kind = kind;
    spec.chip = *catalog->FindChip(kind.chip);
    spec.image_dir = catalog->ImageDir(kind);
    auto ports = [&](asio::any_io_executor executor, Timers& timers, Interrupt* interrupt) {
      BoardPorts made;
      made.console =
          std::make_unique<SerialConsole>(Pty(), kind.uart_baud, executor, timers, interrupt);
      if (stlink_port != 0) {
        OpenocdSetup setup;
        setup.board_id = "live";
        setup.config = kind.folder / kind.openocd_config;
        setup.probe.tcp_port = stlink_port;
        made.flasher = std::make_unique<OpenocdFlasher>(setup, executor, timers, interrupt);
      }
      return made;
    };
    actor = std::make_shared<BoardActor>(spec, ports, asio::make_strand(context), SystemTimers(),
                                         artifacts, static_cast<uint16_t>(getpid()),
                                         [this](const BoardState& now) {
                                           std::lock_guard lock(mutex);
                                           state = now;
                                           changed.notify_all();
                                         });
    actor->Start();
  }

  bool WaitFor(std::function<bool(const BoardState&)> done, int seconds = 60) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(seconds), [&] { return done(state); });
  }
  bool WaitForIdle() {
    return WaitFor([](const BoardState& s) { return s.status == BoardStatus::kIdle; });
  }

  // The tiny model with `samples` random inputs, as the server would assign it.
  Assignment TinyRun(const std::string& id, bool native, int samples) {
    const auto model = firmware::BuildTinyModel(native).package;
    const std::string package(model.begin(), model.end());
    std::string inputs;
    expected.clear();
    for (int i = 0; i < samples; ++i) {
      auto x = firmware::RandomInput(static_cast<uint32_t>(i));
      inputs.append(x.begin(), x.end());
      auto y = firmware::ExpectedOutput(firmware::BuildTinyModel(false).package, x);
      expected.append(y.begin(), y.end());
    }
    EXPECT_TRUE(WriteFileAtomic(artifacts.dir.path() / "package", package).ok());
    EXPECT_TRUE(WriteFileAtomic(artifacts.dir.path() / "inputs", inputs).ok());
    Assignment assignment;
    assignment.key = {RunId(id), 1};
    assignment.package_sha256 = "package";
    assignment.package_crc32 = PackageCrc(package);
    assignment.package_bytes = static_cast<int64_t>(package.size());
    assignment.inputs_sha256 = "inputs";
    assignment.samples = samples;
    assignment.input_bytes = {firmware::TinyModel::kInputBytes};
    assignment.outputs = {{3, firmware::TinyModel::kOutputBytes}};
    assignment.warmup_runs = 2;
    assignment.timed_runs = 20;
    return assignment;
  }
  bool WaitForFinished(const std::string& id) {
    return WaitFor([id](const BoardState& s) {
      return s.run && s.run->finished && s.run->key.run_id == RunId(id);
    });
  }
  bool Skipped(const std::string& stage) {
    std::lock_guard lock(mutex);
    for (const StageTime& time : state.run->stages) {
      if (time.name == stage) return time.skipped;
    }
    return false;
  }
  void ExpectGoodRun() {
    std::lock_guard lock(mutex);
    ASSERT_TRUE(state.run->error.ok()) << state.run->error;
    const Measurement& m = *state.run->measurement;
    EXPECT_EQ(m.outputs, expected);
    EXPECT_EQ(m.sample_cycles.size(), 20u);
    EXPECT_EQ(m.layers.size(), firmware::TinyModel::kLayers);
    EXPECT_GT(m.sample_cycles[0], 0u);
    EXPECT_GT(m.stack_bytes, 0);
  }

  std::string Pty() const { return (dir.path() / "uart").string(); }
  static std::string Binary(const std::string& name) { return (ProgramDir() / name).string(); }

  TempDir dir;
  FolderArtifacts artifacts;
  std::unique_ptr<Catalog> catalog;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::vector<std::thread> threads;
  std::shared_ptr<BoardActor> actor;
  std::mutex mutex;
  std::condition_variable changed;
  BoardState state;
  std::string expected;
};

TEST_F(LiveBoardTest, HostFirmwareRunsThePackageThatCameOverTheLink) {
  Program firmware({Binary("edgerack-firmware-host"), "--uart-pty", Pty()});
  ASSERT_TRUE(firmware.ready());
  StartActor(*catalog->FindBoardKind("host"), 0);
  ASSERT_TRUE(WaitForIdle());
  actor->Assign(TinyRun("r1", false, 5));
  ASSERT_TRUE(WaitForFinished("r1"));
  ExpectGoodRun();
  actor->Assign(TinyRun("r2", false, 5));
  ASSERT_TRUE(WaitForFinished("r2"));
  ExpectGoodRun();
  EXPECT_TRUE(Skipped("load"));
}

TEST_F(LiveBoardTest, FirmwareBehindAConsoleSaysWhoItIs) {
  Program firmware({Binary("edgerack-firmware-host"), "--uart-pty", Pty()});
  ASSERT_TRUE(firmware.ready());
  auto identity = AskIdentity(Pty(), 921'600, 5'000);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->image_name, "host");
  EXPECT_EQ(identity->uid.size(), 24u);
  firmware.Kill();
  EXPECT_FALSE(AskIdentity(Pty(), 921'600, 300).ok());
}

TEST_F(LiveBoardTest, KilledFirmwareIsNoticedAndComesBack) {
  auto firmware = std::make_unique<Program>(
      std::vector<std::string>{Binary("edgerack-firmware-host"), "--uart-pty", Pty()});
  StartActor(*catalog->FindBoardKind("host"), 0);
  ASSERT_TRUE(WaitForIdle());
  firmware->Kill();
  ASSERT_TRUE(WaitFor([](const BoardState& s) { return s.status != BoardStatus::kIdle; }, 20));
  firmware = std::make_unique<Program>(
      std::vector<std::string>{Binary("edgerack-firmware-host"), "--uart-pty", Pty()});
  EXPECT_TRUE(WaitForIdle());
}

TEST_F(LiveBoardTest, FirmwareKilledInMidRunIsTheConsolesLoss) {
  Program firmware({Binary("edgerack-firmware-host"), "--uart-pty", Pty()});
  StartActor(*catalog->FindBoardKind("host"), 0);
  ASSERT_TRUE(WaitForIdle());
  actor->Assign(TinyRun("r1", false, 20'000));
  ASSERT_TRUE(WaitFor([](const BoardState& s) { return s.run && s.run->stage == "validate"; }));
  firmware.Kill();
  ASSERT_TRUE(WaitForFinished("r1"));
  std::lock_guard lock(mutex);
  EXPECT_EQ(ErrorCodeOf(state.run->error), "CONSOLE_LOST") << state.run->error;
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kInfrastructure);
}

TEST_F(LiveBoardTest, FirmwareThatHangsInMidRunIsTheBoardsFault) {
  Program firmware({Binary("edgerack-firmware-host"), "--uart-pty", Pty()});
  StartActor(*catalog->FindBoardKind("host"), 0);
  ASSERT_TRUE(WaitForIdle());
  Assignment assignment = TinyRun("r1", false, 20'000);
  assignment.timeouts.validate_ms = 2'000;
  actor->Assign(assignment);
  ASSERT_TRUE(WaitFor([](const BoardState& s) { return s.run && s.run->stage == "validate"; }));
  firmware.Signal(SIGSTOP);
  ASSERT_TRUE(WaitForFinished("r1"));
  {
    std::lock_guard lock(mutex);
    EXPECT_EQ(ErrorCodeOf(state.run->error), "BOARD_HUNG") << state.run->error;
    EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kBoard);
  }
  firmware.Signal(SIGCONT);
  EXPECT_TRUE(WaitForIdle());
}

class EmulatedBoardTest : public LiveBoardTest,
                          public testing::WithParamInterface<std::pair<const char*, int64_t>> {};

INSTANTIATE_TEST_SUITE_P(Chips, EmulatedBoardTest,
                         testing::Values(std::pair{"stm32f746", int64_t{216'000'000}},
                                         std::pair{"stm32h743", int64_t{480'000'000}}),
                         [](const auto& chip) { return std::string(chip.param.first); });

TEST_P(EmulatedBoardTest, EmptyItIsFlashedByStockOpenocdAndMeasured) {
  const BoardKind* kind = nullptr;
  for (const auto& [id, candidate] : catalog->board_kinds()) {
    if (candidate.is_virtual && candidate.chip == GetParam().first) kind = &candidate;
  }
  ASSERT_NE(kind, nullptr);
  const auto port = static_cast<uint16_t>(20'000 + getpid() % 20'000);
  Program board({Binary("edgerack-vboard"), "--board", kind->id, "--stlink-port",
                 std::to_string(port), "--uart-pty", Pty()});
  ASSERT_TRUE(board.ready());
  StartActor(*kind, port);
  ASSERT_TRUE(WaitForIdle());
  actor->Assign(TinyRun("r1", true, 3));
  ASSERT_TRUE(WaitForFinished("r1"));
  ExpectGoodRun();
  EXPECT_FALSE(Skipped("load"));
  std::lock_guard lock(mutex);
  EXPECT_EQ(state.run->measurement->clock_hz, GetParam().second);
  EXPECT_GT(state.run->measurement->extra_counts.value_or(0), 0);
  EXPECT_EQ(state.run->measurement->extra_unit, "instructions");
}

}  // namespace
}  // namespace edgerack::agent
