// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/debug/expression_tree.h"
#include "engine/text/numbers.h"

namespace wasmscope::debug {
namespace {

struct OperatorText {
  std::string_view text;
  Operator op;
  int precedence;   // 0: unary only
};
// Where one begins another, the longer one comes first.
constexpr OperatorText kOperators[] = {
    {">>u", Operator::ShiftRightUnsigned, 8},
    {">=u", Operator::GreaterEqualUnsigned, 7},
    {"<=u", Operator::LessEqualUnsigned, 7},
    {"<<", Operator::ShiftLeft, 8},
    {">>", Operator::ShiftRight, 8},
    {"<=", Operator::LessEqual, 7},
    {">=", Operator::GreaterEqual, 7},
    {"<u", Operator::LessUnsigned, 7},
    {">u", Operator::GreaterUnsigned, 7},
    {"==", Operator::Equal, 6},
    {"!=", Operator::NotEqual, 6},
    {"&&", Operator::And, 2},
    {"||", Operator::Or, 1},
    {"/u", Operator::DivideUnsigned, 10},
    {"%u", Operator::RemainderUnsigned, 10},
    {"+", Operator::Add, 9},
    {"-", Operator::Subtract, 9},
    {"*", Operator::Multiply, 10},
    {"/", Operator::Divide, 10},
    {"%", Operator::Remainder, 10},
    {"<", Operator::Less, 7},
    {">", Operator::Greater, 7},
    {"&", Operator::BitAnd, 5},
    {"^", Operator::BitXor, 4},
    {"|", Operator::BitOr, 3},
    {"!", Operator::Not, 0},
    {"~", Operator::Complement, 0},
};

enum class TokenKind : uint8_t { End, Number, Text, Character, Name, Word, Func, Operator, Mark, Error };
struct Token {
  TokenKind kind = TokenKind::End;
  char mark = 0;                   // Mark: one of ()[],.?:
  const OperatorText* op = nullptr;
  uint32_t begin = 0, end = 0;
  uint64_t integer = 0;            // Character, Func
  std::string text;                // Number: as written; Text, Name, Word; Error: the message
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }
bool is_word(char c) { return is_word_start(c) || is_digit(c); }
std::optional<uint32_t> hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? std::optional<uint32_t>(lower - 'a' + 10) : std::nullopt;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    Token token;
    token.begin = token.end = at_;
    // As on command lines, # alone begins a comment.
    const bool is_comment = follows(at_, "#") && (at_ + 1 == text_.size() || text_[at_ + 1] == ' ');
    if (at_ == text_.size() || is_comment) return token;
    const char c = text_[at_];
    if (is_digit(c)) return number(token);
    if (c == '"') return quoted(token, TokenKind::Text);
    if (c == '\'') return character(token);
    if (c == '$') return name(token);
    if (c == '#') return func(token);
    if (is_word_start(c)) return word(token, TokenKind::Word);
    return punctuation(token);
  }
  // After a dot: a name, or a number of digits only.
  Token next_member() {
    Token token;
    token.begin = at_;
    if (at_ < text_.size() && text_[at_] == '$') return name(token);
    size_t digits = at_;
    while (digits < text_.size() && is_digit(text_[digits])) ++digits;
    if (digits == at_) return next();
    token.kind = TokenKind::Number;
    return finish(token, digits);
  }

 private:
  Token finish(Token& token, size_t end) {
    if (token.text.empty()) token.text = text_.substr(token.begin, end - token.begin);
    at_ = static_cast<uint32_t>(end);
    token.end = at_;
    return token;
  }
  Token fail(Token& token, std::string message, size_t end) {
    token.kind = TokenKind::Error;
    token.text = std::move(message);
    return finish(token, end);
  }
  bool follows(size_t at, std::string_view what) const { return text_.substr(std::min(at, text_.size())).starts_with(what); }

  Token number(Token& token) {
    token.kind = TokenKind::Number;
    const bool is_hex = follows(at_, "0x") || follows(at_, "0X");
    size_t end = at_;
    for (; end < text_.size(); ++end) {
      const char c = text_[end], before = end > at_ ? static_cast<char>(text_[end - 1] | 0x20) : '\0';
      const bool is_sign = (c == '+' || c == '-') && before == (is_hex ? 'p' : 'e');
      if (!is_word(c) && c != '.' && !is_sign) break;
    }
    return finish(token, end);
  }

  Token word(Token& token, TokenKind kind) {
    token.kind = kind;
    size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (text_.substr(at_, end - at_) == "nan" && follows(end, ":0x")) {
      end += 3;
      while (end < text_.size() && is_word(text_[end])) ++end;
    }
    return finish(token, end);
  }

