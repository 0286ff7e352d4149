// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/text_mutator.h"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "engine/text/lexer.h"
#include "engine/text/parser.h"
#include "engine/wasm/opcode.h"
#include "tests/fuzz/mutator.h"

namespace wasmscope::fuzz {
namespace {

using text::Lexeme;
using text::LexemeKind;

constexpr std::string_view kWords[] = {"(",
                                       ")",
                                       "()",
                                       "$x",
                                       "$\"a b\"",
                                       "0",
                                       "1",
                                       "-1",
                                       "0xffff_ffff",
                                       "1.5",
                                       "nan:0x1",
                                       "inf",
                                       "\"\"",
                                       "\"\\00a\"",
                                       "(;c;)",
                                       ";;\n",
                                       "(module",
                                       "(func",
                                       "(type 0)",
                                       "(param i32)",
                                       "(param $x i64)",
                                       "(result i32)",
                                       "(local $x i32)",
                                       "(then",
                                       "(else",
                                       "(do",
                                       "(catch 0",
                                       "(catch_all",
                                       "(delegate 0)",
                                       "(export \"e\")",
                                       "(import \"m\" \"n\")",
                                       "(item",
                                       "(offset",
                                       "(table 1 funcref)",
                                       "(memory 1)",
                                       "(memory i64 1 (pagesize 1))",
                                       "(data \"x\")",
                                       "(elem func 0)",
                                       "(elem declare func 0)",
                                       "(global (mut i32) (i32.const 0))",
                                       "(tag)",
                                       "(start 0)",
                                       "(rec",
                                       "(type (func))",
                                       "(type (sub (struct (field $f i8))))",
                                       "(type (array (mut i16)))",
                                       "(type (cont 0))",
                                       "(ref null (exact 0))",
                                       "(ref func)",
                                       "(on 0 0)",
                                       "(on 0 switch)",
                                       "i32",
                                       "v128",
                                       "externref",
                                       "anyref",
                                       "offset=8",
                                       "align=4",
                                       "shared",
                                       "null",
                                       "final",
                                       "mut",
                                       "i32x4 1 2 3 4",
                                       "(@name \"n\")",
                                       "(@custom \"c\" (before code) \"x\")",
                                       "(@metadata.code.branch_hint \"\\01\")",
                                       "(@other (a) ,;)",
                                       "(describes 0)",
                                       "(descriptor 1)"};

// A piece of the text: one lexeme, or a list from its parenthesis to the matching one.
struct Piece {
  size_t begin = 0, end = 0;
  bool is_list = false;
  LexemeKind kind{};
};

std::vector<Piece> split(std::string_view source) {
  std::vector<Piece> pieces;
  std::vector<size_t> open;
  text::Lexer lexer(source);
  while (pieces.size() < 100'000) {
    const Lexeme lexeme = lexer.next();
    if (lexeme.kind == LexemeKind::End || lexeme.kind == LexemeKind::Error) break;
    if (lexeme.kind == LexemeKind::RightParen) {
      if (open.empty()) continue;
      pieces[open.back()].end = lexeme.end;
      open.pop_back();
      continue;
    }
    const bool is_list = lexeme.kind == LexemeKind::LeftParen || lexeme.kind == LexemeKind::Annotation;
    if (is_list) open.push_back(pieces.size());
    pieces.push_back({lexeme.begin, lexeme.end, is_list, lexeme.kind});
  }
  return pieces;
}

class TextMutator {
 public:
  TextMutator(std::string source, uint64_t seed) : source_(std::move(source)), random_(seed) {}

  std::string mutate() {
    for (uint64_t changes = below(4) == 0 ? 3 : 1; changes > 0; --changes) change();
    return std::move(source_);
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }

  std::string word() {
    if (below(2) == 0) return std::string(kWords[below(std::size(kWords))]);
    std::string text(wasm::info(static_cast<wasm::Op>(below(wasm::kOpCount))).text);
    return below(2) == 0 ? text : "(" + text + ")";
  }

  void change() {
    const std::vector<Piece> pieces = split(source_);
    if (pieces.empty() || below(20) == 0) {
      const size_t at = below(source_.size() + 1);
      if (below(2) == 0 && at < source_.size())
        source_[at] = static_cast<char>(below(256));
      else
        source_.insert(at, " " + word() + " ");
      return;
    }
    const Piece piece = pieces[below(pieces.size())];
    if (below(4) != 0 && piece.kind != LexemeKind::LeftParen) return replace(piece, similar(piece, pieces));
    const std::string text = text_of(piece);
    switch (below(6)) {
      case 0: return replace(piece, "");
      case 1: return replace(piece, text + " " + text);
      case 2: return replace(piece, word() + " " + text);
      case 3: return replace(piece, word());
      default: return replace(piece, text_of(same_kind(piece, pieces)));
    }
  }

  // What can often stand in its place.
  std::string similar(const Piece& piece, const std::vector<Piece>& pieces) {
    const std::string text = text_of(piece);
    if (piece.kind == LexemeKind::Number && below(2) == 0) return std::to_string(below(4));
    const wasm::Op op = wasm::op_from_text(text);
    if (piece.kind != LexemeKind::Keyword || op == wasm::Op::Count_) return text_of(same_kind(piece, pieces));
    for (int attempt = 0; attempt < 100; ++attempt) {
      const auto& other = wasm::info(static_cast<wasm::Op>(below(wasm::kOpCount)));
      if (other.imm == wasm::info(op).imm && other.category == wasm::info(op).category) return std::string(other.text);
    }
    return text;
  }

  const Piece& same_kind(const Piece& piece, const std::vector<Piece>& pieces) {
    for (int attempt = 0; attempt < 40; ++attempt) {
      const Piece& other = pieces[below(pieces.size())];
      if (other.kind == piece.kind && (!piece.is_list || first_word(other) == first_word(piece))) return other;
    }
    return pieces[below(pieces.size())];
  }

  std::string first_word(const Piece& list) const {
    const size_t end = source_.find_first_of(" \n)", list.begin);
    return source_.substr(list.begin, end - list.begin);
  }
  std::string text_of(const Piece& piece) const { return source_.substr(piece.begin, piece.end - piece.begin); }
  void replace(const Piece& piece, const std::string& text) {
    source_.replace(piece.begin, piece.end - piece.begin, text);
  }

  std::string source_;
  std::mt19937_64 random_;
};

}  // namespace

std::vector<uint8_t> mutate_text(Bytes bytes, size_t max_bytes, uint64_t seed) {
  std::string mutated = TextMutator(std::string(bytes.begin(), bytes.end()), seed).mutate();
  mutated.resize(std::min(mutated.size(), max_bytes));
  return {mutated.begin(), mutated.end()};
}

std::vector<uint8_t> mutate_any(Bytes bytes, size_t max_bytes, uint64_t seed) {
  return text::is_text(bytes) ? mutate_text(bytes, max_bytes, seed) : mutate(bytes, max_bytes, seed);
}

}  // namespace wasmscope::fuzz
