#include "edgerack/v1/boards.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/names.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/control/farm.h"
#include "server/core/selector.h"

namespace edgerack::api {
namespace {

void FillChip(const Chip& chip, v1::ChipFacts* to) {
  to->set_max_clock_hz(static_cast<int64_t>(chip.max_clock_hz));
  for (uint64_t hz : chip.compared_clocks_hz) {
    to->add_compared_clocks_hz(static_cast<int64_t>(hz));
  }
  for (const MemoryRegion& memory : chip.memories) {
    v1::ChipMemory* item = to->add_memories();
    item->set_name(memory.name);
    item->set_kind(memory.kind);
    item->set_size_bytes(static_cast<int64_t>(memory.size_bytes));
    item->set_alias_name(memory.alias_name);
  }
  to->set_arena_region(chip.layout.arena_region);
  to->set_stack_region(chip.layout.stack_region);
  for (const std::string& region : chip.layout.code_regions) to->add_code_regions(region);
}

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
  void Fill(const core::Board& board, v1::Board* response) {
    ToProto(board, response);
    auto chip = farm_.services().catalog.FindChip(board.chip);
    if (chip.ok()) FillChip(*chip, response->mutable_chip_facts());
  }

  absl::Status Get(const std::string& name, v1::Board* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "boards"));
    auto board = farm_.view().FindBoard(core::BoardId(id));
    if (!board) {
      return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "BOARD_NOT_FOUND",
                       "the farm has no board \"" + id + "\"; `edgerack boards` lists them");
    }
    Fill(*board, response);
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
      Fill(board, response->add_boards());
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
