#include "server/api/convert.h"

#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "server/api/convert_agent.h"
#include "server/api/status.h"

namespace edgerack::api {
namespace {

TEST(ConvertTest, ErrorsCarryClassAndCode) {
  grpc::Status status = ToGrpc(MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser,
                                         "MODEL_NOT_FOUND", "no such model"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no such model");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "MODEL_NOT_FOUND");
  EXPECT_EQ(info.domain(), "edgerack.dev");
  EXPECT_EQ(info.metadata().at("class"), "USER");
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
}

TEST(ConvertTest, EveryStateHasItsName) {
  for (int i = 0; i < 6; ++i) {
    core::Job job;
    job.state = static_cast<core::JobState>(i);
    v1::Job proto;
    ToProto(job, &proto);
    EXPECT_EQ(v1::Job::State_Name(proto.state()), core::JobStateName(job.state));
  }
  for (int i = 0; i < 5; ++i) {
    core::Job job;
    job.runs.emplace_back().state = static_cast<core::RunState>(i);
    v1::Job proto;
    ToProto(job, &proto);
    EXPECT_EQ(v1::Run::State_Name(proto.runs(0).state()), core::RunStateName(job.runs[0].state));
    core::Board board;
    board.state = static_cast<core::BoardState>(i);
    v1::Board board_proto;
    ToProto(board, &board_proto);
    EXPECT_EQ(v1::Board::State_Name(board_proto.state()), core::BoardStateName(board.state));
  }
}

TEST(ConvertTest, SpecsComeBackTheSame) {
  core::Job job;
  job.spec.model = core::ModelId("m");
  job.spec.dataset = core::DatasetId("d");
  job.spec.board_selector = "kind=x";
  job.spec.all_boards = true;
  job.spec.quantize = "int8";
  job.spec.options = {{"a", "b"}};
  v1::Job proto;
  ToProto(job, &proto);
  auto back = FromProto(proto.spec());
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, job.spec);
  proto.mutable_spec()->set_model("m");
  EXPECT_EQ(ErrorCodeOf(FromProto(proto.spec()).status()), "BAD_NAME");
}

TEST(ConvertTest, UnknownStaysAbsentAndZeroStaysThere) {
  core::Result result;
  result.cycles = core::Cycles{.min = 0};
  result.agreement = core::Agreement{.bit_exact = 0};
  result.board.is_virtual = false;
  v1::Result proto;
  ToProto(result, &proto);
  EXPECT_FALSE(proto.has_latency());
  EXPECT_FALSE(proto.has_accuracy());
  EXPECT_FALSE(proto.has_instructions());
  EXPECT_TRUE(proto.cycles().has_min());
  EXPECT_FALSE(proto.cycles().has_max());
  EXPECT_TRUE(proto.agreement().has_bit_exact());
  EXPECT_TRUE(proto.board().has_virtual_());
}

TEST(ConvertTest, TimesSurvive) {
  google::protobuf::Timestamp time;
  SetTime(1'763'700'000'123, &time);
  EXPECT_EQ(WallMs(time), 1'763'700'000'123);
  time.set_seconds(INT64_MAX);
  EXPECT_EQ(WallMs(time), 0);
}

TEST(ConvertTest, TextBecomesUtf8) {
  EXPECT_EQ(Utf8("grüße €😀"), "grüße €😀");
  EXPECT_EQ(Utf8("a\xff"
                 "b\xc3"),
            "a?b?");
  EXPECT_EQ(Utf8("\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80"), "?? ??? ????");
}

agent::v1::AgentState State() {
  agent::v1::AgentState state;
  state.set_agent_id("desk");
  state.set_boot_id("b1");
  agent::v1::BoardState* board = state.add_boards();
  board->set_id("b");
  board->set_kind("virtual-f746");
  board->set_chip("stm32f746");
  board->set_state(agent::v1::BoardState::BUSY);
  return state;
}

TEST(ConvertTest, AgentStatesAreChecked) {
  EXPECT_TRUE(FromProto(State()).ok());
  auto bad = State();
  bad.set_agent_id("");
  EXPECT_EQ(ErrorCodeOf(FromProto(bad).status()), "BAD_AGENT_STATE");
  bad = State();
  bad.mutable_boards(0)->set_id(std::string(200, 'x'));
  EXPECT_EQ(ErrorCodeOf(FromProto(bad).status()), "BAD_AGENT_STATE");
  bad = State();
  bad.mutable_boards(0)->set_chip("a b");
  EXPECT_EQ(ErrorCodeOf(FromProto(bad).status()), "BAD_AGENT_STATE");
}

TEST(ConvertTest, OutcomesCountOnlyWhenFinished) {
  auto state = State();
  auto* run = state.mutable_boards(0)->mutable_run();
  run->set_run_id("r");
  run->mutable_measurement()->set_settings(0b101001);
  run->mutable_measurement()->set_extra_counts(0);
  EXPECT_EQ(FromProto(state)->boards[0].run->measurement, nullptr);
  run->set_finished(true);
  auto report = FromProto(state);
  ASSERT_NE(report->boards[0].run->measurement, nullptr);
  const core::Measurement& measurement = *report->boards[0].run->measurement;
  EXPECT_TRUE(measurement.settings.icache);
  EXPECT_FALSE(measurement.settings.dcache);
  EXPECT_TRUE(measurement.settings.fpu);
  EXPECT_TRUE(measurement.settings.clock_fallback);
  EXPECT_EQ(measurement.extra_counts, 0);
  run->mutable_error()->set_code("X");
  EXPECT_EQ(FromProto(state)->boards[0].run->error->code, "X");
  EXPECT_EQ(FromProto(state)->boards[0].run->measurement, nullptr);
}

}  // namespace
}  // namespace edgerack::api
