#include "server/app/testing/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "server/compile_client/test_package.h"

namespace edgerack::testing_server {
namespace {

namespace fs = std::filesystem;

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool CanBind(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(port);
  const bool free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return free;
}

// The first of three free ports in a row, below the range the system gives out by itself.
int FreePorts() {
  for (int port = 20'000 + getpid() % 4'000 * 3; port < 32'000; port += 3) {
    if (CanBind(port) && CanBind(port + 1) && CanBind(port + 2)) return port;
  }
  return 0;
}

void Write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string Manifest(int samples) {
  std::string labels;
  for (int i = 0; i < samples; ++i) labels += (i == 0 ? "" : ",") + std::to_string(i % 3);
  return R"({"samples": )" + std::to_string(samples) +
         R"(, "input_bytes": 4, "output_bytes": 3, "outputs": [{"name": "y", "dtype": "int8",
      "shape": [1, 3], "scale": 0.5, "zero_point": 0, "offset_bytes": 0}])" +
         (samples > 1 ? ", \"labels\": [" + labels + "]" : "") + "}";
}

constexpr char kReport[] = R"({"fits": true, "macs": 500, "compiler_version": "test 1",
  "memory": {"weights_bytes": 100, "arena_bytes": 64, "arena_lower_bound_bytes": 60,
             "regions": [{"name": "FLASH", "used_bytes": 300, "size_bytes": 1048576}]},
  "layers": [{"index": 0, "name": "dense", "op": "FULLY_CONNECTED", "kernel": "fc_s8",
              "macs": 500, "output_shape": [1, 3], "findings": []}]})";

constexpr char kView[] = R"({"format": "test",
  "inputs": [{"name": "x", "dtype": "int8", "shape": [1, 4], "scale": 0.5, "zero_point": 0}],
  "outputs": [{"name": "y", "dtype": "float32", "shape": [1, 3]}],
  "layers": [{"index": 0, "name": "dense", "op": "fully_connected", "output_shape": [1, 3],
              "output_dtype": "float32", "parameters_bytes": 0, "macs": 12}],
  "totals": {"layers": 1, "weights_bytes": 0, "activations_peak_bytes": 16, "macs": 12}})";

constexpr char kValidation[] = R"({"samples": 2, "of_tomorrow": {},
  "layers": [{"index": 0, "name": "dense", "board": {"bit_exact": false, "samples": 2}}],
  "divergences": [{"layer": 0, "name": "dense", "at": "board", "message": "m"}],
  "accuracy": {"labels": {"executions": [{"name": "board", "confusion": [{"counts": [4, 0]}]}]}}})";

constexpr char kCompiler[] = R"(#!/bin/sh
dir=DIR
echo "$1" >> $dir/calls
kind=$1
all="$*"
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2;; --report) report=$2;; --inputs) inputs=$2;;
    --reference) reference=$2;; --manifest) manifest=$2;; --crc32) crc32=$2;;
  esac
  shift
done
while [ -e $dir/hold ]; do sleep 0.02; done
if [ "$kind" = prepare ]; then
  n=10
  case "$all" in *--random-seed*) n=1;; esac
  cp $dir/inputs.$n "$inputs"; cp $dir/reference.$n "$reference"; cp $dir/manifest.$n "$manifest"
  exit 0
fi
if [ "$kind" = trace ]; then cp $dir/crc32 "$crc32"; exit 0; fi
if [ -e $dir/refusal ]; then cp $dir/refusal "$report"; exit 1; fi
if [ "$kind" = show ]; then cp $dir/view "$report"; exit 0; fi
if [ "$kind" = validate ]; then cp $dir/validation "$report"; exit 1; fi
cp $dir/model.erp "$out"; cp $dir/report "$report"
)";

}  // namespace

std::string ReferenceOutputs(int samples) {
  std::string outputs;
  // Class i % 3 wins, but sample 4's label is missed.
  for (int i = 0; i < samples; ++i) {
    std::string sample(3, '\0');
    sample[static_cast<size_t>(i == 4 ? 2 : i % 3)] = static_cast<char>(50 + i);
    outputs += sample;
  }
  return outputs;
}

