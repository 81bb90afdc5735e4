#include "firmware/tests/board_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>

#include "firmware/rt/model.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

std::string FromEnvironment(const char* variable, const char* fallback) {
  const char* value = std::getenv(variable);
  return value ? value : fallback;
}

std::vector<uint32_t> Words(const std::vector<uint8_t>& bytes) {
  std::vector<uint32_t> words(bytes.size() / 4);
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * 4);
  return words;
}

}  // namespace

std::string BuiltBinary(const std::string& name) {
  return FromEnvironment("EDGERACK_BIN", "build/bin") + "/" + name;
}

std::string SharedFile(const std::string& name) {
  return FromEnvironment("EDGERACK_SHARE", "build/share/edgerack") + "/" + name;
}

std::vector<uint8_t> RandomInput(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> x(TinyModel::kInputBytes);
  for (uint8_t& b : x) b = static_cast<uint8_t>(random());
  return x;
}

std::vector<uint8_t> ExpectedOutput(const std::vector<uint8_t>& package,
                                    const std::vector<uint8_t>& input) {
  alignas(16) static uint8_t copy[1 << 16], arena[1 << 13];
  std::memcpy(copy, package.data(), package.size());
  static er_model_t model;
  const er_model_place_t place = {
      copy, sizeof copy, arena, sizeof arena, ER_ISA_MVE, er_kernel_reference_of, nullptr};
  EXPECT_EQ(er_model_load(&place, &model).code, ER_RT_OK);
  std::memcpy(arena + model.tensors[er_model_input(&model, 0)].offset, input.data(), input.size());
  er_model_run(&model, ER_RT_ALL_LAYERS);
  const uint32_t y = er_model_output(&model, 0);
  const uint8_t* data = er_model_tensor_data(&model, y);
  return {data, data + model.tensors[y].bytes};
}

void BoardFixture::SetUp() {
  char pattern[] = "/tmp/edgerack-firmware-XXXXXX";
  dir_ = mkdtemp(pattern);
}

void BoardFixture::Start(const std::string& program, const std::vector<std::string>& args) {
  int out[2];
  ASSERT_EQ(pipe(out), 0);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    close(out[0]);
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(out[1]);
  std::string line;
  char byte;
  while (read(out[0], &byte, 1) == 1 && byte != '\n') line += byte;
  close(out[0]);
  ASSERT_EQ(line, "ready") << program;
  link_ = std::make_unique<LinkClient>(pty());
}

void BoardFixture::TearDown() {
  link_.reset();
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status)) << "the board's process crashed: " << status;
  }
  std::filesystem::remove_all(dir_);
}

LinkReply BoardFixture::Call(uint8_t id, const std::vector<uint8_t>& payload) {
  const auto reply = link_->Call(id, payload);
  EXPECT_TRUE(reply.has_value()) << "no reply to message " << int{id};
  return reply.value_or(LinkReply{});
}

er_hello_reply_t BoardFixture::Hello() {
  // Asked until it is answered, as by every host: a board that resets itself right now loses a
  // request.
  constexpr int kTries = 5;
  constexpr int kTryMs = 3000;
  const auto request = Payload<er_hello_request_t>({0, ER_WIRE_PROTOCOL}, er_encode_hello_request);
  std::optional<LinkReply> answer;
  for (int i = 0; i < kTries && !answer; i++) answer = link_->Call(ER_MSG_HELLO, request, kTryMs);
  EXPECT_TRUE(answer.has_value()) << "no answer to HELLO";
  const LinkReply reply = answer.value_or(LinkReply{});
  er_hello_reply_t hello = {};
  EXPECT_EQ(reply.status, ER_OK);
  EXPECT_TRUE(er_decode_hello_reply(&hello, reply.fields.data(), reply.fields.size()));
  name_.assign(hello.name, hello.name + hello.name_bytes);
  return hello;
}

LinkReply BoardFixture::Erase(uint32_t bytes) {
  return Call(ER_MSG_PACKAGE_ERASE,
              Payload<er_package_erase_request_t>({0, bytes}, er_encode_package_erase_request));
}

LinkReply BoardFixture::Write(uint32_t offset, const uint8_t* data, uint32_t bytes) {
  const er_package_write_request_t request = {0, offset, data, bytes};
  return Call(ER_MSG_PACKAGE_WRITE, Payload(request, er_encode_package_write_request));
}

