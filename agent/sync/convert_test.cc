#include "agent/sync/convert.h"

#include <gtest/gtest.h>

namespace edgerack::agent {
namespace {

namespace pb = edgerack::agent::v1;

BoardSpec Spec() {
  BoardSpec spec;
  spec.id = BoardId("b1");
  spec.kind.id = "some-kind";
  spec.kind.is_virtual = true;
  spec.chip.id = "stm32f746";
  spec.chip.family = "stm32f7";
  spec.tags = {"demo"};
  return spec;
}

TEST(ConvertTest, IdleBoardSaysWhatItIs) {
  BoardState state;
  state.id = BoardId("b1");
  state.status = BoardStatus::kIdle;
  state.uid = "abc";
  pb::BoardState to = ToProto(Spec(), state);
  EXPECT_EQ(to.id(), "b1");
  EXPECT_EQ(to.kind(), "some-kind");
  EXPECT_EQ(to.chip(), "stm32f746");
  EXPECT_EQ(to.family(), "stm32f7");
  EXPECT_TRUE(to.virtual_());
  EXPECT_EQ(to.tags(0), "demo");
  EXPECT_EQ(to.state(), pb::BoardState::IDLE);
  EXPECT_FALSE(to.has_run());
}

TEST(ConvertTest, FinishedRunHasErrorOrMeasurement) {
  BoardState state;
  state.run.emplace().key = {RunId("r"), 2};
  state.run->stages.push_back({"run", 1'700'000'000'123, 45, true});
  state.run->finished = true;
  state.run->error =
      MakeError(absl::StatusCode::kUnavailable, ErrorClass::kBoard, "BOARD_HUNG", "it hangs");
  pb::RunState failed = ToProto(Spec(), state).run();
  EXPECT_EQ(failed.run_id(), "r");
  EXPECT_EQ(failed.attempt(), 2);
  EXPECT_EQ(failed.stages(0).start_time().seconds(), 1'700'000'000);
  EXPECT_EQ(failed.stages(0).start_time().nanos(), 123'000'000);
  EXPECT_EQ(failed.stages(0).duration_ms(), 45);
  EXPECT_TRUE(failed.stages(0).skipped());
  EXPECT_EQ(failed.error().error_class(), edgerack::v1::BOARD);
  EXPECT_EQ(failed.error().code(), "BOARD_HUNG");
  EXPECT_FALSE(failed.has_measurement());

  auto measurement = std::make_shared<Measurement>();
  measurement->sample_cycles = {1, 2, 3};
  measurement->layers = {{10, 20}};
  measurement->extra_counts = 5;
  measurement->extra_unit = "instructions";
  measurement->outputs = std::string("\0\1", 2);
  measurement->link = {.requests = 9, .repeated_requests = 3, .damaged_requests = 1};
  state.run->error = absl::OkStatus();
  state.run->measurement = measurement;
  pb::RunState good = ToProto(Spec(), state).run();
  EXPECT_FALSE(good.has_error());
  EXPECT_EQ(good.measurement().sample_cycles_size(), 3);
  EXPECT_EQ(good.measurement().layers(0).extra_counts(), 20u);
  EXPECT_EQ(good.measurement().extra_counts(), 5);
  EXPECT_EQ(good.measurement().outputs().size(), 2u);
  EXPECT_FALSE(good.measurement().has_host_clock_ratio());
  EXPECT_EQ(good.measurement().link().requests(), 9);
  EXPECT_EQ(good.measurement().link().repeated_requests(), 3);
  EXPECT_EQ(good.measurement().link().damaged_replies(), 0);
  EXPECT_EQ(good.measurement().link().damaged_requests(), 1);
  EXPECT_NE(good.measurement().agent_version(), "");
}

TEST(ConvertTest, ATraceGoesWithTheMeasurement) {
  BoardState state;
  state.run.emplace().finished = true;
  auto measurement = std::make_shared<Measurement>();
  measurement->trace = BoardTrace{2, {7, 0xFFFFFFFF}, {{1, 3, 0, "abc"}}, "cut"};
  state.run->measurement = measurement;
  const pb::Trace trace = ToProto(Spec(), state).run().measurement().trace();
  EXPECT_EQ(trace.samples(), 2);
  EXPECT_EQ(trace.crc32(1), 0xFFFFFFFFu);
  EXPECT_EQ(trace.differing(0).layer(), 3);
  EXPECT_EQ(trace.differing(0).data(), "abc");
  EXPECT_EQ(trace.note(), "cut");
}

TEST(ConvertTest, CountsOfABoardWithoutExtraCounterAreAbsent) {
  BoardState state;
  state.run.emplace().finished = true;
  auto measurement = std::make_shared<Measurement>();
  measurement->layers = {{10, 0}};
  state.run->measurement = measurement;
  pb::RunState run = ToProto(Spec(), state).run();
  EXPECT_FALSE(run.measurement().has_extra_counts());
  EXPECT_FALSE(run.measurement().has_trace());
  EXPECT_FALSE(run.measurement().layers(0).has_extra_counts());
}

TEST(ConvertTest, AssignmentComesWithItsTimesOrTheDefaults) {
  pb::DesiredState desired;
  pb::Assignment* from = desired.add_assignments();
  from->set_board_id("b1");
  from->set_run_id("r");
  from->set_attempt(3);
  from->set_package_crc32(0xDEADBEEF);
  from->add_input_bytes(784);
  from->add_outputs()->set_tensor(9);
  from->set_trace_samples(2);
  from->set_trace_sha256("t");
  from->mutable_timeouts()->set_run_ms(77);
  std::vector<Assignment> to = FromProto(desired);
  ASSERT_EQ(to.size(), 1u);
  EXPECT_EQ(to[0].key, (RunKey{RunId("r"), 3}));
  EXPECT_EQ(to[0].package_crc32, 0xDEADBEEF);
  EXPECT_EQ(to[0].input_bytes, std::vector<int64_t>{784});
  EXPECT_EQ(to[0].outputs[0].tensor, 9);
  EXPECT_EQ(to[0].trace_samples, 2);
  EXPECT_EQ(to[0].trace_sha256, "t");
  EXPECT_EQ(to[0].timeouts.run_ms, 77);
  EXPECT_EQ(to[0].timeouts.flash_ms, StageTimeouts().flash_ms);
}

}  // namespace
}  // namespace edgerack::agent
