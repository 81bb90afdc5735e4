// The whole firmware as a process, talked to over a real pseudo-terminal.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "firmware/rt/model.h"
#include "firmware/tests/link_client.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

std::string Binary(const std::string& name) {
  const char* dir = std::getenv("EDGERACK_BIN");
  return std::string(dir ? dir : "build/bin") + "/" + name;
}

// Encodes a request struct with its generated encoder.
template <typename Message>
std::vector<uint8_t> Payload(const Message& m, size_t (*encode)(const Message*, uint8_t*, size_t)) {
  std::vector<uint8_t> bytes(ER_WIRE_MAX_PAYLOAD);
  bytes.resize(encode(&m, bytes.data(), bytes.size()));
  return bytes;
}

class HostProcess : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/edgerack-firmware-XXXXXX";
    dir_ = mkdtemp(pattern);
    int out[2];
    ASSERT_EQ(pipe(out), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      close(out[0]);
      const std::string binary = Binary("edgerack-firmware-host");
      const std::string pty = dir_ + "/uart";
      execl(binary.c_str(), binary.c_str(), "--uart-pty", pty.c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    char line[6] = {};
    ASSERT_EQ(read(out[0], line, 6), 6);
    ASSERT_EQ(std::string(line, 6), "ready\n");
    close(out[0]);
    link_ = std::make_unique<LinkClient>(dir_ + "/uart");
  }

  void TearDown() override {
    link_.reset();
    kill(pid_, SIGTERM);
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status)) << "the firmware process crashed: " << status;
    std::filesystem::remove_all(dir_);
  }

  LinkReply Call(uint8_t id, const std::vector<uint8_t>& payload = {}) {
    const auto reply = link_->Call(id, payload);
    EXPECT_TRUE(reply.has_value()) << "no reply to message " << int{id};
    return reply.value_or(LinkReply{});
  }

  er_hello_reply_t Hello() {
    const LinkReply reply = Call(
        ER_MSG_HELLO, Payload<er_hello_request_t>({0, ER_WIRE_PROTOCOL}, er_encode_hello_request));
    er_hello_reply_t hello = {};
    EXPECT_EQ(reply.status, ER_OK);
    EXPECT_TRUE(er_decode_hello_reply(&hello, reply.fields.data(), reply.fields.size()));
    name_.assign(hello.name, hello.name + hello.name_bytes);
    return hello;
  }

  LinkReply Erase(uint32_t bytes) {
    return Call(ER_MSG_PACKAGE_ERASE,
                Payload<er_package_erase_request_t>({0, bytes}, er_encode_package_erase_request));
  }

  LinkReply Write(uint32_t offset, const uint8_t* data, uint32_t bytes) {
    const er_package_write_request_t request = {0, offset, data, bytes};
    return Call(ER_MSG_PACKAGE_WRITE, Payload(request, er_encode_package_write_request));
  }

  void WritePackage(const std::vector<uint8_t>& package) {
    ASSERT_EQ(Erase(static_cast<uint32_t>(package.size())).status, ER_OK);
    for (uint32_t at = 0; at < package.size(); at += 1000) {
      const auto bytes = std::min<uint32_t>(1000, static_cast<uint32_t>(package.size()) - at);
      const LinkReply reply = Write(at, package.data() + at, bytes);
      ASSERT_EQ(reply.status, ER_OK) << reply.ErrorText();
    }
  }

  void LoadPackage(const std::vector<uint8_t>& package) {
    WritePackage(package);
    const LinkReply reply = Call(ER_MSG_PACKAGE_LOAD);
    ASSERT_EQ(reply.status, ER_OK) << reply.ErrorText();
    EXPECT_TRUE(reply.accepted);
  }

  LinkReply WriteInput(const std::vector<uint8_t>& x) {
    const er_write_input_request_t request = {0, 0,        0,
                                              0, x.data(), static_cast<uint32_t>(x.size())};
    return Call(ER_MSG_WRITE_INPUT, Payload(request, er_encode_write_input_request));
  }

  er_run_reply_t Run(uint16_t warmup, uint16_t samples, uint16_t layers = ER_WIRE_ALL_LAYERS) {
    const LinkReply reply =
        Call(ER_MSG_RUN,
             Payload<er_run_request_t>({0, warmup, samples, layers, 0, 0}, er_encode_run_request));
    EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
    EXPECT_TRUE(reply.accepted);
    er_run_reply_t run = {};
    EXPECT_TRUE(er_decode_run_reply(&run, reply.fields.data(), reply.fields.size()));
    return run;
  }

  std::vector<uint8_t> ReadTensor(uint16_t tensor, uint16_t bytes) {
    const LinkReply reply = Call(
        ER_MSG_READ_TENSOR,
        Payload<er_read_tensor_request_t>({0, tensor, bytes, 0}, er_encode_read_tensor_request));
    EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
    return reply.fields;
  }

  std::string dir_, name_;
  pid_t pid_ = -1;
  std::unique_ptr<LinkClient> link_;
};