void BoardFixture::WritePackage(const std::vector<uint8_t>& package) {
  ASSERT_EQ(Erase(static_cast<uint32_t>(package.size())).status, ER_OK);
  for (uint32_t at = 0; at < package.size(); at += 1000) {
    const auto bytes = std::min<uint32_t>(1000, static_cast<uint32_t>(package.size()) - at);
    const LinkReply reply = Write(at, package.data() + at, bytes);
    ASSERT_EQ(reply.status, ER_OK) << reply.ErrorText();
  }
}

void BoardFixture::LoadPackage(const std::vector<uint8_t>& package) {
  WritePackage(package);
  const LinkReply reply = Call(ER_MSG_PACKAGE_LOAD);
  ASSERT_EQ(reply.status, ER_OK) << reply.ErrorText();
  EXPECT_TRUE(reply.accepted);
}

LinkReply BoardFixture::WriteInput(const std::vector<uint8_t>& x) {
  const er_write_input_request_t request = {0, 0, 0, 0, x.data(), static_cast<uint32_t>(x.size())};
  return Call(ER_MSG_WRITE_INPUT, Payload(request, er_encode_write_input_request));
}

er_run_reply_t BoardFixture::Run(uint16_t warmup, uint16_t samples, uint16_t layers,
                                 uint32_t extra_counter) {
  const LinkReply reply =
      Call(ER_MSG_RUN, Payload<er_run_request_t>({0, warmup, samples, layers, 0, extra_counter},
                                                 er_encode_run_request));
  EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
  EXPECT_TRUE(reply.accepted);
  er_run_reply_t run = {};
  EXPECT_TRUE(er_decode_run_reply(&run, reply.fields.data(), reply.fields.size()));
  return run;
}

std::vector<uint32_t> BoardFixture::ReadSamples(uint16_t count) {
  std::vector<uint32_t> samples;
  while (samples.size() < count) {
    const auto first = static_cast<uint16_t>(samples.size());
    const LinkReply reply =
        Call(ER_MSG_READ_SAMPLES,
             Payload<er_read_samples_request_t>({0, first, count}, er_encode_read_samples_request));
    EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
    if (reply.fields.empty()) break;
    const auto words = Words(reply.fields);
    samples.insert(samples.end(), words.begin(), words.end());
  }
  return samples;
}

er_profile_reply_t BoardFixture::Profile(uint32_t extra_counter) {
  const LinkReply reply = Call(
      ER_MSG_PROFILE, Payload<er_profile_request_t>({0, extra_counter}, er_encode_profile_request));
  EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
  EXPECT_TRUE(reply.accepted);
  er_profile_reply_t profile = {};
  EXPECT_TRUE(er_decode_profile_reply(&profile, reply.fields.data(), reply.fields.size()));
  return profile;
}

std::vector<uint32_t> BoardFixture::ReadProfile(uint16_t layers) {
  const LinkReply reply =
      Call(ER_MSG_READ_PROFILE,
           Payload<er_read_profile_request_t>({0, 0, layers}, er_encode_read_profile_request));
  EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
  return Words(reply.fields);
}

std::vector<uint8_t> BoardFixture::ReadTensor(uint16_t tensor, uint16_t bytes) {
  const LinkReply reply =
      Call(ER_MSG_READ_TENSOR,
           Payload<er_read_tensor_request_t>({0, tensor, bytes, 0}, er_encode_read_tensor_request));
  EXPECT_EQ(reply.status, ER_OK) << reply.ErrorText();
  return reply.fields;
}

LinkReply BoardFixture::Step(uint16_t layer, uint16_t flags) {
  return Call(ER_MSG_STEP, Payload<er_step_request_t>({0, layer, flags}, er_encode_step_request));
}

er_memory_reply_t BoardFixture::Memory() {
  const LinkReply reply = Call(ER_MSG_MEMORY);
  er_memory_reply_t memory = {};
  EXPECT_TRUE(er_decode_memory_reply(&memory, reply.fields.data(), reply.fields.size()));
  return memory;
}

er_fault_reply_t BoardFixture::Fault(bool clear) {
  const LinkReply reply =
      Call(ER_MSG_FAULT, Payload<er_fault_request_t>({0, clear}, er_encode_fault_request));
  er_fault_reply_t fault = {};
  EXPECT_EQ(reply.status, ER_OK);
  EXPECT_TRUE(er_decode_fault_reply(&fault, reply.fields.data(), reply.fields.size()));
  return fault;
}

}  // namespace edgerack::firmware
