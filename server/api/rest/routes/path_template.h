// Paths of google.api.http annotations, e.g. "/v1/{name=jobs/*}:cancel".
#ifndef SERVER_API_REST_ROUTES_PATH_TEMPLATE_H_
#define SERVER_API_REST_ROUTES_PATH_TEMPLATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "server/api/rest/routes/url.h"

namespace edgerack::rest {

// (dotted field, value) of each variable of a path.
using Captures = std::vector<std::pair<std::string, std::string>>;

class PathTemplate {
 public:
  struct Segment {
    std::string literal;  // empty = any text
    std::string word;     // what the text is, for people: "job" in "jobs/*"
  };
  struct Variable {
    std::string field;  // of the request message, dotted
    size_t first = 0;   // segment
    size_t count = 1;
  };

  // INVALID_ARGUMENT (BAD_PATH_TEMPLATE) for what is no template, and for "**", which no path here
  // needs.
  static absl::StatusOr<PathTemplate> Parse(std::string_view text);

  // The variables' values; nothing when the path is another one. Text is at least one character.
  std::optional<Captures> Match(const Url& url) const;

  // As OpenAPI writes it: "/v1/jobs/{job}:cancel".
  std::string OpenApiPath() const;

  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Variable>& variables() const { return variables_; }
  const std::string& verb() const { return verb_; }

 private:
  absl::Status ParseVariable(std::string_view text);
  absl::Status AddSegment(std::string_view text, std::string_view word);

  std::vector<Segment> segments_;
  std::vector<Variable> variables_;
  std::string verb_;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_ROUTES_PATH_TEMPLATE_H_
