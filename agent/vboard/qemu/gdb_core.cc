#include "agent/vboard/qemu/gdb_core.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>

namespace edgerack::vboard {
namespace {

// Of the stub's packets of 4096 characters, two for each byte.
constexpr size_t kChunkBytes = 1'984;

std::string Hex(const uint8_t* bytes, size_t size) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes), size));
}

// Bytes of a stub's hexadecimal reply; false for an error reply or another length.
bool FromHex(const std::string& text, uint8_t* to, size_t size) {
  if (text.size() != 2 * size) return false;
  const std::string bytes = absl::HexStringToBytes(text);
  std::memcpy(to, bytes.data(), size);
  return true;
}

}  // namespace

bool GdbCore::Check(const absl::Status& status) {
  if (status.ok()) return true;
  if (client_) spdlog::error("{}", std::string(status.message()));
  client_.reset();
  running_ = false;
  return false;
}

absl::Status GdbCore::Attach(int fd) {
  client_ = std::make_unique<GdbClient>(fd);
  running_ = false;
  // Before its description was read, the stub numbers the registers otherwise.
  std::string description;
  if (!Ask("qXfer:features:read:target.xml:0,ffb", &description)) {
    return absl::UnavailableError("the emulator's debug stub does not answer");
  }
  return absl::OkStatus();
}

bool GdbCore::Ask(const std::string& packet, std::string* reply) {
  if (!client_) return false;
  auto answer = client_->Request(packet);
  if (!Check(answer.status())) return false;
  *reply = *std::move(answer);
  return true;
}

bool GdbCore::IsRunning() {
  if (!client_) return false;
  auto stop = client_->PollStop();
  if (Check(stop.status()) && stop->has_value()) running_ = false;
  return running_;
}

bool GdbCore::Halt() {
  if (!IsRunning()) return alive();
  running_ = false;
  return Check(client_->Interrupt().status());
}

bool GdbCore::Continue() {
  if (!client_) return false;
  if (!running_) running_ = Check(client_->Resume("c"));
  return running_;
}

bool GdbCore::Step() {
  return client_ && Check(client_->Resume("s")) && Check(client_->WaitForStop().status());
}

bool GdbCore::Reset() { return Halt() && Check(client_->Monitor("system_reset")); }

bool GdbCore::WhileStopped(const std::function<bool()>& access) {
  const bool was_running = IsRunning();
  if (was_running && !Halt()) return false;
  const bool done = access();
  return (!was_running || Continue()) && done;
}

bool GdbCore::ReadMemory(uint32_t address, uint8_t* to, size_t size) {
  return WhileStopped([&] {
    for (size_t done = 0; done < size; done += kChunkBytes) {
      const size_t chunk = std::min(kChunkBytes, size - done);
      std::string reply;
      if (!Ask(absl::StrFormat("m%x,%x", address + done, chunk), &reply) ||
          !FromHex(reply, to + done, chunk)) {
        return false;
      }
    }
    return true;
  });
}

bool GdbCore::WriteMemory(uint32_t address, const uint8_t* from, size_t size) {
  return WhileStopped([&] {
    for (size_t done = 0; done < size; done += kChunkBytes) {
      const size_t chunk = std::min(kChunkBytes, size - done);
      std::string reply;
      if (!Ask(absl::StrFormat("M%x,%x:%s", address + done, chunk, Hex(from + done, chunk)),
               &reply) ||
          reply != "OK") {
        return false;
      }
    }
    return true;
  });
}

bool GdbCore::Store(uint32_t address, unsigned size_bytes, uint32_t value, uint32_t scratch) {
  // STRB, STRH or STR r0, [r1], and a NOP to stop at.
  const uint16_t store = size_bytes == 1 ? 0x7008 : size_bytes == 2 ? 0x8008 : 0x6008;
  const uint16_t code[2] = {store, 0xBF00};
  constexpr uint32_t kThumb = 1u << 24, kExceptionMask = 0x1FF;
  constexpr unsigned kUsed[] = {0, 1, kPc, kXpsr};
  return WhileStopped([&] {
    uint8_t kept_code[sizeof code], kept[std::size(kUsed)][4];
    if (!ReadMemory(scratch, kept_code, sizeof code)) return false;
    for (size_t i = 0; i < std::size(kUsed); ++i) {
      if (!ReadRegister(kUsed[i], kept[i], 4)) return false;
    }
    uint32_t xpsr;
    std::memcpy(&xpsr, kept[3], sizeof xpsr);
    // Within an IT block or an interrupted instruction the store would be something else.
    const uint32_t values[] = {value, address, scratch, (xpsr & kExceptionMask) | kThumb};
    bool ok = WriteMemory(scratch, reinterpret_cast<const uint8_t*>(code), sizeof code);
    for (size_t i = 0; i < std::size(kUsed); ++i) {
      ok = ok && WriteRegister(kUsed[i], reinterpret_cast<const uint8_t*>(&values[i]), 4);
    }
    ok = ok && Step();
    for (size_t i = 0; i < std::size(kUsed); ++i) ok = WriteRegister(kUsed[i], kept[i], 4) && ok;
    return WriteMemory(scratch, kept_code, sizeof code) && ok;
  });
}

bool GdbCore::SamplePc(uint32_t* pc) {
  return WhileStopped([&] { return ReadRegister(kPc, reinterpret_cast<uint8_t*>(pc), 4); });
}

bool GdbCore::ReadRegister(unsigned number, uint8_t* to, size_t size) {
  std::string reply;
  return Ask(absl::StrFormat("p%x", number), &reply) && FromHex(reply, to, size);
}

bool GdbCore::WriteRegister(unsigned number, const uint8_t* from, size_t size) {
  std::string reply;
  return Ask(absl::StrFormat("P%x=%s", number, Hex(from, size)), &reply) && reply == "OK";
}

bool GdbCore::SetBreakpoint(uint32_t address, bool on) {
  return WhileStopped([&] {
    std::string reply;
    return Ask(absl::StrFormat("%s,%x,2", on ? "Z1" : "z1", address), &reply) && reply == "OK";
  });
}

}  // namespace edgerack::vboard