PortHolder::PortHolder(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = Loopback(port);
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  listen(fd_, 1);
}

PortHolder::~PortHolder() { close(fd_); }

ServerProcess::ServerProcess() : port_(FreePorts()) {
  WriteCompiler();
  WriteShare();
}

ServerProcess::~ServerProcess() { Kill(); }

void ServerProcess::WriteCompiler() const {
  std::string script = kCompiler;
  script.replace(script.find("DIR"), 3, dir().string());
  Write(dir() / "edgerack-compile", script);
  chmod((dir() / "edgerack-compile").c_str(), 0755);
  Write(dir() / "model.erp", compile_client::TestPackage({4}, {3}, {1}));
  Write(dir() / "report", kReport);
  Write(dir() / "view", kView);
  Write(dir() / "validation", kValidation);
  Write(dir() / "crc32", std::string("\1\0\0\0\2\0\0\0", 8));  // of two samples
  for (int samples : {1, kDatasetSamples}) {
    const std::string end = "." + std::to_string(samples);
    Write(dir() / ("inputs" + end), std::string(static_cast<size_t>(samples) * 4, 'i'));
    Write(dir() / ("reference" + end), ReferenceOutputs(samples));
    Write(dir() / ("manifest" + end), Manifest(samples));
  }
}

void ServerProcess::WriteShare() const {
  fs::create_directories(dir() / "share" / "chips");
  fs::create_directories(dir() / "share" / "boards" / "virtual-f746");
  fs::copy_file("firmware/family/stm32f7/chips/stm32f746.toml",
                dir() / "share" / "chips" / "stm32f746.toml");
  fs::copy_file("firmware/boards/virtual-f746/board.toml",
                dir() / "share" / "boards" / "virtual-f746" / "board.toml");
}

bool ServerProcess::Start() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  const std::string program = (ProgramDir() / "edgerack-server").string();
  const std::string data = (dir() / "data").string(),
                    compiler = (dir() / "edgerack-compile").string();
  const std::string listen = "127.0.0.1:" + std::to_string(port_);
  const std::string share = (dir() / "share").string(), log = (dir() / "log").string();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], 1);
    dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), 2);
    setenv("EDGERACK_SHARE", share.c_str(), 1);
    execl(program.c_str(), program.c_str(), "--dir", data.c_str(), "--listen", listen.c_str(),
          "--compile", compiler.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string line;
  char c;
  while (read(ends[0], &c, 1) == 1 && c != '\n') line += c;
  close(ends[0]);
  return line == "ready";
}

void ServerProcess::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int ServerProcess::Stop() {
  int status = 0;
  kill(pid_, SIGTERM);
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::shared_ptr<grpc::Channel> ServerProcess::Channel() const {
  grpc::ChannelArguments arguments;
  // A fresh connection each time: the one to a killed server waits before it tries again.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                   grpc::InsecureChannelCredentials(), arguments);
}

std::string ServerProcess::HttpGet(int offset, const std::string& path) const {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(port_ + offset);
  std::string answer;
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<size_t>(got));
    }
  }
  close(fd);
  const size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? "" : answer.substr(body + 4);
}

int ServerProcess::CompilerCalls(bool prepare) const {
  std::istringstream lines(ReadFile(dir() / "calls").value_or(""));
  int calls = 0;
  for (std::string line; std::getline(lines, line);) {
    if ((line == "prepare") == prepare) ++calls;
  }
  return calls;
}

void ServerProcess::HoldCompiler(bool hold) {
  if (hold) {
    Write(dir() / "hold", "");
  } else {
    fs::remove(dir() / "hold");
  }
}

void ServerProcess::RefuseWith(const std::string& report) { Write(dir() / "refusal", report); }

std::string ServerProcess::Log() const { return ReadFile(dir() / "log").value_or(""); }

}  // namespace edgerack::testing_server
