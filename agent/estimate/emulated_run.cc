#include "agent/estimate/emulated_run.h"

#include <memory>
#include <utility>

#include "agent/board/conditions.h"
#include "agent/board/run_execution.h"
#include "agent/estimate/machine_console.h"
#include "agent/vboard/app/make_machine.h"

namespace edgerack::estimate {
namespace {

using agent::Artifact;

class ArtifactsInMemory : public agent::ArtifactSource {
 public:
  explicit ArtifactsInMemory(const std::map<std::string, std::string>& bytes) : bytes_(bytes) {}
  void Fetch(const std::string& name, Done done) override {
    auto found = bytes_.find(name);
    if (found == bytes_.end()) {
      return done(MakeError(absl::StatusCode::kNotFound, ErrorClass::kBug, "ARTIFACT_NOT_FOUND",
                            "the estimate has no artifact " + name));
    }
    done(std::make_shared<const Artifact>(Artifact{name, {}, found->second}));
  }

 private:
  const std::map<std::string, std::string>& bytes_;
};

absl::StatusOr<std::unique_ptr<vboard::Machine>> MachineOf(const EmulatedRun& run,
                                                           const std::string& elf) {
  const StandIn& stand_in = run.stand_in;
  vboard::MachineOptions options;
  options.kind = stand_in.kind;
  options.chip = stand_in.chip;
  options.uart_instance = stand_in.kind.uart_instance;
  options.crystal_hz = stand_in.crystal_hz;
  options.elf = elf;
  options.processor.cycles = run.cycle_parts;
  auto machine = vboard::MakeMachine(options);
  if (machine.ok()) return machine;
  return MakeError(machine.status().code(), ErrorClass::kInfrastructure, "EMULATOR_FAILED",
                   "the emulation of the " + stand_in.chip.id +
                       " cannot be made: " + std::string(machine.status().message()));
}

absl::Status Execute(const EmulatedRun& run, const agent::Assignment& assignment,
                     agent::RunState& state) {
  agent::BoardSpec spec;
  spec.id = assignment.board;
  spec.kind = run.stand_in.kind;
  spec.chip = run.stand_in.chip;
  spec.image_dir = run.image_dir;
  const std::string variant = agent::FirmwareVariant(spec.chip, assignment);
  ER_RETURN_IF_ERROR(spec.ImageBuildId(variant).status());
  ER_ASSIGN_OR_RETURN(auto machine, MachineOf(run, spec.FirmwareElf(variant).string()));

  agent::Timers& timers = agent::SystemTimers();
  agent::asio::io_context context;
  agent::Interrupt interrupt;  // nobody raises it
  agent::BoardPorts ports;     // no debug port: the image is in place, the package takes the link
  ports.console = std::make_unique<MachineConsole>(std::move(machine), timers.clock());
  agent::BoardSession session(std::move(spec), std::move(ports), context.get_executor(), timers,
                              &interrupt, /*first_sequence=*/1);
  ArtifactsInMemory artifacts(run.artifacts);
  agent::RunExecution execution(session, assignment, artifacts, state, [] {});
  absl::Status status;
  agent::asio::co_spawn(context, execution.Execute(),
                        [&](std::exception_ptr, absl::Status ended) { status = ended; });
  context.run();
  if (status.ok()) state.measurement = execution.measurement();
  return status;
}

}  // namespace

agent::RunState RunEmulated(const EmulatedRun& run, const agent::Assignment& assignment) {
  agent::RunState state;
  state.key = assignment.key;
  state.error = Execute(run, assignment, state);
  state.finished = true;
  return state;
}

}  // namespace edgerack::estimate
