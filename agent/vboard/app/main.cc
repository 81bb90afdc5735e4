// edgerack-vboard: a virtual STM32 board. See agent/vboard/README.md.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "agent/vboard/app/board.h"

namespace {

// Blocks the signals and returns a descriptor that becomes readable when one arrives.
int StopDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("vboard"));
  edgerack::vboard::BoardOptions options;
  std::string cycle_model = "on";
  CLI::App app{"A virtual STM32 board: a debug port that OpenOCD speaks to, and a UART."};
  app.add_option("--board", options.kind, "kind of board, e.g. virtual-f746")->required();
  app.add_option("--stlink-port", options.stlink_port, "TCP port of the debug port on 127.0.0.1")
      ->required();
  app.add_option("--uart-pty", options.uart_pty, "path that becomes a link to the UART's terminal")
      ->required();
  app.add_option("--uart-tcp", options.uart_tcp_port, "TCP port that also carries the UART");
  app.add_option("--uart-instance", options.uart_instance, "the UART to connect, e.g. USART3");
  app.add_option("--elf", options.elf, "program to put into the flash before starting");
  app.add_option("--state", options.state_file, "file that keeps the flash over restarts");
  app.add_option("--uid", options.uid_hex, "the chip's unique id, 24 hexadecimal digits");
  app.add_option("--cycle-model", cycle_model,
                 "on: estimated cycles; off: one cycle per instruction; or the names of parts")
      ->check([](const std::string& text) {
        const auto parts = edgerack::vboard::ParseCycleParts(text);
        return parts.ok() ? std::string() : std::string(parts.status().message());
      });
  app.add_option("--jitter", options.processor.jitter_percent,
                 "run-to-run noise: its standard deviation in percent")
      ->check(CLI::Range(0, 100));
  app.add_option("--seed", options.processor.jitter_seed, "seed of the noise");
  std::vector<std::string> slow_code;
  app.add_option("--slow-code", slow_code,
                 "FROM-TO=PCT: code between these addresses takes PCT percent longer; may be given "
                 "again")
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        const auto range = edgerack::vboard::ParseSlowRange(text);
        return range.ok() ? std::string() : std::string(range.status().message());
      });
  CLI11_PARSE(app, argc, argv);
  options.processor.cycles = *edgerack::vboard::ParseCycleParts(cycle_model);

  for (const std::string& range : slow_code) {
    options.processor.slow_code.push_back(*edgerack::vboard::ParseSlowRange(range));
  }

  const int stop_fd = StopDescriptor();
  edgerack::vboard::Board board;
  if (const absl::Status status = board.Open(options); !status.ok()) {
    const std::string message(status.message());
    std::fprintf(stderr, "edgerack-vboard: %s\n", message.c_str());
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  board.RunUntil(stop_fd);
  close(stop_fd);
  return 0;
}
