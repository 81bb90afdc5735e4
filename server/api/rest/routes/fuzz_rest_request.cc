// A request's target and body on their way to a message: METHOD SP TARGET LF BODY.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/json/message_json.h"
#include "server/api/rest/routes/api_descriptors.h"
#include "server/api/rest/routes/request_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgerack;
  static const rest::RouteTable table = *rest::RouteTable::Build(rest::ApiServices());
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view line = input.substr(0, input.find('\n'));
  const std::string_view body = input.substr(std::min(line.size() + 1, input.size()));
  const std::string_view method = line.substr(0, line.find(' '));
  auto url = rest::ParseUrl(line.substr(std::min(method.size() + 1, line.size())));
  if (!url.ok()) return 0;
  auto found = table.Find(std::string(method), *url);
  if (!found.ok()) return 0;
  auto request = rest::RequestMessage(*found->route, found->captures, *url, body);
  // What was read can be printed, and is valid UTF-8 throughout: dump() throws otherwise.
  if (request.ok()) ToJson(**request).dump();
  return 0;
}
