#include "agent/app/agent.h"

#include <spdlog/spdlog.h>

#include <csignal>
#include <random>
#include <thread>

#include "agent/driver/openocd/openocd_flasher.h"
#include "agent/driver/serial/serial_console.h"
#include "agent/driver/tcp/tcp_console.h"
#include "agent/sync/artifact_cache.h"
#include "agent/sync/downloader.h"
#include "base/files.h"

namespace edgerack::agent {
namespace {

constexpr int kThreads = 2;
constexpr uint64_t kCacheBytes = 1ull << 30;
// A board that does not stop in this time is left to the operating system.
constexpr auto kStopPatience = std::chrono::seconds(5);

absl::StatusOr<Endpoint> MakeEndpoint(const AgentConfig& config) {
  Endpoint endpoint;
  endpoint.address = config.server;
  endpoint.tls = config.tls;
  if (!config.ca_file.empty()) {
    ER_ASSIGN_OR_RETURN(endpoint.ca_pem, ReadFile(config.ca_file, 1 << 20));
  }
  if (!config.token_file.empty()) {
    ER_ASSIGN_OR_RETURN(endpoint.token, ReadFile(config.token_file, 4096));
    while (!endpoint.token.empty() &&
           std::isspace(static_cast<unsigned char>(endpoint.token.back()))) {
      endpoint.token.pop_back();
    }
  }
  return endpoint;
}

BoardPorts MakePorts(const BoardConfig& config, const BoardKind& kind, const Chip& chip,
                     asio::any_io_executor executor, Timers& timers, Interrupt* interrupt) {
  BoardPorts ports;
  if (!config.console.device.empty()) {
    ports.console = std::make_unique<SerialConsole>(config.console.device, kind.uart_baud, executor,
                                                    timers, interrupt);
  } else {
    ports.console = std::make_unique<TcpConsole>(config.console.host, config.console.port, executor,
                                                 timers, interrupt);
  }
  if (!config.probe_serial.empty() || config.probe_tcp_port != 0) {
    OpenocdSetup setup;
    setup.board_id = config.id;
    setup.config = kind.folder / kind.openocd_config;
    setup.probe = {config.probe_serial, config.probe_tcp_port};
    setup.chip = {chip.device_id, chip.device_id_address, chip.uid_address};
    setup.place = {!chip.FirmwareInFlash(), chip.layout.firmware_address};
    ports.flasher = std::make_unique<OpenocdFlasher>(setup, executor, timers, interrupt);
  }
  return ports;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Agent>> Agent::Build(const AgentConfig& config,
                                                    const Catalog& catalog) {
  std::unique_ptr<Agent> agent(new Agent());
  ER_ASSIGN_OR_RETURN(Endpoint endpoint, MakeEndpoint(config));
  std::shared_ptr<grpc::Channel> channel = MakeChannel(endpoint);
  ER_ASSIGN_OR_RETURN(agent->artifacts_,
                      ArtifactCache::Open(config.state_dir / "cache", kCacheBytes,
                                          MakeDownloader(channel, endpoint)));
  agent->sync_ = std::make_shared<SyncClient>(config.id, endpoint, channel,
                                              asio::make_strand(agent->context_), SystemTimers());
  for (const BoardConfig& board : config.boards) {
    ER_RETURN_IF_ERROR(Annotate(agent->AddBoard(board, catalog), "board " + board.id));
  }
  return agent;
}

absl::Status Agent::AddBoard(const BoardConfig& config, const Catalog& catalog) {
  BoardSpec spec;
  spec.id = BoardId(config.id);
  ER_ASSIGN_OR_RETURN(spec.kind, catalog.FindBoardKind(config.kind));
  ER_ASSIGN_OR_RETURN(spec.chip, catalog.FindChip(spec.kind.chip));
  spec.tags = config.tags;
  spec.expected_uid = config.uid;
  spec.image_dir = catalog.ImageDir(spec.kind);
  const bool has_probe = !config.probe_serial.empty() || config.probe_tcp_port != 0;
  if (has_probe && spec.kind.openocd_config.empty()) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_AGENT_CONFIG",
        "`probe` is given, but boards of kind " + spec.kind.id + " have no debug port; remove it");
  }
  auto make_ports = [config, kind = spec.kind, chip = spec.chip](
                        asio::any_io_executor executor, Timers& timers, Interrupt* interrupt) {
    return MakePorts(config, kind, chip, executor, timers, interrupt);
  };
  auto changed = [sync = sync_](const BoardState& state) { sync->OnBoard(state); };
  auto actor = std::make_shared<BoardActor>(spec, make_ports, asio::make_strand(context_),
                                            SystemTimers(), *artifacts_,
                                            static_cast<uint16_t>(std::random_device()()), changed);
  sync_->AddBoard(spec, actor);
  boards_.push_back(std::move(actor));
  return absl::OkStatus();
}

void Agent::Run(const std::function<void()>& started) {
  asio::signal_set signals(context_, SIGINT, SIGTERM);
  signals.async_wait([this](error_code error, int) {
    if (!error) Stop();
  });
  auto keep_running = asio::make_work_guard(context_);
  for (auto& board : boards_) board->Start();
  sync_->Start();
  started();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([this] { context_.run(); });
  for (std::thread& thread : threads) thread.join();
}

void Agent::Stop() {
  spdlog::info("stopping");
  struct Progress {
    explicit Progress(asio::io_context& context) : too_late(context, kStopPatience) {}
    std::atomic<size_t> left = 0;
    asio::steady_timer too_late;
  };
  auto progress = std::make_shared<Progress>(context_);
  progress->left = boards_.size() + 1;
  auto one_stopped = [this, progress] {
    if (--progress->left == 0) context_.stop();
  };
  progress->too_late.async_wait([this, progress](error_code error) {
    if (!error) context_.stop();
  });
  for (auto& board : boards_) board->Stop(one_stopped);
  sync_->Stop(one_stopped);
}

}  // namespace edgerack::agent
