#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/output/board_state.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

int List(Session& session, const std::string& selector) {
  v1::ListBoardsRequest request;
  request.set_selector(selector);
  request.set_page_size(1000);
  auto boards = session.connection().ListBoards(request);
  if (!boards.ok()) return session.Report(boards.status());
  Table table({{"board"}, {"kind"}, {"chip"}, {"state"}, {"agent"}, {"uid"}, {"note"}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& board : boards->boards()) {
    list.push_back(ToJson(board));
    table.Add({board.id(), board.kind(), board.chip(), BoardStateText(board), board.agent(),
               board.uid(), board.reason()});
  }
  session.Print({{"boards", list}}, boards->boards_size() == 0
                                        ? "No boards. Start an agent, or try `./dev up`.\n"
                                        : table.Render());
  return kSucceeded;
}

int Show(Session& session, const std::string& id) {
  auto board = session.connection().GetBoard(ResourceName("boards", id));
  if (!board.ok()) return session.Report(board.status());
  nlohmann::ordered_json json = ToJson(*board);
  std::string text;
  for (const auto& [key, value] : json.items()) {
    text += key + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
  }
  session.Print(json, text);
  return kSucceeded;
}

}  // namespace

void AddBoardsCommand(CLI::App& app, Session& session) {
  CLI::App* boards = app.add_subcommand("boards", "The boards of the farm");
  auto selector = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  CLI::App* list = boards->add_subcommand("list", "All boards, or those a selector matches");
  list->add_option("selector", *selector, "an id, kind=…, chip=…, family=…, tag=…; commas join");
  OnRun(list, session, [&session, selector] { return List(session, *selector); });
  CLI::App* show = boards->add_subcommand("show", "Everything about one board");
  show->add_option("board", *id, "its id")->required();
  OnRun(show, session, [&session, id] { return Show(session, *id); });
  boards->require_subcommand(0, 1);
  boards->callback([&session, boards] {
    if (boards->get_subcommands().empty()) session.exit_code = List(session, "");
  });
  boards->footer(
      "Examples:\n  edgerack boards list\n  edgerack boards list family=stm32h7,tag=lab");
}

}  // namespace edgerack::cli
