#include "agent/board/board_actor.h"

#include <algorithm>

#include "agent/board/board_actor_fixture.h"

namespace edgerack::agent {
namespace {

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

TEST_F(BoardActorTest, ConditionsAreToldBeforeThePackageIsLoaded) {
  Start();
  ASSERT_TRUE(RunUntilIdle());
  Assignment assignment = MakeAssignment();
  assignment.conditions.placement.arena = "DTCM";
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntilFinished());
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_EQ(state.run->measurement->places->arena >> 16, 0x2000u);
  const auto& ids = board.executed_ids;
  EXPECT_LT(std::find(ids.begin(), ids.end(), ER_MSG_CONFIGURE),
            std::find(ids.begin(), ids.end(), ER_MSG_PACKAGE_LOAD));
}

TEST_F(BoardActorTest, FirmwareWithoutConfigureStillRunsAsUsual) {
  board.knows_configure = false;
  Start();
  ASSERT_TRUE(RunUntilIdle());
  actor->Assign(MakeAssignment());
  ASSERT_TRUE(RunUntilFinished());
  ASSERT_TRUE(state.run->error.ok()) << state.run->error;
  EXPECT_FALSE(state.run->measurement->places.has_value());
  Assignment assignment = MakeAssignment("run2");
  assignment.conditions.clock_hz = 100'000'000;
  actor->Assign(assignment);
  ASSERT_TRUE(RunUntil([this] {
    return state.run && state.run->key.run_id.value() == "run2" && state.run->finished;
  }));
  EXPECT_EQ(ErrorCodeOf(state.run->error), "CLOCK_NOT_AVAILABLE");
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

}  // namespace
}  // namespace edgerack::agent
