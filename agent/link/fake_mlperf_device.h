// A device for tests that speaks MLPerf Tiny's protocol, in fake time.
#ifndef AGENT_LINK_FAKE_MLPERF_DEVICE_H_
#define AGENT_LINK_FAKE_MLPERF_DEVICE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/link/fake_firmware.h"

namespace edgerack::agent {

struct FakeMlperfDevice {
  int64_t us_per_inference = 1'000;
  int64_t clock_step_us = 1;  // the resolution of its clock
  int deaf = 0;               // so many commands are not heard
  bool hangs = false;         // in `infer`
  bool loses_a_byte = false;  // of `db`
  std::vector<std::string> commands;
  std::string input;

  std::vector<FakeFirmware::Output> operator()(const std::string& bytes) {
    std::vector<FakeFirmware::Output> outputs;
    for (char c : bytes) {
      if (c != '%') {
        command_ += c;
        continue;
      }
      outputs.push_back(Answer(std::exchange(command_, "")));
    }
    return outputs;
  }

 private:
  FakeFirmware::Output Answer(const std::string& command) {
    if (deaf > 0) {
      --deaf;
      return {0, ""};
    }
    commands.push_back(command);
    const std::vector<std::string> words = absl::StrSplit(command, ' ');
    int64_t work_ms = 1;
    std::string text;
    if (words[0] == "name") {
      text = "m-name-dut-[somebody]\r\n";
    } else if (words[0] == "profile") {
      text = "m-profile-[theirs]\r\nm-model-[ic01]\r\n";
    } else if (words[0] == "db" && words[1] == "load") {
      expected_ = std::stoul(words[2]);
      input.clear();
      text = absl::StrCat("m-[Expecting ", words[2], " bytes]\r\n");
    } else if (words[0] == "db") {
      for (size_t i = 0; i + 1 < words[1].size(); i += 2) {
        input += static_cast<char>(std::stoi(words[1].substr(i, 2), nullptr, 16));
      }
      if (std::exchange(loses_a_byte, false)) input.pop_back();
      if (input.size() == expected_) text = "m-load-done\r\n";
    } else if (words[0] == "infer") {
      if (hangs) return {0, "m-warmup-start-0\r\n"};
      const int64_t inferences = std::stoll(words[1]);
      const int64_t start_us = us_;
      us_ += (inferences + std::stoll(words[2])) * us_per_inference;
      work_ms = (us_ - start_us) / 1'000;
      const int64_t end_us = start_us + inferences * us_per_inference;
      text = absl::StrCat("m-warmup-done\r\nm-lap-us-", start_us / clock_step_us * clock_step_us,
                          "\r\nm-lap-us-", end_us / clock_step_us * clock_step_us,
                          "\r\nm-infer-done\r\nm-results-[0.500,0.250,]\r\n");
    } else {
      text = absl::StrCat("e-[Unknown command: ", words[0], "]\r\n");
    }
    return {work_ms, text + "m-ready\r\n"};
  }

  std::string command_;
  size_t expected_ = 0;
  int64_t us_ = 5'000;
};

}  // namespace edgerack::agent

#endif  // AGENT_LINK_FAKE_MLPERF_DEVICE_H_
