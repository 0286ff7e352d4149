// SPDX-License-Identifier: Apache-2.0
#include "app/gui/script.h"

#include <charconv>
#include <cstdio>
#include <expected>
#include <optional>
#include <string_view>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "ui/widgets/screen_text.h"

namespace wasmscope::app {
namespace {

using Outcome = std::expected<void, std::string>;

constexpr double kPatienceSeconds = 60, kBriefSeconds = 1;
constexpr int kDragSteps = 8;
constexpr int kTooltipFrames = 30;

std::string_view take_word(std::string_view& line) {
  const size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return line = {};
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::expected<float, std::string> parse_number(std::string_view word) {
  float value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size() || word.empty())
    return std::unexpected("not a number: '" + std::string(word) + "'");
  return value;
}

class ScriptRunner {
 public:
  explicit ScriptRunner(GuiApp& app) : app_(app) {}

  Outcome run(std::string_view line) {
    std::string_view rest = line;
    const std::string_view verb = take_word(rest);
    rest = trim(rest);
    if (verb == "click") return click(rest);
    if (verb == "hover") return rest_on(take_word(rest));
    if (verb == "drag") return drag(rest);
    if (verb == "wheel") return turn_wheel(rest);
    if (verb == "key") return press_key(rest);
    if (verb == "type") return type(rest);
    if (verb == "wait") return wait(rest);
    if (verb == "expect") return expect(rest);
    if (verb == "see") return see(rest);
    if (verb == "shot") return shoot(rest);
    if (verb == "tags") return list_tags(rest);
    if (verb == "drop") return drop(rest);
    if (verb == "open-sample") {
      app_.session().open_sample(std::string(rest));
      return wait("idle");
    }
    return command(line, verb);
  }

 private:
  ui::Input& input() { return app_.screen().input(); }

  std::expected<ui::Item, std::string> find(std::string_view tag) {
    const ui::Item* item = app_.screen().registry().find(tag);
    if (item == nullptr) return std::unexpected("nothing is tagged '" + std::string(tag) + "'");
    if (!item->is_visible) return std::unexpected("'" + std::string(tag) + "' is out of sight");
    return *item;
  }

  Outcome hover(std::string_view tag) {
    TRY_ASSIGN(const ui::Item item, find(tag));
    input().push(ui::mouse_move_event(item.center().x, item.center().y));
    app_.settle();
    return {};
  }

  // Long enough for a tooltip.
  Outcome rest_on(std::string_view tag) {
    TRY(hover(tag));
    for (int frame = 0; frame < kTooltipFrames; ++frame) app_.draw_frame();
    return {};
  }

  Outcome click(std::string_view rest) {
    const std::string_view tag = take_word(rest);
    const std::string_view how = trim(rest);
    TRY(hover(tag));
    const int button = how == "right" ? 1 : how == "middle" ? 2 : 0;
    for (int i = 0; i < (how == "double" ? 2 : 1); ++i) {
      input().push(ui::mouse_button_event(button, true));
      input().push(ui::mouse_button_event(button, false));
    }
    app_.settle();
    return {};
  }

  Outcome drag(std::string_view rest) {
    const std::string_view tag = take_word(rest);
    TRY_ASSIGN(const float dx, parse_number(take_word(rest)));
    TRY_ASSIGN(const float dy, parse_number(take_word(rest)));
    TRY_ASSIGN(const ui::Item item, find(tag));
    TRY(hover(tag));
    const ImVec2 from = item.center();
    const float scale = app_.screen().scale() / static_cast<float>(kDragSteps);
    input().push(ui::mouse_button_event(0, true));
    app_.settle();
    for (int i = 1; i <= kDragSteps; ++i) {
      const float share = static_cast<float>(i) * scale;
      input().push(ui::mouse_move_event(from.x + dx * share, from.y + dy * share));
      app_.draw_frame();
    }
    input().push(ui::mouse_button_event(0, false));
    app_.settle();
    return {};
  }

