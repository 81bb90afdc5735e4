// The dashboard: its files, and its page at every address that is its own.
#include "absl/strings/match.h"
#include "server/api/rest/http/headers.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

constexpr char kForever[] = "public, max-age=31536000, immutable";

// A browser asks for text/html when somebody opens an address; scripts do not.
bool WantsPage(const Exchange& exchange) {
  return absl::StrContains(exchange.Header("Accept"), "text/html");
}

}  // namespace

const SiteFile* FileFor(const Site& site, const Exchange& exchange, const std::string& path) {
  if (exchange.method() != "GET" && exchange.method() != "HEAD") return nullptr;
  if (const SiteFile* file = site.Find(path)) return file;
  return path == "/" || (IsPagePath(path) && WantsPage(exchange)) ? &site.page() : nullptr;
}

asio::awaitable<void> AnswerFile(const Site& site, Exchange& exchange, const SiteFile& file) {
  const bool gzip = !file.gzip.empty() && AcceptsGzip(exchange.Header("Accept-Encoding"));
  const std::string etag = gzip ? GzipETag(file.etag) : file.etag;
  Answer answer(site.built() ? 200 : 404, file.content_type);
  answer.headers = {{"ETag", etag},
                    {"Cache-Control", file.immutable ? kForever : "no-cache"},
                    {"Vary", "Accept-Encoding"},
                    {"Content-Security-Policy", kContentSecurityPolicy},
                    {"Referrer-Policy", "same-origin"}};
  if (site.built() && NoneMatchHas(exchange.Header("If-None-Match"), etag)) {
    answer.status = 304;
    answer.content_type.clear();
  } else {
    answer.body = gzip ? file.gzip : file.bytes;
    if (gzip) answer.headers.emplace_back("Content-Encoding", "gzip");
  }
  co_await exchange.Send(std::move(answer));
}

}  // namespace edgerack::rest
