// A real edgerack-server with a scripted compiler, for tests that cross the process border.
#ifndef SERVER_APP_TESTING_SERVER_PROCESS_H_
#define SERVER_APP_TESTING_SERVER_PROCESS_H_

#include <grpcpp/grpcpp.h>
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/files.h"

namespace edgerack::testing_server {

// What the scripted compiler gives: one int8 input of 4 bytes, one int8 output of 3 classes.
inline constexpr int kDatasetSamples = 10;
std::string ReferenceOutputs(int samples);

// Listens on a port so that nobody else can.
class PortHolder {
 public:
  explicit PortHolder(int port);
  ~PortHolder();

 private:
  int fd_;
};

class ServerProcess {
 public:
  ServerProcess();
  ~ServerProcess();

  // Starts and waits for "ready"; false when the process ends before.
  bool Start();
  void Kill();  // SIGKILL, as when the power goes
  int Stop();   // SIGTERM; the exit code, -1 when a signal ended it
  pid_t pid() const { return pid_; }
  int port() const { return port_; }

  std::shared_ptr<grpc::Channel> Channel() const;
  // The body of GET `path` on the gRPC port + `offset`; empty when it cannot be had.
  std::string HttpGet(int offset, const std::string& path) const;
  // How often the compiler was called with a first argument that is, or is not, "prepare".
  int CompilerCalls(bool prepare) const;
  // While held, the compiler waits.
  void HoldCompiler(bool hold);
  // From now on the compiler refuses with this report.
  void RefuseWith(const std::string& report);
  std::string Log() const;
  const std::filesystem::path& dir() const { return dir_.path(); }

 private:
  void WriteCompiler() const;
  void WriteShare() const;

  TempDir dir_;
  int port_;
  pid_t pid_ = -1;
};

}  // namespace edgerack::testing_server

#endif  // SERVER_APP_TESTING_SERVER_PROCESS_H_
