#include "server/api/rest/routes/path_template.h"

#include "absl/strings/str_cat.h"

namespace edgerack::rest {
namespace {

absl::Status Bad(std::string_view text, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_PATH_TEMPLATE",
                   "\"" + std::string(text) + "\" is no path template: " + why);
}

// "jobs" -> "job": what one of a collection is called.
std::string One(const std::string& collection) {
  const bool plural = collection.size() > 1 && collection.back() == 's';
  return plural ? collection.substr(0, collection.size() - 1) : collection;
}

}  // namespace

absl::Status PathTemplate::AddSegment(std::string_view text, std::string_view word) {
  if (text == "**") return Bad(text, "** is not supported");
  if (text == "*") {
    const bool in_collection = !segments_.empty() && !segments_.back().literal.empty();
    segments_.push_back({"", in_collection ? One(segments_.back().literal) : std::string(word)});
    return absl::OkStatus();
  }
  if (text.empty() || text.find_first_of("{}*=:") != text.npos) {
    return Bad(text, "a segment is text or *");
  }
  segments_.push_back({std::string(text), ""});
  return absl::OkStatus();
}

// "name=jobs/*" or "name".
absl::Status PathTemplate::ParseVariable(std::string_view text) {
  const size_t equals = std::min(text.find('='), text.size());
  const std::string_view field = text.substr(0, equals);
  if (field.empty()) return Bad(text, "a variable has a name");
  std::string_view pattern = equals == text.size() ? "*" : text.substr(equals + 1);
  Variable variable{std::string(field), segments_.size(), 0};
  while (true) {
    const size_t slash = std::min(pattern.find('/'), pattern.size());
    ER_RETURN_IF_ERROR(AddSegment(pattern.substr(0, slash), field));
    if (slash == pattern.size()) break;
    pattern.remove_prefix(slash + 1);
  }
  variable.count = segments_.size() - variable.first;
  variables_.push_back(std::move(variable));
  return absl::OkStatus();
}

absl::StatusOr<PathTemplate> PathTemplate::Parse(std::string_view text) {
  PathTemplate path;
  std::string_view rest = text;
  if (rest.empty() || rest.front() != '/') return Bad(text, "it begins with /");
  while (!rest.empty() && rest.front() == '/') {
    rest.remove_prefix(1);
    if (!rest.empty() && rest.front() == '{') {
      const size_t end = rest.find('}');
      if (end == rest.npos) return Bad(text, "a { without }");
      ER_RETURN_IF_ERROR(path.ParseVariable(rest.substr(1, end - 1)));
      rest.remove_prefix(end + 1);
    } else {
      const size_t end = std::min(rest.find_first_of("/:"), rest.size());
      ER_RETURN_IF_ERROR(path.AddSegment(rest.substr(0, end), ""));
      rest.remove_prefix(end);
    }
  }
  if (!rest.empty()) {
    if (rest.front() != ':' || rest.size() == 1 || rest.find_first_of("/{}:", 1) != rest.npos) {
      return Bad(text, "after the path there may be a :verb and nothing else");
    }
    path.verb_ = rest.substr(1);
  }
  return path;
}

std::optional<Captures> PathTemplate::Match(const Url& url) const {
  if (url.segments.size() != segments_.size() || url.verb != verb_) return std::nullopt;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const std::string& given = url.segments[i];
    if (given.empty()) return std::nullopt;
    if (!segments_[i].literal.empty() && given != segments_[i].literal) return std::nullopt;
  }
  Captures captures;
  for (const Variable& variable : variables_) {
    std::string value = url.segments[variable.first];
    for (size_t i = 1; i < variable.count; ++i) {
      absl::StrAppend(&value, "/", url.segments[variable.first + i]);
    }
    captures.emplace_back(variable.field, std::move(value));
  }
  return captures;
}

std::string PathTemplate::OpenApiPath() const {
  std::string path;
  for (const Segment& segment : segments_) {
    absl::StrAppend(&path, "/",
                    segment.literal.empty() ? "{" + segment.word + "}" : segment.literal);
  }
  if (!verb_.empty()) absl::StrAppend(&path, ":", verb_);
  return path;
}

}  // namespace edgerack::rest
