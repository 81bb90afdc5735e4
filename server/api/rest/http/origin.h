// Which web pages may call: none but our own, unless the operator names their origins.
#ifndef SERVER_API_REST_HTTP_ORIGIN_H_
#define SERVER_API_REST_HTTP_ORIGIN_H_

#include <string>
#include <string_view>
#include <vector>

namespace edgerack::rest {

class OriginPolicy {
 public:
  // Origins as browsers send them: "https://host:port"; "*" stands for every one.
  explicit OriginPolicy(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

  // True where the answer may be read by a page of `origin`: it gets CORS headers.
  bool Allows(std::string_view origin) const;
  // False for a request that changes something and comes from a foreign page. A browser sends such
  // requests without asking first (forms, for instance), and there may be no token to stop them.
  // `origin` is empty where no browser is at work; `host` is the request's Host.
  bool MayChange(std::string_view origin, std::string_view host) const;

 private:
  std::vector<std::string> allowed_;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_HTTP_ORIGIN_H_
