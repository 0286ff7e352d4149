// SPDX-License-Identifier: Apache-2.0
#include "engine/text/folding.h"

#include "engine/text/arity.h"

namespace wasmscope::text {
namespace {

using binary::Instruction;
using wasm::Op;

constexpr uint32_t kNone = UINT32_MAX;
// What is longer than this is broken into lines.
constexpr uint32_t kLineLength = 90;

struct Node {
  uint32_t text_begin = 0, text_end = 0;   // in the buffer of texts
  uint32_t first_child = kNone, last_child = kNone, next = kNone;
  uint32_t flat_length = 0;                // as one line, parentheses included
  uint32_t pushes = 0;
  const BranchHint* hint = nullptr;
  bool is_broken = false;                  // holds blocks: never one line
};

// A block that is open.
struct Frame {
  Op op{};
  uint32_t node = 0;
  uint32_t clause = kNone;                 // the clause of `node` that is open: then, else, do, catch
  size_t items = 0;                        // where its items begin
  size_t usable = 0;                       // the first item that can be an operand
  uint32_t label_values = 0;
};

class TextCollector final : public TokenSink {
 public:
  void put(TokenKind, std::string_view piece, std::optional<Target> = {}) override { text += piece; }
  std::string text;
};

class Folder {
 public:
  Folder(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func,
         std::span<const BranchHint> hints)
      : module_(module), func_(func), hints_(hints), formatter_(module, identifiers, func) {}

  bool fold();
  void print(uint32_t indent, LineSink& out) const;

 private:
  bool add(const Instruction& instruction);
  void open_block(const Instruction& instruction);
  bool next_clause(const Instruction& instruction);
  bool close_block(const Instruction& instruction);
  uint32_t new_node(uint32_t text_begin);
  uint32_t new_clause(std::string_view keyword);
  void append_child(uint32_t parent, uint32_t child);
  // Makes the items of the open block children.
  void take_items(uint32_t parent);
  // Makes the last items that push exactly `count` values children; if there are none, what is on the stack
  // below is out of reach from here on.
  void take_operands(uint32_t parent, uint32_t count);
  uint32_t branch_values(const Instruction& instruction) const;
  void print_flat(uint32_t node, LineSink& out) const;
  std::string_view text_of(const Node& node) const {
    return std::string_view(collector_.text).substr(node.text_begin, node.text_end - node.text_begin);
  }

