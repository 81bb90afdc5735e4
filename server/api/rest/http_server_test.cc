// The HTTP server over real sockets, with limits that tests can reach and a service that never
// ends.
#include "server/api/rest/http_server.h"

#include <grpcpp/grpcpp.h>

#include "server/api/rest/serve/asio.h"
//
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <future>

#include "base/files.h"
#include "edgerack/v1/artifacts.grpc.pb.h"
#include "edgerack/v1/jobs.grpc.pb.h"
#include "gmock/gmock.h"
#include "server/metrics/metrics.h"

namespace edgerack::rest {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// One message, then nothing until the client goes.
class WatchForever : public grpc::ServerWriteReactor<v1::WatchJobResponse> {
 public:
  explicit WatchForever(std::promise<void>& cancelled) : cancelled_(cancelled) {
    message_.mutable_job()->set_id("j");
    StartWrite(&message_);
  }
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override {
    cancelled_.set_value();
    delete this;
  }

 private:
  std::promise<void>& cancelled_;
  v1::WatchJobResponse message_;
};

class Jobs : public v1::JobService::CallbackService {
 public:
  grpc::ServerWriteReactor<v1::WatchJobResponse>* WatchJob(grpc::CallbackServerContext*,
                                                           const v1::WatchJobRequest*) override {
    return new WatchForever(cancelled);
  }
  std::promise<void> cancelled;
};

class HttpServerTest : public testing::Test {
 protected:
  void Start(const Limits& limits, const std::vector<std::string>& origins = {},
             const std::string& site_dir = "") {
    grpc::ServerBuilder builder;
    builder.RegisterService(&jobs_);
    grpc_ = builder.BuildAndStart();
    // Ask the system for a port that is free, and take it.
    tcp::acceptor probe(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    port_ = probe.local_endpoint().port();
    probe.close();
    auto started =
        HttpServer::Start({"127.0.0.1:" + std::to_string(port_), origins, limits, site_dir},
                          grpc_->InProcessChannel(grpc::ChannelArguments()), metrics_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }

  tcp::socket Connect() {
    tcp::socket socket(context_);
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port_));
    return socket;
  }

  tcp::socket Send(const std::string& text) {
    tcp::socket socket = Connect();
    asio::write(socket, asio::buffer(text));
    return socket;
  }

  static std::string ReadUntil(tcp::socket& socket, const std::string& text) {
    std::string read;
    boost::system::error_code error;
    asio::read_until(socket, asio::dynamic_buffer(read), text, error);
    return read;
  }

  // Until the server closes.
  static std::string ReadAll(tcp::socket& socket) {
    std::string read;
    boost::system::error_code error;
    asio::read(socket, asio::dynamic_buffer(read), error);
    return read;
  }

  // `fields` are further lines of the head, each with its end.
  std::string Ask(const std::string& request, const std::string& body = "",
                  const std::string& fields = "") {
    tcp::socket socket =
        Send(request + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + fields +
             "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n\r\n" + body);
    return ReadAll(socket);
  }

  asio::io_context context_;
  Jobs jobs_;
  metrics::Metrics metrics_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<HttpServer> server_;
  uint16_t port_ = 0;
};

constexpr char kWatch[] = "GET /v1/jobs/j:watch HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(HttpServerTest, AStreamWithNothingToSayBeatsUntilTheClientGoes) {
  Start({.heartbeat = std::chrono::milliseconds(5)});
  {
    tcp::socket client = Send(kWatch);
    EXPECT_THAT(ReadUntil(client, ": heartbeat\n\n"), HasSubstr("data: {\"job\":{\"id\":\"j\""));
  }
  jobs_.cancelled.get_future().wait();
}

TEST_F(HttpServerTest, AClientThatGoesBeforeAHeartbeatIsNoticed) {
  Start({.heartbeat = std::chrono::hours(1)});
  {
    tcp::socket client = Send(kWatch);
    ReadUntil(client, "data: ");
  }
  jobs_.cancelled.get_future().wait();
}

TEST_F(HttpServerTest, StoppingBreaksStreamsOff) {
  Start({});
  tcp::socket client = Send(kWatch);
  EXPECT_THAT(ReadUntil(client, "\n\n"), StartsWith("HTTP/1.1 200 OK"));
  server_.reset();
  jobs_.cancelled.get_future().wait();
  EXPECT_THAT(ReadAll(client), Not(HasSubstr("event: end")));
}

TEST_F(HttpServerTest, WhoIsSlowIsLetGo) {
  Start({.header = std::chrono::milliseconds(20), .stall = std::chrono::milliseconds(20)});
  tcp::socket head = Send("GET /heal");
  EXPECT_EQ(ReadAll(head), "");
  tcp::socket body = Send(
      "POST /v1/jobs HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Content-Length: 10\r\n\r\n{");
  EXPECT_EQ(ReadAll(body), "");
  // Others are served, once this test is quick enough for such a server.
  while (Ask("GET /healthz").rfind("HTTP/1.1 200 OK", 0) != 0) {
  }
}

