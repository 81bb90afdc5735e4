// A firmware in a process of its own, host build or virtual board, and the requests to it.
#ifndef FIRMWARE_TESTS_BOARD_FIXTURE_H_
#define FIRMWARE_TESTS_BOARD_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "firmware/tests/link_client.h"

namespace edgerack::firmware {

// Path of a built program, or of a file under the share directory.
std::string BuiltBinary(const std::string& name);
std::string SharedFile(const std::string& name);

// Encodes a request struct with its generated encoder.
template <typename Message>
std::vector<uint8_t> Payload(const Message& m, size_t (*encode)(const Message*, uint8_t*, size_t)) {
  std::vector<uint8_t> bytes(ER_WIRE_MAX_PAYLOAD);
  bytes.resize(encode(&m, bytes.data(), bytes.size()));
  return bytes;
}

std::vector<uint8_t> RandomInput(uint32_t seed);

// What a model of one input and one output computes in this process, with the reference kernels.
std::vector<uint8_t> ExpectedOutput(const std::vector<uint8_t>& package,
                                    const std::vector<uint8_t>& input);

class BoardFixture : public testing::Test {
 protected:
  // Starts the program with its UART at pty() and waits for its "ready".
  void Start(const std::string& program, const std::vector<std::string>& args);
  void SetUp() override;
  void TearDown() override;
  std::string pty() const { return dir_ + "/uart"; }

  LinkReply Call(uint8_t id, const std::vector<uint8_t>& payload = {});
  er_hello_reply_t Hello();
  LinkReply Erase(uint32_t bytes);
  LinkReply Write(uint32_t offset, const uint8_t* data, uint32_t bytes);
  void WritePackage(const std::vector<uint8_t>& package);
  void LoadPackage(const std::vector<uint8_t>& package);
  LinkReply WriteInput(const std::vector<uint8_t>& x);
  er_run_reply_t Run(uint16_t warmup, uint16_t samples, uint16_t layers = ER_WIRE_ALL_LAYERS,
                     uint32_t extra_counter = 0);
  std::vector<uint32_t> ReadSamples(uint16_t count);
  er_profile_reply_t Profile(uint32_t extra_counter = 0);
  // Cycles and extra counts, alternating.
  std::vector<uint32_t> ReadProfile(uint16_t layers);
  std::vector<uint8_t> ReadTensor(uint16_t tensor, uint16_t bytes);
  LinkReply Step(uint16_t layer, uint16_t flags = 0);
  er_memory_reply_t Memory();
  er_fault_reply_t Fault(bool clear);

  std::string dir_, name_;
  pid_t pid_ = -1;
  std::unique_ptr<LinkClient> link_;
};

}  // namespace edgerack::firmware

#endif  // FIRMWARE_TESTS_BOARD_FIXTURE_H_