  Token name(Token& token) {
    ++at_;
    if (follows(at_, "\"")) return quoted(token, TokenKind::Name);
    size_t end = at_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '$')) ++end;
    if (end == at_) return fail(token, "a name is missing after `$`", end);
    token.kind = TokenKind::Name;
    token.text = text_.substr(at_, end - at_);
    return finish(token, end);
  }

  Token func(Token& token) {
    size_t end = at_ + 1;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const auto number = text::parse_unsigned(text_.substr(at_ + 1, end - at_ - 1), UINT32_MAX);
    if (!number.is_ok()) return fail(token, "a function's index is missing after `#`: #42", end);
    token.kind = TokenKind::Func;
    token.integer = number.value;
    return finish(token, end);
  }

  // One character of a quoted text, at `at`; false when an escape is wrong.
  bool take_character(size_t& at, std::string& into) {
    if (text_[at] != '\\') {
      into += text_[at++];
      return true;
    }
    if (++at == text_.size()) return false;
    const char c = text_[at++];
    switch (c) {
      case 'n': into += '\n'; return true;
      case 't': into += '\t'; return true;
      case 'r': into += '\r'; return true;
      case '0': into += '\0'; return true;
      case '\\':
      case '"':
      case '\'': into += c; return true;
      case 'x': {
        const auto high = at < text_.size() ? hex_digit(text_[at]) : std::nullopt;
        const auto low = at + 1 < text_.size() ? hex_digit(text_[at + 1]) : std::nullopt;
        if (!high || !low) return false;
        into += static_cast<char>(*high * 16 + *low);
        at += 2;
        return true;
      }
      case 'u': {
        uint32_t code = 0;
        if (at == text_.size() || text_[at++] != '{') return false;
        const size_t first = at;
        for (; at < text_.size() && hex_digit(text_[at]) && code <= 0x10FFFF; ++at) code = code * 16 + *hex_digit(text_[at]);
        if (at == first || at == text_.size() || text_[at++] != '}' || code > 0x10FFFF) return false;
        append_utf8(into, code);
        return true;
      }
      default: return false;
    }
  }

  // From the quote that `at_` is at to the same one.
  std::optional<std::string> take_quoted(Token& token) {
    const char quote = text_[at_];
    std::string text;
    size_t at = at_ + 1;
    while (at < text_.size() && text_[at] != quote) {
      const size_t begin = at;
      if (take_character(at, text)) continue;
      token.begin = static_cast<uint32_t>(begin);
      fail(token, R"(unknown escape; there are \n \t \r \0 \\ \" \' \x41 \u{41})", std::max(at, begin + 1));
      return std::nullopt;
    }
    if (at >= text_.size()) {
      fail(token, std::string("the closing ") + quote + " is missing", text_.size());
      return std::nullopt;
    }
    at_ = static_cast<uint32_t>(at + 1);
    return text;
  }

  Token quoted(Token& token, TokenKind kind) {
    auto text = take_quoted(token);
    if (!text) return token;
    token.kind = kind;
    token.text = std::move(*text);
    token.end = at_;
    return token;
  }
  Token character(Token& token) {
    const auto text = take_quoted(token);
    if (!text) return token;
    const CodePoint code = first_code_point(*text);
    const bool is_byte = text->size() == 1;
    if (!is_byte && (code.length == 0 || code.length != text->size())) return fail(token, "one character is wanted between the quotes", at_);
    token.kind = TokenKind::Character;
    token.integer = is_byte ? static_cast<uint8_t>(text->front()) : code.value;
    return finish(token, at_);
  }
  Token punctuation(Token& token) {
    for (const OperatorText& each : kOperators) {
      if (!follows(at_, each.text)) continue;
      const size_t end = at_ + each.text.size();
      if (each.text.ends_with('u') && end < text_.size() && is_word(text_[end])) continue;
      token.kind = TokenKind::Operator;
      token.op = &each;
      return finish(token, end);
    }
    const char c = text_[at_];
    if (std::string_view("()[],.?:").find(c) != std::string_view::npos) {
      token.kind = TokenKind::Mark;
      token.mark = c;
      return finish(token, at_ + 1);
    }
    if (c == '=') return fail(token, "`=` changes nothing here: write `==` to compare", at_ + 1);
    return fail(token, "unexpected `" + escape_for_display(text_.substr(at_, 1)) + "`", at_ + 1);
  }

  std::string_view text_;
  uint32_t at_ = 0;
};

