// A core behind a gdb stub: run control, registers, memory. Memory can be had while the core runs;
// it is then stopped for a moment. One thread.
#ifndef EDGERACK_AGENT_VBOARD_QEMU_GDB_CORE_H_
#define EDGERACK_AGENT_VBOARD_QEMU_GDB_CORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/vboard/qemu/gdb_client.h"

namespace edgerack::vboard {

class GdbCore {
 public:
  // Numbers of gdb's M-profile registers.
  static constexpr unsigned kSp = 13, kPc = 15, kXpsr = 25, kFirstDouble = 26, kFpscr = 42,
                            kVpr = 43;

  // Takes the descriptor of the stub's socket; the core is stopped.
  absl::Status Attach(int fd);
  // False once the stub did not answer: the emulator is gone, and every call below fails.
  bool alive() const { return client_ != nullptr; }
  // To be polled for reading while the core runs; -1 when there is none.
  int fd() const { return client_ ? client_->fd() : -1; }

  // Takes notice of a core that stopped by itself, at a breakpoint, and of an emulator that ended.
  bool IsRunning();
  bool Halt();
  bool Continue();
  bool Step();
  // Resets the whole machine; the core then stands stopped at its first instruction.
  bool Reset();

  // False: the bus answered with an error. Any length; writes reach memory only, not registers of
  // peripherals.
  bool ReadMemory(uint32_t address, uint8_t* to, size_t size);
  bool WriteMemory(uint32_t address, const uint8_t* from, size_t size);
  // Lets the core itself store 1, 2 or 4 bytes, by an instruction put at `scratch` for the moment.
  bool Store(uint32_t address, unsigned size_bytes, uint32_t value, uint32_t scratch);

  // Where the core is; one that runs is stopped for a moment.
  bool SamplePc(uint32_t* pc);

  // Of a stopped core. Values are little-endian, `size` bytes of the register.
  bool ReadRegister(unsigned number, uint8_t* to, size_t size);
  bool WriteRegister(unsigned number, const uint8_t* from, size_t size);
  bool SetBreakpoint(uint32_t address, bool on);

 private:
  // Runs `access` with the core stopped and lets it go on as before.
  bool WhileStopped(const std::function<bool()>& access);
  bool Ask(const std::string& packet, std::string* reply);
  bool Check(const absl::Status& status);

  std::unique_ptr<GdbClient> client_;
  bool running_ = false;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_QEMU_GDB_CORE_H_