std::vector<uint8_t> RandomInput(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> x(TinyModel::kInputBytes);
  for (uint8_t& b : x) b = static_cast<uint8_t>(random());
  return x;
}

// What the same model computes in this process.
std::vector<uint8_t> Expected(const std::vector<uint8_t>& package, const std::vector<uint8_t>& x) {
  alignas(16) static uint8_t copy[1 << 16], arena[1 << 13];
  std::memcpy(copy, package.data(), package.size());
  static er_model_t model;
  const er_model_place_t place = {copy,         sizeof copy,   arena,
                                  sizeof arena, ER_ISA_SCALAR, er_kernel_find};
  EXPECT_EQ(er_model_load(&place, &model).code, ER_RT_OK);
  std::memcpy(arena + model.tensors[er_model_input(&model, 0)].offset, x.data(), x.size());
  er_model_run(&model, ER_RT_ALL_LAYERS);
  const uint32_t y = er_model_output(&model, 0);
  const uint8_t* data = er_model_tensor_data(&model, y);
  return {data, data + model.tensors[y].bytes};
}

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
    EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), Expected(package, x));
  }
  ASSERT_EQ(WriteInput(RandomInput(9)).status, ER_OK);
  const er_run_reply_t run = Run(2, 300);
  EXPECT_EQ(run.samples, 300);
  EXPECT_EQ(run.clock_hz, 1000000000u);
  std::vector<uint8_t> samples;
  while (samples.size() < 4 * 300) {
    const auto first = static_cast<uint16_t>(samples.size() / 4);
    const LinkReply reply =
        Call(ER_MSG_READ_SAMPLES,
             Payload<er_read_samples_request_t>({0, first, 300}, er_encode_read_samples_request));
    ASSERT_EQ(reply.status, ER_OK);
    ASSERT_FALSE(reply.fields.empty());
    samples.insert(samples.end(), reply.fields.begin(), reply.fields.end());
  }
  ASSERT_EQ(samples.size(), 4u * 300);
  uint32_t first_sample;
  std::memcpy(&first_sample, samples.data(), 4);
  EXPECT_GT(first_sample, 1000u);  // nanoseconds for some 15,000 multiplications
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
  const LinkReply reply =
      Call(ER_MSG_PROFILE, Payload<er_profile_request_t>({0, 0}, er_encode_profile_request));
  ASSERT_EQ(reply.status, ER_OK) << reply.ErrorText();
  EXPECT_TRUE(reply.accepted);
  er_profile_reply_t profile = {};
  ASSERT_TRUE(er_decode_profile_reply(&profile, reply.fields.data(), reply.fields.size()));
  EXPECT_EQ(profile.layers, TinyModel::kLayers);
  const LinkReply read = Call(ER_MSG_READ_PROFILE, Payload<er_read_profile_request_t>(
                                                       {0, 0, 3}, er_encode_read_profile_request));
  ASSERT_EQ(read.fields.size(), 3u * 8);
  uint32_t sum = 0;
  for (size_t i = 0; i < 3; i++) {
    uint32_t cycles;
    std::memcpy(&cycles, read.fields.data() + 8 * i, 4);
    EXPECT_GT(cycles, 0u);
    sum += cycles;
  }
  EXPECT_LE(sum, profile.total_cycles);
}

TEST_F(HostProcess, Memory) {
  LoadPackage(BuildTinyModel(false).package);
  Run(0, 1);
  const LinkReply reply = Call(ER_MSG_MEMORY);
  er_memory_reply_t memory = {};
  ASSERT_TRUE(er_decode_memory_reply(&memory, reply.fields.data(), reply.fields.size()));
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
  EXPECT_EQ(run(1, 1, 0), ER_INVALID_ARGUMENT);
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
  const auto scalar = BuildTinyModel(false).package;
  for (uint32_t seed = 0; seed < 4; seed++) {
    const auto x = RandomInput(seed);
    inputs.insert(inputs.end(), x.begin(), x.end());
    const auto y = Expected(scalar, x);
    expected.insert(expected.end(), y.begin(), y.end());
  }
  std::ofstream(dir_ + "/in.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(inputs.data()),
             static_cast<std::streamsize>(inputs.size()));
  for (const std::string kernels : {"reference", "native"}) {
    const std::string command = Binary("edgerack-run-package") + " " + dir_ + "/m.erp --inputs " +
                                dir_ + "/in.bin --outputs " + dir_ + "/out.bin --kernels " +
                                kernels;
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream file(dir_ + "/out.bin", std::ios::binary);
    const std::vector<uint8_t> out((std::istreambuf_iterator<char>(file)),
                                   std::istreambuf_iterator<char>());
    EXPECT_EQ(out, expected) << kernels;
  }
  const std::string refused =
      Binary("edgerack-run-package") + " " + dir_ + "/in.bin --info 2>" + dir_ + "/err";
  EXPECT_EQ(WEXITSTATUS(std::system(refused.c_str())), 1);
}

}  // namespace
}  // namespace edgerack::firmware
