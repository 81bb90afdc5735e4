// A Flasher that runs the stock `openocd` from PATH, once per call.
#ifndef AGENT_DRIVER_OPENOCD_OPENOCD_FLASHER_H_
#define AGENT_DRIVER_OPENOCD_OPENOCD_FLASHER_H_

#include <filesystem>
#include <string>

#include "agent/driver/openocd/command.h"
#include "agent/protocol/flasher.h"
#include "agent/protocol/gate.h"

namespace edgerack::agent {

struct OpenocdSetup {
  std::string board_id;          // for the log
  std::filesystem::path config;  // the board kind's openocd.cfg
  ProbeAddress probe;
  ChipIdentity chip;
  ImagePlace place;
};

class OpenocdFlasher : public Flasher {
 public:
  OpenocdFlasher(OpenocdSetup setup, asio::any_io_executor executor, Timers& timers,
                 Interrupt* interrupt);

  Task<absl::Status> Write(FlashRequest request, int64_t deadline_ms) override;
  Task<absl::Status> Reset(int64_t deadline_ms) override;
  Task<absl::StatusOr<std::vector<uint32_t>>> SampleProgramCounter(int count,
                                                                   int64_t deadline_ms) override;

 private:
  // `on_line` returns true for a line that it takes: it is neither logged nor kept.
  Task<absl::Status> Run(std::vector<std::string> arguments, int64_t deadline_ms,
                         std::function<bool(const std::string&)> on_line = {});

  OpenocdSetup setup_;
  asio::any_io_executor executor_;
  Timers& timers_;
  Interrupt* interrupt_;
};

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_OPENOCD_OPENOCD_FLASHER_H_