TEST_F(HttpServerTest, OneClientTooMany) {
  Start({.connections = 1});
  tcp::socket first = Send(kWatch);
  ReadUntil(first, "data: ");
  tcp::socket second = Connect();
  EXPECT_EQ(ReadAll(second), "");
}

TEST_F(HttpServerTest, WhatTheServiceHasNotIsAnError) {
  Start({});
  EXPECT_THAT(Ask("GET /v1/jobs/x"), StartsWith("HTTP/1.1 501 Not Implemented"));
  EXPECT_THAT(Ask("GET /v1/boards"), StartsWith("HTTP/1.1 501 Not Implemented"));
}

TEST_F(HttpServerTest, OriginsThatAreNamedMayCall) {
  Start({}, {"http://a"});
  const std::string preflight =
      Ask("OPTIONS /v1/jobs", "", "Origin: http://a\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_THAT(preflight, HasSubstr("Access-Control-Allow-Origin: http://a\r\n"));
  EXPECT_THAT(preflight, HasSubstr("Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"));
  EXPECT_THAT(Ask("GET /healthz", "", "Origin: http://b\r\n"), Not(HasSubstr("Access-Control")));
}

TEST_F(HttpServerTest, UploadSessionsExpire) {
  Start({.upload_session = std::chrono::milliseconds(0)});
  // The session is over before the answer can describe it.
  EXPECT_THAT(Ask("POST /v1/models", R"({"size_bytes": 5})"), HasSubstr("UPLOAD_NOT_FOUND"));
}

TEST_F(HttpServerTest, AClientIsToldToGoOnBeforeItSendsItsBody) {
  Start({});
  tcp::socket client = Send(
      "POST /v1/models HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(ReadUntil(client, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  asio::write(client, asio::buffer("{}", 2));
  EXPECT_THAT(ReadUntil(client, "\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request"));
  // One that is refused at once need not send it.
  tcp::socket refused = Send(
      "POST /v1/models HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n"
      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(ReadUntil(refused, "\r\n\r\n"), StartsWith("HTTP/1.1 415 "));
}

TEST_F(HttpServerTest, OldClientsGetAStreamThatEndsWithTheConnection) {
  Start({.heartbeat = std::chrono::milliseconds(5)});
  tcp::socket client = Send("GET /v1/jobs/j:watch HTTP/1.0\r\n\r\n");
  const std::string read = ReadUntil(client, ": heartbeat\n\n");
  EXPECT_THAT(read, Not(HasSubstr("chunked")));
  EXPECT_THAT(read, HasSubstr("\r\n\r\nid: 1\ndata: {"));
}

TEST_F(HttpServerTest, AddressesThatCannotBe) {
  metrics::Metrics metrics;
  EXPECT_EQ(ErrorCodeOf(HttpServer::Start({"nowhere:1"}, nullptr, metrics).status()),
            "BAD_ADDRESS");
  Start({});
  EXPECT_EQ(
      ErrorCodeOf(HttpServer::Start({"127.0.0.1:" + std::to_string(port_)},
                                    grpc_->InProcessChannel(grpc::ChannelArguments()), metrics)
                      .status()),
      "ADDRESS_IN_USE");
}

TEST_F(HttpServerTest, TheDashboardsPageIsEveryAddressThatABrowserOpens) {
  TempDir dir;
  std::filesystem::create_directory(dir.path() / "assets");
  std::ofstream(dir.path() / "index.html") << "<p>the page</p>";
  std::ofstream(dir.path() / "assets" / "index-1a.js") << "run()";
  Start({}, {}, dir.path());
  const std::string html = "Accept: text/html,*/*\r\n";
  for (const char* target : {"/", "/jobs/x", "/compare?a=1&b=2"}) {
    const std::string answer = Ask(std::string("GET ") + target, "", html);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200")) << target;
    EXPECT_THAT(answer, HasSubstr("<p>the page</p>"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-cache"));
    EXPECT_THAT(answer, HasSubstr("script-src 'self'"));
  }
  const std::string script = Ask("GET /assets/index-1a.js");
  EXPECT_THAT(script, HasSubstr("run()"));
  EXPECT_THAT(script, HasSubstr("immutable"));
  const size_t etag = script.find("ETag: ") + 6;
  const std::string known = "If-None-Match: " + script.substr(etag, script.find('\r', etag) - etag);
  EXPECT_THAT(Ask("GET /assets/index-1a.js", "", known + "\r\n"), StartsWith("HTTP/1.1 304"));
  // The API's paths and scripts' mistakes stay JSON.
  EXPECT_THAT(Ask("GET /v1/nothing", "", html), HasSubstr("\"error\""));
  EXPECT_THAT(Ask("GET /nothing"), HasSubstr("\"error\""));
  EXPECT_THAT(Ask("POST /jobs/x", "{}", html), HasSubstr("\"error\""));
}

TEST_F(HttpServerTest, WithoutADashboardItsPageSaysHowToBuildIt) {
  Start({});
  const std::string answer = Ask("GET /boards", "", "Accept: text/html\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(answer, HasSubstr("The dashboard was not built"));
}

}  // namespace
}  // namespace edgerack::rest
