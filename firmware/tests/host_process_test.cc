// The whole firmware as a process, talked to over a real pseudo-terminal.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "firmware/package/format.h"
#include "firmware/tests/board_fixture.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

class HostProcess : public BoardFixture {
 protected:
  void SetUp() override {
    BoardFixture::SetUp();
    Start(BuiltBinary("edgerack-firmware-host"), {"--uart-pty", pty()});
  }
};

TEST_F(HostProcess, Hello) {
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(hello.protocol, ER_WIRE_PROTOCOL);
  EXPECT_EQ(hello.max_payload, ER_WIRE_MAX_PAYLOAD);
  EXPECT_EQ(hello.clock_hz, 1000000000u);
  EXPECT_EQ(hello.package_abi, ER_PACKAGE_ABI_MAJOR);
  EXPECT_EQ(hello.boot_count, 1u);
  EXPECT_EQ(hello.reset_cause, ER_RESET_POWER_ON);
  EXPECT_EQ(hello.fault_present, 0);
  EXPECT_EQ(name_, "host");
  const std::vector<uint8_t> id(hello.build_id, hello.build_id + 20);
  EXPECT_NE(id, std::vector<uint8_t>(20, 0));
}

TEST_F(HostProcess, LoadRunAndReadBack) {
  const auto package = BuildTinyModel(false).package;
  LoadPackage(package);
  for (uint32_t seed = 0; seed < 3; seed++) {
    const auto x = RandomInput(seed);
    ASSERT_EQ(WriteInput(x).status, ER_OK);
    Run(0, 1);
    EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x));
  }
  ASSERT_EQ(WriteInput(RandomInput(9)).status, ER_OK);
  const er_run_reply_t run = Run(2, 300);
  EXPECT_EQ(run.samples, 300);
  EXPECT_EQ(run.clock_hz, 1000000000u);
  const auto samples = ReadSamples(300);
  ASSERT_EQ(samples.size(), 300u);
  EXPECT_GT(samples[0], 1000u);  // nanoseconds for some 15,000 multiplications
}

TEST_F(HostProcess, StopsAfterTheLayersAskedFor) {
  const auto package = BuildTinyModel(false).package;
  LoadPackage(package);
  const auto x = RandomInput(5);
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  Run(0, 1, 1);
  const auto conv = ReadTensor(TinyModel::kConvOutputTensor, 320);
  EXPECT_NE(conv, std::vector<uint8_t>(320, 0));
  // The output's place still holds the input.
  EXPECT_EQ(ReadTensor(3, 10), std::vector<uint8_t>(x.begin() + 16, x.begin() + 26));
}

TEST_F(HostProcess, Profile) {
  LoadPackage(BuildTinyModel(false).package);
  const er_profile_reply_t profile = Profile();
  EXPECT_EQ(profile.layers, TinyModel::kLayers);
  const auto counts = ReadProfile(TinyModel::kLayers);
  ASSERT_EQ(counts.size(), 2u * TinyModel::kLayers);
  uint32_t sum = 0;
  for (size_t i = 0; i < counts.size(); i += 2) {
    EXPECT_GT(counts[i], 0u);
    sum += counts[i];
  }
  EXPECT_LE(sum, profile.total_cycles);
}

TEST_F(HostProcess, StepsTellTheCrcOfEachOutput) {
  const auto package = BuildTinyModel(false).package;
  LoadPackage(package);
  const auto x = RandomInput(7);
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  for (uint16_t layer = 0; layer < TinyModel::kLayers; layer++) {
    const LinkReply reply = Step(layer, layer == 0 ? ER_RUN_RESET_STATE : 0);
    ASSERT_EQ(reply.status, ER_OK) << reply.ErrorText();
    EXPECT_TRUE(reply.accepted);
    ASSERT_EQ(reply.fields.size(), 4u);
    const auto* op = reinterpret_cast<const er_package_header_t*>(package.data());
    const auto* ops = reinterpret_cast<const er_package_op_t*>(package.data() + op->ops_offset);
    const auto* operands =
        reinterpret_cast<const uint16_t*>(package.data() + ops[layer].operands_offset);
    const uint16_t tensor = operands[ops[layer].input_count];
    const auto* tensors =
        reinterpret_cast<const er_package_tensor_t*>(package.data() + op->tensors_offset);
    const auto bytes = ReadTensor(tensor, static_cast<uint16_t>(tensors[tensor].bytes));
    uint32_t crc = 0;
    std::memcpy(&crc, reply.fields.data(), sizeof crc);
    EXPECT_EQ(crc, er_crc32(0, bytes.data(), bytes.size())) << layer;
  }
  EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x));
}

