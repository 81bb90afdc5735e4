// The dashboard's files, read once when the server starts and kept in memory: under a megabyte.
// Knows no socket. Thread-safe, because nothing changes.
#ifndef SERVER_API_REST_SITE_SITE_H_
#define SERVER_API_REST_SITE_SITE_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace edgerack::rest {

struct SiteFile {
  std::string content_type;
  std::string bytes;
  std::string gzip;        // the same in gzip; empty where the build made none
  std::string etag;        // of `bytes`, in quotes
  bool immutable = false;  // its name has a hash of its bytes
};

class Site {
 public:
  // A site without files: every page says how the dashboard is built.
  Site();
  // What the dashboard's build wrote; the same as Site() where `folder` has no index.html. Files of
  // types that a dashboard does not have, or over 8 MiB, are left out.
  static Site Load(const std::filesystem::path& folder);

  bool built() const { return files_.count("/index.html") > 0; }
  // The file at "/assets/index-1a2b.js"; null when there is none.
  const SiteFile* Find(std::string_view path) const;
  // What every address of the dashboard gives: its program reads the address itself.
  const SiteFile& page() const;

 private:
  std::map<std::string, SiteFile, std::less<>> files_;
  SiteFile not_built_;
};

// True for a path that belongs to the dashboard's program when a browser asks for a page: all but
// the API's.
bool IsPagePath(std::string_view path);

// What a page may load and do: its own files and this server's API, no inline script or style.
inline constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SITE_SITE_H_