// The first error stays; whoever gets no node leaves.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { advance(); }

  std::expected<Tree, ExpressionError> parse() {
    const auto root = conditional();
    if (root && token_.kind != TokenKind::End) fail("an operator is missing before this");
    if (error_) return std::unexpected(std::move(*error_));
    tree_.root = *root;
    return std::move(tree_);
  }

 private:
  using Maybe = std::optional<NodeIndex>;

  void advance() {
    token_ = lexer_.next();
    if (token_.kind == TokenKind::Error) fail(token_.text);
  }
  Maybe fail(std::string message) {
    if (!error_) error_ = ExpressionError{std::move(message), token_.begin, std::max(token_.end, token_.begin)};
    return std::nullopt;
  }
  Maybe expected(std::string_view what) {
    return fail(std::string(what) + (token_.kind == TokenKind::End ? " is missing at the end" : " is missing before this"));
  }
  bool is_mark(char mark) const { return token_.kind == TokenKind::Mark && token_.mark == mark; }
  bool accept(char mark) {
    if (!is_mark(mark)) return false;
    advance();
    return true;
  }

  Maybe add(NodeKind kind, uint32_t begin, std::vector<NodeIndex> children, Operator op = {}) {
    Node node{.kind = kind, .op = op, .begin = begin, .end = last_end_, .children = std::move(children)};
    for (const NodeIndex child : node.children) node.depth = std::max(node.depth, tree_[child].depth + 1);
    if (node.depth > kMostNesting) return fail("the expression is nested too deeply");
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeIndex>(tree_.nodes.size() - 1);
  }
  // A node of the current token, which is taken.
  Maybe leaf(NodeKind kind, uint32_t begin) {
    last_end_ = token_.end;
    const Maybe node = add(kind, begin, {});
    tree_.nodes[*node].integer = token_.integer;
    tree_.nodes[*node].name = std::move(token_.text);
    advance();
    return error_ ? std::nullopt : node;
  }
  void close() { last_end_ = token_.end; }

  Maybe conditional() {
    if (nesting_ > kMostNesting) return fail("the expression is nested too deeply");
    ++nesting_;
    const Maybe node = conditional_of(binary(1));
    --nesting_;
    return node;
  }
  Maybe conditional_of(Maybe condition) {
    if (!condition || !is_mark('?')) return condition;
    advance();
    const Maybe second = conditional();
    if (!second) return second;
    if (!is_mark(':')) return expected("`:`");
    advance();
    const Maybe third = conditional();
    if (!third) return third;
    return add(NodeKind::Conditional, tree_[*condition].begin, {*condition, *second, *third});
  }

  Maybe binary(int lowest) {
    Maybe left = unary();
    while (left && token_.kind == TokenKind::Operator && token_.op->precedence >= lowest && token_.op->precedence > 0) {
      const OperatorText& op = *token_.op;
      advance();
      const Maybe right = binary(op.precedence + 1);
      if (!right) return right;
      left = add(NodeKind::Binary, tree_[*left].begin, {*left, *right}, op.op);
    }
    return left;
  }

  Maybe unary() {
    if (error_) return std::nullopt;
    if (token_.kind != TokenKind::Operator) return postfix(primary());
    const Operator op = token_.op->op;
    const bool is_plus = op == Operator::Add, is_minus = op == Operator::Subtract;
    if (!is_plus && !is_minus && op != Operator::Not && op != Operator::Complement) return expected("a value");
    const uint32_t begin = token_.begin;
    if (++nesting_ > kMostNesting) return fail("the expression is nested too deeply");
    advance();
    const bool is_constant = token_.kind == TokenKind::Number ||
                             (token_.kind == TokenKind::Word && (token_.text == "inf" || token_.text.starts_with("nan")));
    Maybe node;
    if (is_constant && is_minus) {
      node = number(begin, true);
    } else if ((node = unary()) && !is_plus) {
      node = add(NodeKind::Unary, begin, {*node}, is_minus ? Operator::Negate : op);
    }
    --nesting_;
    return node;
  }

  Maybe number(uint32_t begin, bool is_negative) {
    const std::string text = token_.text;
    if (text::is_integer(text)) {
      const auto value = text::parse_unsigned(text);
      if (!value.is_ok() || (is_negative && value.value > uint64_t{1} << 63)) return fail("the number does not fit 64 bits");
      token_.integer = value.value;
      const Maybe node = leaf(NodeKind::Integer, begin);
      if (node) tree_.nodes[*node].is_negative = is_negative && value.value != 0;
      return node;
    }
    if (!text::is_float(text)) return fail("not a number: " + escape_for_display(text));
    const Maybe node = leaf(NodeKind::Float, begin);
    if (node && is_negative) tree_.nodes[*node].name = "-" + tree_.nodes[*node].name;
    return node;
  }

  Maybe primary() {
    const uint32_t begin = token_.begin;
    switch (token_.kind) {
      case TokenKind::Number: return number(begin, false);
      case TokenKind::Text: return leaf(NodeKind::Text, begin);
      case TokenKind::Character: return leaf(NodeKind::Integer, begin);
      case TokenKind::Name: return leaf(NodeKind::Name, begin);
      case TokenKind::Func: return leaf(NodeKind::Func, begin);
      case TokenKind::Word:
        if (token_.text == "null") return leaf(NodeKind::Null, begin);
        if (token_.text == "inf" || token_.text == "nan" || token_.text.starts_with("nan:")) return number(begin, false);
        return leaf(NodeKind::Word, begin);
      case TokenKind::Mark:
        if (accept('(')) {
          const Maybe inner = conditional();
          if (!inner) return inner;
          if (!is_mark(')')) return expected("`)`");
          close();
          tree_.nodes[*inner].begin = begin;
          tree_.nodes[*inner].end = last_end_;
          advance();
          return inner;
        }
        return expected("a value");
      default: return expected("a value");
    }
  }

  Maybe postfix(Maybe base) {
    while (base && !error_) {
      const uint32_t begin = tree_[*base].begin;
      if (is_mark('.')) {
        token_ = lexer_.next_member();
        base = member(*base, begin);
      } else if (accept('[')) {
        const Maybe index = conditional();
        if (!index) return index;
        if (!is_mark(']')) return expected("`]`");
        close();
        advance();
        base = add(NodeKind::Index, begin, {*base, *index});
      } else if (accept('(')) {
        base = call(*base, begin);
      } else {
        break;
      }
    }
    return error_ ? std::nullopt : base;
  }

  Maybe member(NodeIndex base, uint32_t begin) {
    if (token_.kind == TokenKind::Error) return fail(token_.text);
    const bool is_number = token_.kind == TokenKind::Number;
    if (!is_number && token_.kind != TokenKind::Word && token_.kind != TokenKind::Name) return expected("a name after the dot");
    const auto number = text::parse_unsigned(token_.text, UINT32_MAX);
    if (is_number && !number.is_ok()) return fail("no field has such a number");
    close();
    const Maybe node = add(NodeKind::Member, begin, {base});
    if (!node) return node;
    tree_.nodes[*node].is_number = is_number;
    tree_.nodes[*node].integer = number.value;
    tree_.nodes[*node].name = std::move(token_.text);
    advance();
    return node;
  }

  Maybe call(NodeIndex callee, uint32_t begin) {
    std::vector<NodeIndex> children{callee};
    while (!is_mark(')')) {
      if (children.size() > 1 && !accept(',')) return expected("`,` or `)`");
      const Maybe argument = conditional();
      if (!argument) return argument;
      children.push_back(*argument);
    }
    close();
    advance();
    return add(NodeKind::Call, begin, std::move(children));
  }

  Lexer lexer_;
  Token token_;
  Tree tree_;
  uint32_t nesting_ = 0;
  uint32_t last_end_ = 0;     // of the last token that belongs to a node
  std::optional<ExpressionError> error_;
};

// The first place outside of quotes that is what is looked for.
template <class Predicate>
size_t find_unquoted(std::string_view text, size_t begin, Predicate&& is_found) {
  char quote = 0;
  for (size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0 && c == '\\') ++at;
    else if (quote != 0) quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (is_found(at)) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view text_of(Operator op) {
  if (op == Operator::Negate) return "-";
  return std::ranges::find(kOperators, op, &OperatorText::op)->text;
}

std::expected<Tree, ExpressionError> parse_expression(std::string_view text) {
  if (text.size() > kLongestExpression) return std::unexpected(ExpressionError{"the expression is too long", 0, 0});
  return Parser(text).parse();
}

size_t find_closing_brace(std::string_view text, size_t begin) {
  return find_unquoted(text, begin, [&](size_t at) { return text[at] == '}'; });
}

size_t find_assignment(std::string_view text) {
  return find_unquoted(text, 0, [&](size_t at) {
    const bool continues = at + 1 < text.size() && text[at + 1] == '=';
    const bool is_end = at > 0 && std::string_view("=!<>").find(text[at - 1]) != std::string_view::npos;
    return text[at] == '=' && !continues && !is_end;
  });
}

}  // namespace wasmscope::debug
