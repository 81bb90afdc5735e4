// The protocol's commands one by one, to the letter, in front of a model of the test's own. The
// same with a real one on a virtual board: firmware/tests/mlperf_transcript_test.cc.
#include "firmware/app/mlperf.h"

#include <gtest/gtest.h>

#include <string>

#include "firmware/app/fake_benchmark.h"

namespace edgerack::firmware {
namespace {

class Mlperf : public testing::Test {
 protected:
  void SetUp() override {
    Fake() = FakeBenchmark();
    er_mlperf_forget();
  }
  std::string Say(std::string command) {
    Fake().said.clear();
    er_mlperf_execute(command.data());
    return Fake().said;
  }
};

TEST_F(Mlperf, BootSaysTheModeAndThatItIsReady) {
  er_mlperf_greet();
  EXPECT_EQ(Fake().said,
            "m-timestamp-mode-performance\r\nm-lap-us-1000\r\nm-init-done\r\nm-ready\r\n");
}

TEST_F(Mlperf, NamesItself) {
  EXPECT_EQ(Say("name"), "m-name-dut-[edgerack]\r\nm-ready\r\n");
  EXPECT_EQ(Say("profile"),
            "m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[kws01]\r\nm-ready\r\n");
  EXPECT_EQ(Say("timestamp"), "m-lap-us-1000\r\nm-ready\r\n");
}

TEST_F(Mlperf, UnknownCommands) {
  EXPECT_EQ(Say("reboot now"), "e-[Unknown command: reboot]\r\nm-ready\r\n");
  EXPECT_EQ(Say("names"), "e-[Unknown command: names]\r\nm-ready\r\n");
  EXPECT_EQ(Say(""), "e-[Unknown command: ]\r\nm-ready\r\n");
  EXPECT_EQ(Say("   "), "e-[Unknown command: ]\r\nm-ready\r\n");
}

TEST_F(Mlperf, LoadsBytes) {
  EXPECT_EQ(Say("db load 12"), "m-[Expecting 12 bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db 0001020304"), "m-ready\r\n");
  EXPECT_EQ(Say("db 05060708"), "m-ready\r\n");
  EXPECT_EQ(Say("db 09aBFf1122"), "m-load-done\r\nm-ready\r\n");
  EXPECT_EQ(Say("db print"),
            "m-buffer-00-01-02-03-04-05-06-07\r\nm-buffer-08-09-ab-ff\r\n\r\nm-ready\r\n");
  EXPECT_EQ(Say("db 00"), "e-[Command 'db load' must come first]\r\nm-ready\r\n");
}

TEST_F(Mlperf, PrintsFullLinesWithoutAnEmptyOne) {
  EXPECT_EQ(Say("db print"), "m-ready\r\n");
  Say("db load 8");
  Say("db 0011223344556677");
  EXPECT_EQ(Say("db print"), "m-buffer-00-11-22-33-44-55-66-77\r\nm-ready\r\n");
}

TEST_F(Mlperf, RefusesWrongBytes) {
  EXPECT_EQ(Say("db"), "e-[Command 'db' requires a subcommand]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db load"), "e-[Command 'db load' requires the # of bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db load 0"), "e-[Command 'db load' must be >0 bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db load x"), "e-[Command 'db load' must be >0 bytes]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db load 65"), "Supplied buffer size 65 exceeds maximum of 64\nm-ready\r\n");
  EXPECT_EQ(Say("db load -1"), "Supplied buffer size -1 exceeds maximum of 64\nm-ready\r\n");
  Say("db load 12");
  EXPECT_EQ(Say("db 001"), "e-[Insufficent number of hex digits]\r\nm-ready\r\n");
  EXPECT_EQ(Say("db 00fg11"), "e-[Invalid hex digit 'fg']\r\nm-ready\r\n");
}

TEST_F(Mlperf, InfersAfterWarmUp) {
  Say("db load 12");
  Say("db 000102030405060708090a0b");
  EXPECT_EQ(Say("infer 4 2"),
            "m-warmup-start-2\r\nm-warmup-done\r\nm-infer-start-4\r\nm-lap-us-1500\r\n"
            "m-lap-us-2500\r\nm-infer-done\r\nm-results-[0.250,-1.500]\r\nm-ready\r\n");
  EXPECT_EQ(Fake().inferences, 4u + 2u + 1u);  // one more for the result
  EXPECT_EQ(Fake().input.size(), 12u);
  EXPECT_EQ(Fake().input[11], 0x0b);
  EXPECT_EQ(Say("results"), "m-results-[0.250,-1.500]\r\nm-ready\r\n");
}

TEST_F(Mlperf, ASingleInferenceIsTheOnlyOne) {
  Say("db load 12");
  Say("db 000102030405060708090a0b");
  Say("infer 1 0");
  EXPECT_EQ(Fake().inferences, 1u);
  // Without numbers: one inference after ten.
  EXPECT_NE(Say("infer").find("m-warmup-start-10\r\nm-warmup-done\r\nm-infer-start-1\r\n"),
            std::string::npos);
  EXPECT_NE(Say("infer 3").find("m-warmup-start-10\r\nm-warmup-done\r\nm-infer-start-3\r\n"),
            std::string::npos);
}

TEST_F(Mlperf, RefusesWrongInferences) {
  EXPECT_EQ(Say("infer 0 1"), "e-[Inference iterations must be >0]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer -2"), "e-[Inference iterations must be >0]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer 1 -1"), "e-[Inference warmup must be >=0]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer 1 0"), "e-[Input db has 0 bytes, expected 12]\r\nm-ready\r\n");
  Say("db load 12");
  Say("db 0011");
  EXPECT_EQ(Say("infer 1 0"), "e-[Input db has 2 bytes, expected 12]\r\nm-ready\r\n");
  EXPECT_EQ(Fake().inferences, 0u);
  Fake().needs_input = true;
  EXPECT_EQ(Say("results"), "e-[Input db has 2 bytes, expected 12]\r\nm-ready\r\n");
}

TEST_F(Mlperf, SaysThatThereIsNoModel) {
  Fake().problem = "the store is empty";
  EXPECT_EQ(Say("db load 12"), "e-[the store is empty]\r\nm-ready\r\n");
  EXPECT_EQ(Say("infer 1 0"), "e-[the store is empty]\r\nm-ready\r\n");
  EXPECT_EQ(Say("results"), "e-[the store is empty]\r\nm-ready\r\n");
  EXPECT_NE(Say("profile").find("m-model-[none]\r\n"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::firmware