  Outcome turn_wheel(std::string_view rest) {
    TRY_ASSIGN(const float steps, parse_number(take_word(rest)));
    input().push(ui::wheel_event(0, steps));
    app_.settle();
    return {};
  }

  Outcome press_key(std::string_view name) {
    const std::optional<ui::Chord> chord = ui::chord_from_text(name);
    if (!chord) return std::unexpected("no such key: '" + std::string(name) + "'");
    input().push(ui::key_event(*chord, true));
    input().push(ui::key_event(*chord, false));
    // The modifiers are let go of too: one that stays down makes text fields deaf.
    if (chord->mods != 0) input().push(ui::key_event({}, false));
    app_.settle();
    return wait_briefly();
  }

  Outcome type(std::string_view text) {
    while (!text.empty()) {
      const CodePoint point = first_code_point(text);
      if (point.length == 0) return std::unexpected("the text is not UTF-8");
      input().push(ui::character_event(point.value));
      text.remove_prefix(point.length);
    }
    app_.settle();
    return {};
  }

  Outcome drop(std::string_view path) {
    input().push(ui::drop_event({std::string(path)}));
    app_.settle();
    return wait("idle");
  }

  Outcome wait(std::string_view what) {
    if (what != "stopped" && what != "idle") return std::unexpected("wait for 'stopped' or 'idle'");
    if (!app_.wait_until_idle(kPatienceSeconds)) return std::unexpected("the program is still running");
    app_.settle();
    // What came into sight asks for its bytes, and they come with another snapshot.
    if (!app_.wait_until_idle(kPatienceSeconds)) return std::unexpected("the session is still busy");
    app_.settle();
    return {};
  }

  // What a step set off may be over at once or never: `wait` is the step that insists.
  Outcome wait_briefly() {
    for (int round = 0; round < 2; ++round) {
      if (!app_.wait_until_idle(kBriefSeconds)) break;
      app_.settle();
    }
    return {};
  }

  Outcome expect(std::string_view rest) {
    const std::string_view tag = take_word(rest);
    const std::string_view wanted = trim(rest);
    const ui::Item* item = app_.screen().registry().find(tag);
    if (item == nullptr) return std::unexpected("nothing is tagged '" + std::string(tag) + "'");
    const bool is_part = wanted.starts_with('~');
    const bool is_met = is_part ? item->value.find(wanted.substr(1)) != std::string::npos : item->value == wanted;
    if (is_met) return {};
    return std::unexpected("'" + std::string(tag) + "' is '" + item->value + "', not '" + std::string(wanted) + "'");
  }

  Outcome see(std::string_view text) {
    const ui::ScreenText screen = ui::ScreenText::read(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts);
    if (screen.contains(text, app_.screen().cell())) return {};
    return std::unexpected("'" + std::string(text) + "' is not on the screen");
  }

  Outcome shoot(std::string_view path) { return write_png(app_.screen().picture(), std::string(path)); }

  Outcome list_tags(std::string_view prefix) {
    for (const auto& [tag, item] : app_.screen().registry().items())
      if (tag.starts_with(prefix)) std::printf("%s = %s\n", tag.c_str(), item.value.c_str());
    return {};
  }

  Outcome command(std::string_view line, std::string_view verb) {
    app_.shell().run_line(std::string(line));
    app_.settle();
    const bool resumes =
        verb == "run" || verb == "continue" || verb == "until" || verb == "finish" || verb == "r" || verb == "c";
    return resumes ? Outcome{} : wait_briefly();
  }

  GuiApp& app_;
};

}  // namespace

ScriptResult run_script(GuiApp& app, std::istream& script, const std::string& name) {
  ScriptResult result;
  ScriptRunner runner(app);
  std::string line;
  for (int number = 1; std::getline(script, line); ++number) {
    const std::string_view step = trim(line);
    if (step.empty() || step.starts_with('#')) continue;
    const Outcome outcome = runner.run(step);
    if (outcome) continue;
    ++result.failures;
    std::fprintf(stderr, "%s:%d: %s\n", name.c_str(), number, outcome.error().c_str());
  }
  return result;
}

}  // namespace wasmscope::app
