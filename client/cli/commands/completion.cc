// completion: a script for the shell, made of the commands and options there are.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/commands/command.h"

namespace edgerack::cli {
namespace {

std::vector<std::string> Words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(command->get_name());
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

// Calls `visit` with the path of names ("results show") and the command, the top last.
template <typename Visit>
void ForEachCommand(const CLI::App& app, const std::string& path, const Visit& visit) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    ForEachCommand(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
                   visit);
  }
  visit(path, app);
}

// The words typed so far that are commands choose the case; whatever no word completes is a file.
std::string Bash(const CLI::App& app) {
  std::string cases;
  std::vector<std::string> names;
  ForEachCommand(app, "", [&](const std::string& path, const CLI::App& command) {
    absl::StrAppend(&cases, "    '", path, "') words='", absl::StrJoin(Words(command), " "),
                    "' ;;\n");
    if (!path.empty()) names.push_back("'" + path + "'");
  });
  return absl::StrCat(
      "# edgerack's completion for bash: eval \"$(edgerack completion bash)\"\n"
      "_edgerack() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} path='' words='' word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"${path:+$path }$word\" in\n      ",
      absl::StrJoin(names, "|"),
      ") path=\"${path:+$path }$word\" ;;\n    esac\n  done\n"
      "  case \"$path\" in\n",
      cases,
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "}\n"
      "complete -o default -F _edgerack edgerack\n");
}

std::string Zsh(const CLI::App& app) {
  return "autoload -U +X bashcompinit && bashcompinit\n" + Bash(app);
}

std::string FishQuoted(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '`');
  return "'" + text + "'";
}

std::string Fish(const CLI::App& app) {
  std::string script = "# edgerack's completion for fish: edgerack completion fish | source\n";
  ForEachCommand(app, "", [&](const std::string& path, const CLI::App& command) {
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) {
      condition = "__fish_seen_subcommand_from " + path.substr(0, path.find(' '));
      const size_t second = path.find(' ');
      if (second != std::string::npos) {
        condition += "; and __fish_seen_subcommand_from " + path.substr(second + 1);
      }
    }
    const std::string begin = absl::StrCat("complete -c edgerack -n ", FishQuoted(condition));
    for (const CLI::App* sub : command.get_subcommands([](const CLI::App*) { return true; })) {
      absl::StrAppend(&script, begin, " -a ", sub->get_name(), " -d ",
                      FishQuoted(sub->get_description()), "\n");
    }
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) {
        absl::StrAppend(&script, begin, " -l ", name, " -d ", FishQuoted(option->get_description()),
                        "\n");
      }
    }
  });
  return script;
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Session& session) {
  CLI::App* completion = app.add_subcommand(
      "completion", "A script that lets the shell complete commands and options");
  auto shell = std::make_shared<std::string>();
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "Examples:\n  eval \"$(edgerack completion bash)\"\n"
      "  edgerack completion fish > ~/.config/fish/completions/edgerack.fish");
  OnRun(completion, session, [&app, &session, shell] {
    const std::string script = *shell == "fish"  ? Fish(app)
                               : *shell == "zsh" ? Zsh(app)
                                                 : Bash(app);
    session.PrintPlain({{"script", script}}, script);
    return kSucceeded;
  });
}

}  // namespace edgerack::cli