  const wasm::Module& module_;
  const wasm::FuncIndex func_;
  std::span<const BranchHint> hints_;
  FunctionFormatter formatter_;
  TextCollector collector_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> items_;            // of all open blocks
  std::vector<Frame> frames_;
};

uint32_t Folder::new_node(uint32_t text_begin) {
  Node node;
  node.text_begin = text_begin;
  node.text_end = static_cast<uint32_t>(collector_.text.size());
  node.flat_length = node.text_end - node.text_begin + 2;
  nodes_.push_back(node);
  return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t Folder::new_clause(std::string_view keyword) {
  const auto begin = static_cast<uint32_t>(collector_.text.size());
  collector_.text += keyword;
  const uint32_t clause = new_node(begin);
  nodes_[clause].is_broken = true;
  return clause;
}

void Folder::append_child(uint32_t parent, uint32_t child) {
  if (nodes_[parent].first_child == kNone)
    nodes_[parent].first_child = child;
  else
    nodes_[nodes_[parent].last_child].next = child;
  nodes_[parent].last_child = child;
  nodes_[parent].is_broken |= nodes_[child].is_broken;
  // Only small numbers matter.
  nodes_[parent].flat_length = std::min(nodes_[parent].flat_length + 1 + nodes_[child].flat_length, uint32_t{1} << 20);
}

void Folder::take_items(uint32_t parent) {
  const size_t begin = frames_.back().items;
  for (size_t i = begin; i < items_.size(); ++i) append_child(parent, items_[i]);
  items_.resize(begin);
  frames_.back().usable = begin;
}

void Folder::take_operands(uint32_t parent, uint32_t count) {
  if (count == 0) return;
  Frame& frame = frames_.back();
  size_t first = items_.size();
  uint32_t found = 0;
  while (first > frame.usable && found < count && nodes_[items_[first - 1]].pushes != 0)
    found += nodes_[items_[--first]].pushes;
  if (found != count) {
    frame.usable = items_.size();
    return;
  }
  for (size_t i = first; i < items_.size(); ++i) append_child(parent, items_[i]);
  items_.resize(first);
}

uint32_t Folder::branch_values(const Instruction& instruction) const {
  uint32_t depth = instruction.index;   // of a br_table, the default: all carry as many values
  switch (wasm::info(instruction.op).imm) {
    case wasm::Imm::Label:
    case wasm::Imm::LabelTable:
    case wasm::Imm::CastFlags: break;
    default: return 0;
  }
  return depth < frames_.size() ? frames_[frames_.size() - 1 - depth].label_values : 0;
}

void Folder::open_block(const Instruction& instruction) {
  const auto begin = static_cast<uint32_t>(collector_.text.size());
  formatter_.format(instruction, collector_);
  const uint32_t node = new_node(begin);
  const Arity arity = block_arity(module_, instruction.block);
  nodes_[node].is_broken = true;
  nodes_[node].pushes = arity.pushes;
  if (!hints_.empty() && hints_.front().offset == instruction.pc - module_.funcs[func_].body.begin) {
    nodes_[node].hint = &hints_.front();
    hints_ = hints_.subspan(1);
  }
  if (instruction.op == Op::If) take_operands(node, 1);
  // Parameters lie below the condition, out of reach of the text.
  if (arity.pops != 0) frames_.back().usable = items_.size();
  Frame frame;
  frame.op = instruction.op;
  frame.node = node;
  frame.items = frame.usable = items_.size();
  frame.label_values = instruction.op == Op::Loop ? arity.pops : arity.pushes;
  if (instruction.op == Op::If) frame.clause = new_clause("then");
  if (instruction.op == Op::Try) frame.clause = new_clause("do");
  frames_.push_back(frame);
}

// `else`, `catch` and `catch_all`
bool Folder::next_clause(const Instruction& instruction) {
  Frame& frame = frames_.back();
  if (frame.op != (instruction.op == Op::Else ? Op::If : Op::Try)) return false;
  take_items(frame.clause);
  append_child(frame.node, frame.clause);
  const auto begin = static_cast<uint32_t>(collector_.text.size());
  formatter_.format(instruction, collector_);
  frame.clause = new_node(begin);
  nodes_[frame.clause].is_broken = true;
  return true;
}

bool Folder::close_block(const Instruction& instruction) {
  const auto begin = static_cast<uint32_t>(collector_.text.size());
  formatter_.format(instruction, collector_);
  const Frame frame = frames_.back();
  if (frame.clause == kNone) {
    take_items(frame.node);
  } else {
    take_items(frame.clause);
    append_child(frame.node, frame.clause);
  }
  if (instruction.op == Op::Delegate) {
    if (frame.op != Op::Try) return false;
    const uint32_t delegate = new_node(begin);
    append_child(frame.node, delegate);
  }
  frames_.pop_back();
  if (!frames_.empty()) items_.push_back(frame.node);
  return true;
}

bool Folder::add(const Instruction& instruction) {
  const wasm::Imm imm = wasm::info(instruction.op).imm;
  if (imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable) {
    open_block(instruction);
    return true;
  }
  switch (instruction.op) {
    case Op::Else:
    case Op::Catch:
    case Op::CatchAll: return next_clause(instruction);
    case Op::End:
    case Op::Delegate: return close_block(instruction);
    default: break;
  }
  const auto begin = static_cast<uint32_t>(collector_.text.size());
  formatter_.format(instruction, collector_);
  const uint32_t node = new_node(begin);
  if (!hints_.empty() && hints_.front().offset == instruction.pc - module_.funcs[func_].body.begin) {
    nodes_[node].hint = &hints_.front();
    hints_ = hints_.subspan(1);
  }
  const auto arity = arity_of(module_, func_, instruction, branch_values(instruction));
  if (arity)
    take_operands(node, arity->pops);
  else
    frames_.back().usable = items_.size();
  nodes_[node].pushes = arity ? arity->pushes : 0;
  items_.push_back(node);
  return true;
}

bool Folder::fold() {
  const wasm::Func& func = module_.funcs[func_];
  Frame whole;
  whole.node = new_node(0);
  const auto* type =
      func.type < module_.types.size() ? std::get_if<wasm::FuncType>(&module_.types[func.type].composite) : nullptr;
  whole.label_values = type != nullptr ? static_cast<uint32_t>(type->results.size()) : 0;
  frames_.push_back(whole);
  binary::InstructionReader reader(module_.bytes, func.code);
  Instruction instruction;
  while (true) {
    const Result<bool> has = reader.next(instruction);
    if (!has) return false;
    if (!*has) return frames_.empty();
    if (frames_.empty() || !add(instruction)) return false;
  }
}

void Folder::print_flat(uint32_t node, LineSink& out) const {
  // Depth is bounded: what is printed so fits a line.
  const Node& item = nodes_[node];
  if (item.hint != nullptr) out.write(annotation_of(*item.hint));
  out.write("(");
  out.write(text_of(item));
  for (uint32_t child = item.first_child; child != kNone; child = nodes_[child].next) {
    out.write(" ");
    print_flat(child, out);
  }
  out.write(")");
}

void Folder::print(uint32_t indent, LineSink& out) const {
  // Nodes whose parenthesis is open, each with the child to print next.
  std::vector<uint32_t> next_children{nodes_[0].first_child};
  while (out.is_open()) {
    const uint32_t node = next_children.back();
    if (node == kNone) {
      next_children.pop_back();
      if (next_children.empty()) return;
      out.write(")");
      continue;
    }
    const Node& item = nodes_[node];
    next_children.back() = item.next;
    out.line(indent + static_cast<uint32_t>(next_children.size()) - 1);
    if (item.flat_length <= kLineLength && (!item.is_broken || item.first_child == kNone)) {
      print_flat(node, out);
      continue;
    }
    if (item.hint != nullptr) out.write(annotation_of(*item.hint));
    out.write("(");
    out.write(text_of(item));
    next_children.push_back(item.first_child);
  }
}

}  // namespace

std::string_view annotation_of(const BranchHint& hint) {
  return hint.is_likely != 0 ? "(@metadata.code.branch_hint \"\\01\") " : "(@metadata.code.branch_hint \"\\00\") ";
}

bool print_folded(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func,
                  std::span<const BranchHint> hints, uint32_t indent, LineSink& out) {
  Folder folder(module, identifiers, func, hints);
  if (!folder.fold()) return false;
  folder.print(indent, out);
  return true;
}

}  // namespace wasmscope::text
