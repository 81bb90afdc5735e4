// A board for tests, in memory: answers link messages as the resident firmware does, in fake time.
// Its "network" adds 1 to each byte of its first input and calls that tensor 0; stepped, each of
// its three layers adds 1 and its output is read as any tensor.
#ifndef AGENT_LINK_FAKE_FIRMWARE_H_
#define AGENT_LINK_FAKE_FIRMWARE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "firmware/wire/frame.h"

namespace edgerack::agent {

class FakeFirmware {
 public:
  struct Output {
    int64_t delay_ms = 0;
    std::string bytes;
  };

  FakeFirmware();

  // What the board sends for bytes it receives at `now_ms`. At work it hears nothing.
  std::vector<Output> Receive(const std::string& bytes, int64_t now_ms);
  // What a reset does: state in RAM is lost; what is in the package store stays.
  void Reboot();

  // Somebody else's image is on the board: it gets the bytes and answers instead. Empty = the
  // resident firmware is.
  std::function<std::vector<Output>(const std::string& bytes)> foreign_image;

  // The board as it is soldered, flashed and broken. Tests change these.
  std::string build_id = std::string(20, '\x11');
  std::string uid = std::string(12, '\x22');
  uint32_t device_id = 0x1001'6449;
  uint32_t clock_hz = 216'000'000;
  uint32_t settings = ER_SETTING_ICACHE | ER_SETTING_DCACHE | ER_SETTING_FPU;
  uint16_t protocol = ER_WIRE_PROTOCOL;
  uint16_t max_payload = ER_WIRE_MAX_PAYLOAD;
  uint32_t package_address = 0x0802'0000;
  uint32_t cycles_per_run = 1'000'000;
  int64_t ms_per_run = 5;
  bool silent = false;           // no firmware, or a hung one
  bool hang_in_run = false;      // RUN is accepted and never answered
  bool fault_in_run = false;     // RUN ends in a fault record and a reboot
  uint16_t refuse_load = ER_OK;  // PACKAGE_LOAD answers this
  bool corrupt_store = false;    // the store's content does not match its CRC
  std::string store;             // package store
  bool loaded = false;
  bool fault_present = false;
  uint8_t fault_kind = ER_FAULT_BUS;  // of the record it then has
  uint32_t boot_count = 1;
  bool knows_step = true;
  bool knows_configure = true;  // of clocks, only the one it has
  int wrong_layer = -1;         // STEP of this layer is off by one in its first byte

  // What happened.
  int executed_requests = 0;
  int executed_runs = 0;
  std::vector<uint8_t> executed_ids;

 private:
  std::string Frame(uint8_t kind, const er_frame_t& request, const std::string& payload) const;
  // The reply's payload, status byte first.
  std::string Execute(const er_frame_t& request, int64_t& work_ms);
  std::string ExecuteRun(const er_frame_t& request, int64_t& work_ms);
  std::string ExecuteStep(const er_frame_t& request);
  std::string ExecuteStore(const er_frame_t& request, int64_t& work_ms);
  std::string ExecuteData(const er_frame_t& request);
  std::string Hello() const;

  er_frame_decoder_t decoder_;
  int64_t busy_until_ms_ = 0;
  int last_sequence_ = -1;
  uint8_t last_id_ = 0;
  std::string last_reply_;
  std::string input_;
  std::string output_;
  uint16_t samples_ = 0;
  int next_step_ = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_LINK_FAKE_FIRMWARE_H_