TEST_F(HostProcess, StepsComeInOrder) {
  EXPECT_EQ(Step(0).status, ER_FAILED_PRECONDITION);
  LoadPackage(BuildTinyModel(false).package);
  const auto x = RandomInput(7);
  EXPECT_EQ(Step(1).status, ER_FAILED_PRECONDITION);
  EXPECT_EQ(Step(TinyModel::kLayers).status, ER_OUT_OF_RANGE);
  EXPECT_EQ(Step(0, 2).status, ER_INVALID_ARGUMENT);
  EXPECT_EQ(Step(0).status, ER_OK);
  const LinkReply skipped = Step(2);
  EXPECT_EQ(skipped.status, ER_FAILED_PRECONDITION);
  EXPECT_EQ(skipped.ErrorDetail(), 1u);
  EXPECT_EQ(Step(1, ER_RUN_RESET_STATE).status, ER_INVALID_ARGUMENT);
  EXPECT_EQ(Step(1).status, ER_OK);
  EXPECT_EQ(Step(1).status, ER_FAILED_PRECONDITION);
  // Whatever writes into the arena ends the run of steps.
  const std::vector<std::function<void()>> ends = {
      [&] { Run(0, 1); }, [&] { Profile(); }, [&] { ASSERT_EQ(WriteInput(x).status, ER_OK); },
      [&] { ASSERT_EQ(Call(ER_MSG_PACKAGE_LOAD).status, ER_OK); }};
  for (const auto& end : ends) {
    ASSERT_EQ(Step(0).status, ER_OK);
    end();
    EXPECT_EQ(Step(1).status, ER_FAILED_PRECONDITION);
  }
}

TEST_F(HostProcess, Memory) {
  LoadPackage(BuildTinyModel(false).package);
  Run(0, 1);
  const er_memory_reply_t memory = Memory();
  EXPECT_GT(memory.stack_used_bytes, 256u);
  EXPECT_LT(memory.stack_used_bytes, memory.stack_capacity_bytes);
  EXPECT_EQ(memory.arena_used_bytes, 512u + 640u);
  EXPECT_EQ(memory.arena_capacity_bytes, 33554432u);
}

TEST_F(HostProcess, RepeatedRequestIsNotExecutedAgain) {
  const auto package = BuildTinyModel(false).package;
  ASSERT_EQ(Erase(64).status, ER_OK);
  const er_package_write_request_t request = {0, 0, package.data(), 32};
  const auto payload = Payload(request, er_encode_package_write_request);
  const auto first = link_->Exchange(ER_MSG_PACKAGE_WRITE, 7000, payload);
  ASSERT_TRUE(first && first->status == ER_OK);
  EXPECT_TRUE(first->accepted);
  // Executed again it would be refused: pieces come in ascending order.
  const auto second = link_->Exchange(ER_MSG_PACKAGE_WRITE, 7000, payload);
  ASSERT_TRUE(second && second->status == ER_OK);
  EXPECT_FALSE(second->accepted);
  const auto third = link_->Exchange(ER_MSG_PACKAGE_WRITE, 7001, payload);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->status, ER_INVALID_ARGUMENT);
}

TEST_F(HostProcess, DamagedFramesAreDroppedAndForgotten) {
  std::mt19937 random(8);
  const auto hello = LinkClient::Encode(
      ER_MSG_HELLO, 500, Payload<er_hello_request_t>({0, 1}, er_encode_hello_request));
  for (int i = 0; i < 200; i++) {
    auto damaged = hello;
    damaged[1 + random() % (damaged.size() - 2)] ^= static_cast<uint8_t>(1u << (random() % 8));
    link_->SendRaw(damaged);
  }
  std::vector<uint8_t> noise(20000);
  for (uint8_t& b : noise) b = static_cast<uint8_t>(random());
  link_->SendRaw(noise);
  EXPECT_EQ(Hello().boot_count, 1u);
}

TEST_F(HostProcess, RefusalsSayWhy) {
  const uint8_t piece[12] = {};
  EXPECT_EQ(Call(0x7F).status, ER_UNIMPLEMENTED);
  EXPECT_EQ(Call(ER_MSG_RUN, {1}).status, ER_INVALID_ARGUMENT);
  EXPECT_EQ(Call(ER_MSG_PROFILE, {0, 0, 0, 0}).status, ER_FAILED_PRECONDITION);
  EXPECT_EQ(Erase(1u << 30).status, ER_RESOURCE_EXHAUSTED);
  EXPECT_EQ(Write(0, piece, 4).status, ER_FAILED_PRECONDITION);
  ASSERT_EQ(Erase(16).status, ER_OK);
  EXPECT_EQ(Write(8, piece, 12).status, ER_OUT_OF_RANGE);
  const LinkReply load = Call(ER_MSG_PACKAGE_LOAD);
  EXPECT_EQ(load.status, ER_DATA_LOSS);
  EXPECT_NE(load.ErrorText().find("magic"), std::string::npos) << load.ErrorText();

  const auto native = BuildTinyModel(true).package;
  WritePackage(native);
  EXPECT_EQ(Call(ER_MSG_PACKAGE_LOAD).status, ER_UNIMPLEMENTED);  // the process is scalar
  LoadPackage(BuildTinyModel(false).package);
  EXPECT_EQ(WriteInput(std::vector<uint8_t>(500)).status, ER_OUT_OF_RANGE);
  const auto run = [&](uint16_t samples, uint16_t flags, uint32_t counter) {
    return Call(ER_MSG_RUN, Payload<er_run_request_t>({0, 0, samples, 9, flags, counter},
                                                      er_encode_run_request))
        .status;
  };
  EXPECT_EQ(run(0, 0, 0), ER_OUT_OF_RANGE);
  EXPECT_EQ(run(2000, 0, 0), ER_OUT_OF_RANGE);
  EXPECT_EQ(run(1, 2, 0), ER_INVALID_ARGUMENT);
  EXPECT_EQ(run(1, ER_RUN_RESET_STATE, 0), ER_OK);
  EXPECT_EQ(run(1, 0, 64), ER_UNIMPLEMENTED);
}

