// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>
#include <optional>

#include "ui/model/number_text.h"
#include "ui/model/value_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kLongestString = 48;
constexpr size_t kWindowBytes = 64;

// The bytes from the selected one on, as far as they are known.
class ByteWindow {
 public:
  ByteWindow(const debug::MemoryPicture& memory, uint64_t address, debug::Endian endian) : endian_(endian) {
    for (size_t i = 0; i < kWindowBytes; ++i) {
      const std::optional<uint8_t> byte = memory.byte(address + i);
      if (!byte) break;
      bytes_[size_++] = *byte;
    }
  }
  size_t size() const { return size_; }
  uint8_t operator[](size_t i) const { return bytes_[i]; }
  std::optional<uint64_t> number(debug::NumberType type) const {
    if (debug::size_of(type) > size_) return std::nullopt;
    return debug::read_number(type, endian_, bytes_.data());
  }
  struct Leb {
    uint64_t value = 0;
    int64_t signed_value = 0;
    size_t length = 0;
  };
  std::optional<Leb> leb() const {
    Leb leb;
    for (size_t i = 0; i < size_ && i < 10; ++i) {
      const unsigned shift = static_cast<unsigned>(7 * i);
      leb.value |= uint64_t{bytes_[i] & 0x7Fu} << shift;
      if (bytes_[i] & 0x80) continue;
      leb.length = i + 1;
      leb.signed_value = static_cast<int64_t>(leb.value);
      if ((bytes_[i] & 0x40) != 0 && shift + 7 < 64)
        leb.signed_value |= static_cast<int64_t>(~uint64_t{0} << (shift + 7));
      return leb;
    }
    return std::nullopt;
  }
  std::string text() const {
    std::string text;
    for (size_t i = 0; i < size_ && text.size() < kLongestString; ++i) {
      if (bytes_[i] < 0x20 || bytes_[i] >= 0x7f) break;
      text += static_cast<char>(bytes_[i]);
    }
    return text;
  }

 private:
  std::array<uint8_t, kWindowBytes> bytes_{};
  size_t size_ = 0;
  debug::Endian endian_;
};

template <class Signed>
std::string signed_text(uint64_t value) {
  return grouped_signed(static_cast<Signed>(value));
}

class InspectorPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const Focus& focus = frame.focus;
    if (focus.memory >= frame.snapshot->memories.size()) return draw_empty_note(ui, "no memory");
    const debug::MemoryPicture& memory = frame.snapshot->memories[focus.memory];
    const uint64_t address = focus.bytes.begin;
    if (address >= memory.size) return draw_empty_note(ui, "select bytes in Memory");
    frame.memory_wishes.push_back({focus.memory, {address, std::min(memory.size, address + kWindowBytes)}});
    TextLine title = text_row(ui, ui.line);
    title.skip(0.5f)
        .add(Color::Dim, "at ")
        .add(Color::Constant, hex(address))
        .add(Color::Dim, "  memory " + std::to_string(focus.memory))
        .add(Color::Dim, focus.endian == debug::Endian::Big ? "  big endian" : "");
    if (focus.bytes.size() > 1) title.add(Color::Dim, ", " + grouped(focus.bytes.size()) + " bytes selected");
    text_row(ui, ui.line * 0.5f);

    const ByteWindow bytes(memory, address, focus.endian);
    if (const auto value = bytes.number(debug::NumberType::U8)) {
      const bool is_printable = *value >= 0x20 && *value < 0x7f;
      draw_row(ui, "u8", grouped(*value), "i8", signed_text<int8_t>(*value),
               is_printable ? std::string("'") + static_cast<char>(*value) + "'" : "");
    }
    if (const auto value = bytes.number(debug::NumberType::U16))
      draw_row(ui, "u16", grouped(*value), "i16", signed_text<int16_t>(*value), "0x" + hex_digits(*value, 4));
    if (const auto value = bytes.number(debug::NumberType::U32)) {
      draw_row(ui, "u32", grouped(*value), "i32", signed_text<int32_t>(*value), "0x" + hex_digits(*value, 8));
      draw_row(ui, "f32", float_text(std::bit_cast<float>(static_cast<uint32_t>(*value))));
    }
    if (const auto value = bytes.number(debug::NumberType::U64)) {
      draw_row(ui, "u64", grouped(*value));
      draw_row(ui, "i64", signed_text<int64_t>(*value));
      draw_row(ui, "f64", float_text(std::bit_cast<double>(*value)));
    }
    if (const auto leb = bytes.leb())
      draw_row(ui, "leb",
               "u " + grouped(leb->value) + " / s " + grouped_signed(leb->signed_value) + ", " +
                   std::to_string(leb->length) + (leb->length == 1 ? " byte" : " bytes"));
    draw_row(ui, "text", "\"" + bytes.text() + "\"");
  }

 private:
  static void draw_row(const UiContext& ui, std::string_view name, const std::string& value,
                       std::string_view other_name = {}, const std::string& other = {}, const std::string& third = {}) {
    TextLine line = text_row(ui, ui.line);
    line.skip(0.5f).add(Color::Dim, name).column(6).add(Color::Text, value);
    if (!other_name.empty()) line.column(22).add(Color::Dim, other_name).column(27).add(Color::Text, other);
    if (!third.empty()) line.column(43).add(Color::Dim, third);
    if (ui.registry.is_on()) ui.registry.tag_last_item("inspector/" + std::string(name), value);
  }
};

}  // namespace

std::unique_ptr<Panel> make_inspector_panel() { return std::make_unique<InspectorPanel>(); }

}  // namespace wasmscope::ui
