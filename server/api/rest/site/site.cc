#include "server/api/rest/site/site.h"

#include "base/files.h"
#include "server/api/rest/http/headers.h"

namespace edgerack::rest {
namespace {

constexpr uint64_t kMostFileBytes = 8 << 20;

constexpr char kNotBuilt[] = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Edgerack</title></head>
<body>
<h1>The dashboard was not built</h1>
<p>The server runs, and its API answers: <a href="/openapi.json">/openapi.json</a> describes it.</p>
<p>To have the dashboard here, install <code>nodejs</code> and <code>npm</code>
(<code>./dev setup</code> does), let npm reach its registry once, run <code>./dev build</code>, and start
the server again. The build says why it left the dashboard out.</p>
</body>
</html>
)";

// Empty for a file that is not served.
std::string ContentTypeOf(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> types = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".tflite", "application/octet-stream"}};
  const auto found = types.find(file.extension().string());
  return found == types.end() ? "" : found->second;
}

SiteFile MakeFile(std::string content_type, std::string bytes) {
  SiteFile file;
  file.content_type = std::move(content_type);
  file.etag = ETagOf(bytes);
  file.bytes = std::move(bytes);
  return file;
}

}  // namespace

Site::Site() : not_built_(MakeFile("text/html; charset=utf-8", kNotBuilt)) {}

Site Site::Load(const std::filesystem::path& folder) {
  Site site;
  std::error_code error;
  if (!std::filesystem::is_regular_file(folder / "index.html", error)) return site;
  auto entries = std::filesystem::recursive_directory_iterator(folder, error);
  for (; !error && entries != std::filesystem::recursive_directory_iterator();
       entries.increment(error)) {
    const std::filesystem::path& path = entries->path();
    const std::string type = ContentTypeOf(path);
    auto bytes = type.empty() ? absl::NotFoundError("") : ReadFile(path, kMostFileBytes);
    if (!bytes.ok()) continue;
    SiteFile file = MakeFile(type, *std::move(bytes));
    if (auto packed = ReadFile(path.string() + ".gz", kMostFileBytes); packed.ok()) {
      file.gzip = *std::move(packed);
    }
    const std::string name = "/" + std::filesystem::relative(path, folder, error).generic_string();
    file.immutable = name.rfind("/assets/", 0) == 0;
    site.files_.emplace(name, std::move(file));
  }
  return site;
}

const SiteFile* Site::Find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

const SiteFile& Site::page() const {
  const SiteFile* index = Find("/index.html");
  return index != nullptr ? *index : not_built_;
}

bool IsPagePath(std::string_view path) { return path != "/v1" && path.substr(0, 4) != "/v1/"; }

}  // namespace edgerack::rest
