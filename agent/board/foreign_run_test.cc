// Runs of somebody else's image, and of the resident firmware by MLPerf Tiny's protocol.
#include <gmock/gmock.h>

#include <cstring>

#include "agent/board/board_actor_fixture.h"
#include "agent/link/fake_mlperf_device.h"

namespace edgerack::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An ELF file for the STM32F746 whose only segment goes to `address`.
std::string Elf(uint32_t address) {
  std::string file(52 + 32 + 12, '\0');
  auto put = [&](size_t at, uint32_t value, size_t bytes) {
    std::memcpy(file.data() + at, &value, bytes);
  };
  std::memcpy(file.data(),
              "\x7f"
              "ELF\x01\x01",
              6);
  put(16, 2, 2);   // executable
  put(18, 40, 2);  // ARM
  put(28, 52, 4);  // program headers
  put(42, 32, 2);
  put(44, 1, 2);
  put(52, 1, 4);  // a segment to load
  put(56, 84, 4);
  put(64, address, 4);
  put(68, 12, 4);
  put(84, 0x2005'0000, 4);  // stack
  put(88, address + 9, 4);  // entry
  return file;
}

class ForeignRunTest : public BoardActorTest {
 protected:
  ForeignRunTest() {
    artifacts.content["image"] = Elf(0x0800'0000);
    spec.kind.uart_baud = 921'600;
    foreign_images["/cache/image"] = [this](const std::string& bytes) { return device(bytes); };
  }

  Assignment MakeForeign(Protocol protocol) {
    Assignment assignment;
    assignment.board = spec.id;
    assignment.key = {RunId("run1"), 1};
    assignment.timed_runs = 3;
    assignment.foreign.protocol = protocol;
    assignment.foreign.image_sha256 = "image";
    assignment.foreign.windows = {.windows = 2, .window_ms = 100};
    assignment.foreign.regex = "took (?P<ms>[0-9.]+) ms";
    return assignment;
  }
  void RunIt(const Assignment& assignment) {
    Start();
    ASSERT_TRUE(RunUntilIdle());
    actor->Assign(assignment);
    ASSERT_TRUE(RunUntilFinished());
  }
  // The resident firmware is written again by itself.
  void ExpectResident() {
    ASSERT_TRUE(RunUntilIdle());
    EXPECT_EQ(state.firmware_build_id, kRightBuild);
    ASSERT_GE(flasher->writes.size(), 2u);
    EXPECT_EQ(flasher->writes.back().firmware_elf, image.path() / "firmware.elf");
    EXPECT_FALSE(board.foreign_image);
  }
  std::vector<std::string> Stages() {
    std::vector<std::string> names;
    for (const StageTime& stage : state.run->stages) names.push_back(stage.name);
    return names;
  }

  FakeMlperfDevice device;
};

TEST_F(ForeignRunTest, AnImageThatSpeaksMlperfIsFlashedTimedAndReplaced) {
  Assignment assignment = MakeForeign(Protocol::kMlperfTiny);
  assignment.samples = 1;
  assignment.inputs_sha256 = "inputs";
  assignment.input_bytes = {8};
  RunIt(assignment);
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_THAT(Stages(), ElementsAre("acquire", "flash", "handshake", "run"));
  const Measurement& m = *state.run->measurement;
  ASSERT_EQ(m.windows.size(), 2u);
  EXPECT_EQ(m.windows[0].inferences, 102);
  EXPECT_EQ(m.windows[0].elapsed_us, 102'000);
  EXPECT_THAT(m.reported_results, ElementsAre(0.5, 0.25));
  EXPECT_THAT(m.said, ElementsAre("m-name-dut-[somebody]", "m-profile-[theirs]", "m-model-[ic01]"));
  EXPECT_EQ(m.code_bytes, 12);
  EXPECT_EQ(m.uid, "222222222222222222222222");
  EXPECT_EQ(device.input, "abcdefgh");
  EXPECT_EQ(flasher->writes[0].firmware_elf, "/cache/image");
  ExpectResident();
}

TEST_F(ForeignRunTest, TimesAreReadFromALog) {
  Assignment assignment = MakeForeign(Protocol::kLogRegex);
  assignment.warmup_runs = 1;
  on_foreign_start = [this] {
    console->Inject("boot\r\nrun 0 took 9 ms\r\nrun 1 took 1.5 ms\r\n");
    console->Inject("run 2 took 2 ms\r\nnoise\r\nrun 3 took 2.5 ms\r\nrun 4 took 99 ms\r\n");
  };
  RunIt(assignment);
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_THAT(state.run->measurement->logged_us, ElementsAre(1'500, 2'000, 2'500));
  EXPECT_EQ(state.run->measurement->said.front(), "boot");
  EXPECT_TRUE(Skipped("handshake"));
  ExpectResident();
}

TEST_F(ForeignRunTest, AHangingImageEndsTheJobWithItsLastWordsAndTheBoardComesBack) {
  Assignment assignment = MakeForeign(Protocol::kMlperfTiny);
  device.hangs = true;
  on_foreign_start = [this] { console->Inject("their boot\r\n"); };
  RunIt(assignment);
  EXPECT_EQ(ErrorCodeOf(state.run->error), "FOREIGN_SILENT");
  EXPECT_EQ(ErrorClassOf(state.run->error), ErrorClass::kJob);
  EXPECT_THAT(ErrorMessageOf(state.run->error), HasSubstr("stage run"));
  EXPECT_THAT(ErrorMessageOf(state.run->error), HasSubstr("m-warmup-start-0"));
  ExpectResident();
}

TEST_F(ForeignRunTest, ASilentLogEndsTheJob) {
  on_foreign_start = [this] { console->Inject("run 1 took 1.5 ms\r\nstuck"); };
  RunIt(MakeForeign(Protocol::kLogRegex));
  EXPECT_EQ(ErrorCodeOf(state.run->error), "FOREIGN_SILENT");
  EXPECT_THAT(ErrorMessageOf(state.run->error), HasSubstr("only 1 of 3 times"));
  EXPECT_THAT(ErrorMessageOf(state.run->error), HasSubstr("run 1 took 1.5 ms\nstuck"));
  ExpectResident();
}

TEST_F(ForeignRunTest, AnImageThatIsNotForTheChipIsNeverWritten) {
  artifacts.content["image"] = Elf(0x1FFF'0000);
  RunIt(MakeForeign(Protocol::kMlperfTiny));
  EXPECT_EQ(ErrorCodeOf(state.run->error), "FIRMWARE_NOT_FOR_CHIP");
  EXPECT_TRUE(flasher->writes.empty());
  ASSERT_TRUE(RunUntilIdle());
}

TEST_F(ForeignRunTest, ABoardWithoutAProbeTakesNoImage) {
  with_probe = false;
  spec.kind.package_load = "link";
  RunIt(MakeForeign(Protocol::kMlperfTiny));
  EXPECT_EQ(ErrorCodeOf(state.run->error), "PROBE_MISSING");
}

TEST_F(ForeignRunTest, AnImageThatSpeaksTheLinkIsMeasuredAsUsual) {
  foreign_images["/cache/image"] = nullptr;
  on_foreign_start = [this] {
    board.build_id = std::string(20, '\x33');
    board.Reboot();
  };
  Assignment assignment = MakeAssignment();
  assignment.foreign.image_sha256 = "image";
  RunIt(assignment);
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(state.run->measurement->firmware_build_id, std::string(40, '3'));
  EXPECT_EQ(state.run->measurement->outputs, "bcdefghi");
  ExpectResident();
}

TEST_F(ForeignRunTest, AnImageThatSpeaksTheLinkMayBringItsPackage) {
  foreign_images["/cache/image"] = nullptr;
  on_foreign_start = [this] {
    board.build_id = std::string(20, '\x33');
    board.store = package;
    board.Reboot();
  };
  RunIt(MakeForeign(Protocol::kLink));
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(state.run->measurement->sample_cycles.size(), 3u);
  EXPECT_EQ(state.run->measurement->samples, 0);
  ExpectResident();
}

TEST_F(ForeignRunTest, AnImageWithoutAPackageWantsAModel) {
  foreign_images["/cache/image"] = nullptr;
  on_foreign_start = [this] {
    board.build_id = std::string(20, '\x33');
    board.store.clear();
    board.Reboot();
  };
  RunIt(MakeForeign(Protocol::kLink));
  EXPECT_EQ(ErrorCodeOf(state.run->error), "NO_PACKAGE");
  ExpectResident();
}

TEST_F(ForeignRunTest, ACancelledRunLeavesTheResidentFirmware) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  const Assignment assignment = MakeForeign(Protocol::kLogRegex);
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntil([this] { return state.run && state.run->stage == "run"; }));
  actor->Cancel(assignment.key);
  ExpectResident();
}

}  // namespace
}  // namespace edgerack::agent