TEST_F(HostProcess, PackageInfoAndReset) {
  const auto package = BuildTinyModel(false).package;
  LoadPackage(package);
  auto info = [&] {
    const LinkReply reply = Call(ER_MSG_PACKAGE_INFO);
    er_package_info_reply_t i = {};
    EXPECT_TRUE(er_decode_package_info_reply(&i, reply.fields.data(), reply.fields.size()));
    return i;
  };
  EXPECT_EQ(info().loaded, 1);
  EXPECT_EQ(Call(ER_MSG_RESET).status, ER_OK);
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(hello.reset_cause, ER_RESET_SOFTWARE);
  EXPECT_EQ(hello.boot_count, 2u);
  const er_package_info_reply_t after = info();
  EXPECT_EQ(after.present, 1);
  EXPECT_EQ(after.loaded, 0);
  EXPECT_EQ(after.total_bytes, package.size());
}

TEST_F(HostProcess, PackageRunnerAgreesWithTheBoard) {
  const auto package = BuildTinyModel(true).package;
  std::ofstream(dir_ + "/m.erp", std::ios::binary)
      .write(reinterpret_cast<const char*>(package.data()),
             static_cast<std::streamsize>(package.size()));
  std::vector<uint8_t> inputs;
  std::vector<uint8_t> expected;
  for (uint32_t seed = 0; seed < 201; seed++) {  // several threads share so many
    const auto x = RandomInput(seed);
    inputs.insert(inputs.end(), x.begin(), x.end());
    const auto y = ExpectedOutput(package, x);
    expected.insert(expected.end(), y.begin(), y.end());
  }
  std::ofstream(dir_ + "/in.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(inputs.data()),
             static_cast<std::streamsize>(inputs.size()));
  for (const std::string kernels : {"reference", "native"}) {
    const std::string command = BuiltBinary("edgerack-run-package") + " " + dir_ +
                                "/m.erp --inputs " + dir_ + "/in.bin --outputs " + dir_ +
                                "/out.bin --kernels " + kernels;
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream file(dir_ + "/out.bin", std::ios::binary);
    const std::vector<uint8_t> out((std::istreambuf_iterator<char>(file)),
                                   std::istreambuf_iterator<char>());
    EXPECT_EQ(out, expected) << kernels;
  }
  const std::string refused =
      BuiltBinary("edgerack-run-package") + " " + dir_ + "/in.bin --info 2>" + dir_ + "/err";
  EXPECT_EQ(WEXITSTATUS(std::system(refused.c_str())), 1);
}

TEST_F(HostProcess, PackageRunnerTracesAsTheBoardSteps) {
  const auto package = BuildTinyModel(false).package;
  LoadPackage(package);
  std::string inputs;
  std::string stepped;
  for (uint32_t seed : {3u, 4u}) {
    const auto x = RandomInput(seed);
    inputs.append(x.begin(), x.end());
    ASSERT_EQ(WriteInput(x).status, ER_OK);
    for (uint16_t layer = 0; layer < TinyModel::kLayers; layer++) {
      const LinkReply reply = Step(layer);
      stepped.append(reply.fields.begin(), reply.fields.end());
    }
  }
  std::ofstream(dir_ + "/m.erp", std::ios::binary)
      .write(reinterpret_cast<const char*>(package.data()),
             static_cast<std::streamsize>(package.size()));
  std::ofstream(dir_ + "/in.bin", std::ios::binary) << inputs;
  const std::string command = BuiltBinary("edgerack-run-package") + " " + dir_ +
                              "/m.erp --inputs " + dir_ + "/in.bin --outputs " + dir_ +
                              "/out.bin --trace " + dir_ + "/trace.bin --trace-crc32 " + dir_ +
                              "/crc.bin";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  auto content = [&](const std::string& name) {
    std::ifstream file(dir_ + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_EQ(content("/crc.bin"), stepped);
  const std::string trace = content("/trace.bin");
  ASSERT_GT(trace.size(), 2u * 320);
  uint32_t first = 0;
  std::memcpy(&first, stepped.data(), sizeof first);
  EXPECT_EQ(er_crc32(0, trace.data(), 320), first);
  // The last layer's output is the model's.
  EXPECT_EQ(content("/out.bin").substr(0, TinyModel::kOutputBytes),
            trace.substr(trace.size() / 2 - TinyModel::kOutputBytes, TinyModel::kOutputBytes));
}

}  // namespace
}  // namespace edgerack::firmware
