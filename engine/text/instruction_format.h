// SPDX-License-Identifier: Apache-2.0
// Instructions as tokens of the text format, so that a printer writes them, and a listing colours and links
// them, from one source. The texts of an instruction's tokens, put together, are its line. Driven by the
// immediate column of opcodes.def; nothing here knows a single instruction beyond the block structure.
// https://webassembly.github.io/spec/core/text/instructions.html
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/binary/instruction_reader.h"
#include "engine/text/identifiers.h"
#include "engine/wasm/module.h"

namespace wasmscope::text {

enum class TokenKind : uint8_t { Opcode, Keyword, Type, Identifier, Number, String, Comment, Plain };

// What a token stands for. `index` is in the index space of the kind; for Block it is the pc of the
// instruction that opens the block, for FuncBody nothing (the label of the whole function).
struct Target {
  enum class Kind : uint8_t { Func, Type, Table, Memory, Global, Tag, Elem, Data, Local, Block, FuncBody } kind{};
  uint32_t index = 0;
  friend bool operator==(const Target&, const Target&) = default;
};

struct Token {
  TokenKind kind{};
  std::string text;
  std::optional<Target> target;
};

class TokenSink {
 public:
  virtual void put(TokenKind kind, std::string_view text, std::optional<Target> target = {}) = 0;

 protected:
  ~TokenSink() = default;
};

// Keeps the tokens of a line; `line()` is their text.
class TokenList final : public TokenSink {
 public:
  void put(TokenKind kind, std::string_view text, std::optional<Target> target = {}) override {
    tokens.push_back({kind, std::string(text), target});
  }
  std::string line() const;

  std::vector<Token> tokens;
};

// Formats the instructions of one function (or constant expression: func kNoIndex) in order, from the first
// to the last; it follows the blocks to name labels. Holds the module and the identifiers by reference.
class FunctionFormatter {
 public:
  FunctionFormatter(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func);

  void format(const binary::Instruction& instruction, TokenSink& sink);
  // How far to indent the instruction to be formatted next: the blocks around it, an `end` as its opening line.
  uint32_t depth_of(const binary::Instruction& next) const;
  // The final `end` has been formatted; what follows it is not part of the function.
  bool is_done() const { return labels_.empty(); }

  std::string_view local_identifier(wasm::LocalIndex index) const;  // without the `$`, empty for none

 private:
  struct Label {
    uint32_t pc;
    uint32_t number;              // blocks of the function are counted from 1
    std::string_view identifier;
  };
  class Writer;
  void open_block(const binary::Instruction& instruction, Writer& out);
  void put_immediates(const binary::Instruction& instruction, Writer& out);

  const wasm::Module& module_;
  const Identifiers& identifiers_;
  std::vector<std::pair<uint32_t, std::string_view>> locals_, block_names_;
  std::vector<Label> labels_;
  bool has_unique_labels_ = true;
  uint32_t blocks_ = 0;
};

// One instruction without its surroundings: labels are plain numbers.
TokenList format_instruction(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func,
                             const binary::Instruction& instruction);

// Parts of a line that definitions and instructions share.
void put_number(TokenSink& sink, uint64_t value);
// "$name" or "12"; functions without an identifier are followed by a comment with what is known.
void put_reference(TokenSink& sink, const Identifiers& identifiers, Space space, uint32_t index);
void put_val_type(TokenSink& sink, const Identifiers& identifiers, wasm::ValType type);
// "(type $t) (param i32) (result i32)"
void put_type_use(TokenSink& sink, const wasm::Module& module, const Identifiers& identifiers, wasm::TypeIndex type);
// "\"bytes\"" with everything but printable ASCII as hex escapes.
void put_bytes(TokenSink& sink, Bytes bytes);
// As put_bytes, but text that displays harmlessly stays readable.
void put_name(TokenSink& sink, std::string_view name);
std::string to_text_f32(uint32_t bits);
std::string to_text_f64(uint64_t bits);

}  // namespace wasmscope::text
