#include "edgerack/v1/boards.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/names.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/control/farm.h"
#include "server/core/selector.h"

namespace edgerack::api {
namespace {

class BoardServiceImpl final : public v1::BoardService::CallbackService {
 public:
  explicit BoardServiceImpl(control::Farm& farm) : farm_(farm) {}

  grpc::ServerUnaryReactor* GetBoard(grpc::CallbackServerContext* context,
                                     const v1::GetBoardRequest* request,
                                     v1::Board* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerUnaryReactor* ListBoards(grpc::CallbackServerContext* context,
                                       const v1::ListBoardsRequest* request,
                                       v1::ListBoardsResponse* response) override {
    return Reply(context, List(*request, response));
  }

 private:
  absl::Status Get(const std::string& name, v1::Board* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "boards"));
    auto board = farm_.view().FindBoard(core::BoardId(id));
    if (!board) {
      return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "BOARD_NOT_FOUND",
                       "the farm has no board \"" + id + "\"; `edgerack boards` lists them");
    }
    ToProto(*board, response);
    return absl::OkStatus();
  }

  // By id; a page begins after the id its token holds.
  absl::Status List(const v1::ListBoardsRequest& request, v1::ListBoardsResponse* response) {
    ER_ASSIGN_OR_RETURN(int32_t size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(std::string after, PositionIn(request.page_token(), "boards"));
    std::optional<core::Selector> selector;
    if (!request.selector().empty()) {
      ER_ASSIGN_OR_RETURN(selector, core::Selector::Parse(request.selector()));
    }
    for (const core::Board& board : farm_.view().Boards()) {
      if (board.id.value() <= after || (selector && !selector->Matches(board))) continue;
      if (response->boards_size() == size) {
        response->set_next_page_token(PageToken("boards", response->boards(size - 1).id()));
        break;
      }
      ToProto(board, response->add_boards());
    }
    return absl::OkStatus();
  }

  control::Farm& farm_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeBoardService(control::Farm& farm) {
  return std::make_unique<BoardServiceImpl>(farm);
}

}  // namespace edgerack::api
