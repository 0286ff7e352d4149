// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/time_strip.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/model/number_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

using debug::TimePicture;

constexpr float kLabelCells = 8, kLaneHeight = 15, kInset = 4, kNear = 4;
constexpr double kWheelZoom = 0.8, kKeyZoom = 0.6, kKeyPan = 0.2;
constexpr const char* kMenu = "##time_menu";

Color flame_color(wasm::FuncIndex func) {
  static constexpr auto kColors = std::to_array({Color::FlameBlue, Color::FlameTeal, Color::FlameViolet,
                                                 Color::FlameGreen, Color::FlameGold, Color::FlameRose});
  // Neighbours in the file, which often call each other, get different ones.
  return kColors[func % kColors.size()];
}

std::string seek_text(const TimePicture& time, uint64_t tick) {
  if (tick >= time.frontier.tick) return "end";
  return "t=" + std::to_string(tick);
}

bool can_seek(const debug::Snapshot& snapshot) {
  return snapshot.time && snapshot.time->records &&
         (snapshot.state == debug::State::Paused || snapshot.state == debug::State::Ended);
}

uint64_t now_of(const debug::Snapshot& snapshot) {
  return snapshot.instant.tick != 0 ? snapshot.instant.tick : snapshot.time->frontier.tick;
}

void draw_hatch(const UiContext& ui, ImVec2 min, ImVec2 max) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(min, max, true);
  const float step = ui.px(6), height = max.y - min.y;
  for (float x = min.x - height; x < max.x; x += step)
    list.AddLine(ImVec2(x, max.y), ImVec2(x + height, min.y), ui.theme[Color::Faint], std::max(1.f, ui.px(1)));
  list.PopClipRect();
}

std::string why_empty(const debug::Snapshot& snapshot) {
  if (snapshot.loaded && snapshot.loaded->error) return "a module that does not run has no past";
  if (snapshot.time) return "nothing is recorded: start without --no-record to see the program's past here";
  return "the program's past: once it runs, call depth and what the host did show here, and a click goes to any instant";
}

}  // namespace

void TimeStrip::draw(const UiContext& ui, PanelFrame& frame, const Bookmarks& bookmarks, ImVec2 min, ImVec2 max,
                     bool may_have_keys) {
  const debug::Snapshot& snapshot = *frame.snapshot;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, ui.theme[Color::Panel]);
  const bool has_past = snapshot.time && snapshot.time->records;
  if (!has_past) {
    ui.registry.tag_rect("time", min, max, "empty");
    has_keys_ = false;
    TextLine(ui, ImVec2(min.x + ui.cell, min.y + (max.y - min.y - ui.line) / 2), max.x - ui.cell)
        .add(Color::Dim, why_empty(snapshot));
    return;
  }
  const TimePicture& time = *snapshot.time;
  Area area{ImVec2(min.x + kLabelCells * ui.cell, min.y + ui.px(kInset)), ImVec2(max.x - ui.px(8), max.y), 0};
  if (time.has_forgotten) area.min.x += ui.px(26);
  area.max.x = std::max(area.max.x, area.min.x + 1);
  area.flame_end = max.y - std::round(ui.px(kLaneHeight));
  view_.set_extent(time.begin.tick, time.frontier.tick);
  if (snapshot.stop_count != revealed_stop_ && !dragged_to_) {
    revealed_stop_ = snapshot.stop_count;
    view_.reveal(now_of(snapshot));
  }
  deepest_ = deepest(time.depths);

  const float label_x = min.x + ui.cell;
  TextLine(ui, ImVec2(label_x, min.y + ui.px(kInset)), area.min.x).add(Color::Dim, "depth");
  TextLine(ui, ImVec2(label_x, max.y - ui.line), area.min.x).add(Color::Dim, "events");
  if (time.has_forgotten) {
    const ImVec2 hatch_min(area.min.x - ui.px(26), area.min.y), hatch_max(area.min.x - ui.px(2), max.y - ui.px(2));
    draw_hatch(ui, hatch_min, hatch_max);
    ui.registry.tag_rect("time/forgotten", hatch_min, hatch_max);
    if (may_have_keys && ImGui::IsMouseHoveringRect(hatch_min, hatch_max))
      tooltip(ui, "what was before t=" + grouped(time.begin.tick) +
                      " had to be forgotten for want of room; --record-budget gives more");
  }

  ImGui::SetCursorScreenPos(area.min);
  ImGui::PushID("time");
  ImGui::InvisibleButton("##strip", ImVec2(area.max.x - area.min.x, area.max.y - area.min.y));
  const bool is_hovered = ImGui::IsItemHovered();
  handle_mouse(ui, frame, area);
  UiContext key_ui = ui;
  key_ui.has_keys = has_keys_ && may_have_keys;
  handle_keys(key_ui, frame);
  draw_menu(ui, frame);
  ImGui::PopID();

  draw_flame(ui, time, area);
  draw_events(ui, frame, bookmarks, area);
  draw_needle(ui, frame, area);
  if (has_keys_ && may_have_keys)
    list.AddRectFilled(ImVec2(min.x, max.y - ui.px(2)), ImVec2(area.min.x - ui.px(4), max.y), ui.theme[Color::Link]);
  if (ui.registry.is_on()) {
    ui.registry.tag_rect("time", area.min, area.max,
                         std::to_string(now_of(snapshot)) + (time.is_past ? " past of " : " of ") +
                             std::to_string(time.frontier.tick));
    ui.registry.tag_rect("time/view", area.min, ImVec2(area.max.x, area.flame_end),
                         std::to_string(view_.tick_at(0)) + ".." + std::to_string(view_.tick_at(1)));
  }
  if (is_hovered && !dragged_to_) tooltip(ui, hint_at(frame, bookmarks, area));
}

void TimeStrip::handle_mouse(const UiContext& ui, PanelFrame& frame, const Area& area) {
  const debug::Snapshot& snapshot = *frame.snapshot;
  const ImGuiIO& io = ImGui::GetIO();
  const bool is_hovered = ImGui::IsItemHovered(), is_held = ImGui::IsItemActive();
  const double share = area.share_at(io.MousePos.x);
  hovered_.reset();
  if (is_hovered) hovered_ = view_.tick_at(share);
  const bool is_pressed = ImGui::IsMouseClicked(ImGuiMouseButton_Left) || ImGui::IsMouseClicked(ImGuiMouseButton_Right);
  if (is_pressed) has_keys_ = is_hovered || (is_held && ImGui::IsItemActivated());
  if (is_hovered && io.MouseWheel != 0) {
    if ((ui.input.mods() & kShift) != 0)
      view_.pan(-io.MouseWheel * kKeyPan);
    else
      view_.zoom(std::pow(kWheelZoom, io.MouseWheel), share);
  }
  if (is_hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) ImGui::OpenPopup(kMenu);
  if (is_hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view_.fit();
  if (!is_held || !can_seek(snapshot)) {
    dragged_to_.reset();
    return;
  }
  // The last column of pixels is the end: it could not be reached otherwise where a pixel is many ticks.
  const bool is_at_end = io.MousePos.x >= area.x_of(view_.share_of(static_cast<double>(snapshot.time->frontier.tick) + 1)) - 1.5f;
  const uint64_t tick = is_at_end ? snapshot.time->frontier.tick : view_.tick_at(share);
  if (dragged_to_ == tick) return;
  dragged_to_ = tick;
  frame.emit(SeekTo{seek_text(*snapshot.time, tick)});
}

void TimeStrip::handle_keys(const UiContext& ui, PanelFrame& frame) {
  const debug::Snapshot& snapshot = *frame.snapshot;
  constexpr auto kRepeat = Input::Repeats::Yes;
  const uint64_t now = now_of(snapshot);
  const double share = std::clamp(view_.share_of(static_cast<double>(now) + 0.5), 0.0, 1.0);
  if (ui.takes({Key::W}, kRepeat) || ui.takes({Key::Equal}, kRepeat)) view_.zoom(kKeyZoom, share);
  if (ui.takes({Key::S}, kRepeat) || ui.takes({Key::Minus}, kRepeat)) view_.zoom(1 / kKeyZoom, share);
  if (ui.takes({Key::A}, kRepeat)) view_.pan(-kKeyPan);
  if (ui.takes({Key::D}, kRepeat)) view_.pan(kKeyPan);
  if (ui.takes({Key::F})) view_.fit();
  if (!can_seek(snapshot)) return;
  if (ui.takes({Key::Home})) frame.emit(SeekTo{"start"});
  if (ui.takes({Key::End})) frame.emit(SeekTo{"end"});
  if (ui.takes({Key::Left}, kRepeat) && now > snapshot.time->begin.tick)
    frame.emit(SeekTo{"t=" + std::to_string(now - 1)});
  if (ui.takes({Key::Right}, kRepeat)) frame.emit(SeekTo{seek_text(*snapshot.time, now + 1)});
}

void TimeStrip::draw_menu(const UiContext& ui, PanelFrame& frame) {
  if (!ImGui::BeginPopup(kMenu)) return;
  const Enabled can_go = can_seek(*frame.snapshot) ? Enabled::Yes : Enabled::No;
  if (menu_item(ui, "time/menu/start", "To the beginning", "Home", can_go)) frame.emit(SeekTo{"start"});
  if (menu_item(ui, "time/menu/end", "To the end", "End", can_go)) frame.emit(SeekTo{"end"});
  if (menu_item(ui, "time/menu/bookmark", "Bookmark where the program stands", "Ctrl+B",
                frame.snapshot->frames.empty() ? Enabled::No : Enabled::Yes))
    frame.emit(DoWindowAction{WindowAction::ToggleBookmark});
  ImGui::Separator();
  if (menu_item(ui, "time/menu/fit", "Show everything", "F", view_.is_fit() ? Enabled::No : Enabled::Yes)) view_.fit();
  ImGui::EndPopup();
}

void TimeStrip::draw_flame(const UiContext& ui, const TimePicture& time, const Area& area) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float width = area.max.x - area.min.x, height = area.flame_end - area.min.y - ui.px(2);
  // Columns of two pixels at scale 1 are fine enough for the eye.
  const float pitch = std::max(1.f, std::round(ui.px(2)));
  const auto columns = static_cast<uint32_t>(std::clamp(width / pitch, 1.f, 4096.f));
  const std::vector<FlameColumn> made = flame_columns(time.depths, time.frontier.tick, view_, columns);
  const float row = height / static_cast<float>(deepest_ + 1);
  const float cap = std::clamp(std::floor(row), 1.f, ui.px(4));
  list.AddRectFilled(ImVec2(area.min.x, area.flame_end - 1), ImVec2(area.max.x, area.flame_end), ui.theme[Color::Border]);
  for (uint32_t first = 0; first < columns;) {
    uint32_t end = first + 1;
    const FlameColumn& column = made[first];
    while (end < columns && made[end].is_known == column.is_known && made[end].depth == column.depth &&
           made[end].func == column.func)
      ++end;
    if (column.is_known) {
      const float x = area.min.x + static_cast<float>(first) * pitch, right = area.min.x + static_cast<float>(end) * pitch;
      const float top = std::round(area.flame_end - static_cast<float>(column.depth + 1) * row);
      const Color color = flame_color(column.func);
      list.AddRectFilled(ImVec2(x, top), ImVec2(right, area.flame_end), ui.theme.with_alpha(color, 110));
      list.AddRectFilled(ImVec2(x, top), ImVec2(right, top + cap), ui.theme[color]);
    }
    first = end;
  }
}

void TimeStrip::draw_events(const UiContext& ui, const PanelFrame& frame, const Bookmarks& bookmarks, const Area& area) const {
  const debug::Snapshot& snapshot = *frame.snapshot;
  const TimePicture& time = *snapshot.time;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float top = area.flame_end + ui.px(2), bottom = area.max.y - ui.px(2), middle = (top + bottom) / 2;
  const auto x_of = [&](uint64_t tick) { return area.x_of(view_.share_of(static_cast<double>(tick))); };
  const auto is_inside = [&](float x) { return x >= area.min.x - 1 && x <= area.max.x + 1; };
  float last_host = -1e9f, last_edit = -1e9f;
  for (size_t i = 0; i < time.marks.size(); ++i) {
    const TimePicture::Mark& mark = time.marks[i];
    const float x = x_of(mark.tick);
    const bool is_edit = mark.kind == TimePicture::Mark::Kind::Edit;
    float& last = is_edit ? last_edit : last_host;
    // Marks closer than this cannot be told apart.
    if (!is_inside(x) || x < last + ui.px(2)) continue;
    last = x;
    if (is_edit) {
      list.AddTriangleFilled(ImVec2(x, top), ImVec2(x + ui.px(5), bottom), ImVec2(x - ui.px(5), bottom), ui.theme[Color::Edited]);
    } else {
      list.AddRectFilled(ImVec2(std::round(x), top + ui.px(2)), ImVec2(std::round(x) + std::max(1.f, ui.px(1)), bottom - ui.px(1)),
                         ui.theme[Color::Constant]);
    }
    if (ui.registry.is_on())
      ui.registry.tag_rect("time/mark/" + std::to_string(i), ImVec2(x - ui.px(2), top), ImVec2(x + ui.px(2), bottom), mark.text);
  }
  for (size_t i = 0; i < bookmarks.all().size(); ++i) {
    const float x = x_of(bookmarks.all()[i].instant.tick), size = ui.px(11);
    if (!is_inside(x)) continue;
    draw_icon(list, Icon::Bookmark, ImVec2(x - size / 2, middle - size / 2), size, ui.theme[Color::Link]);
    ui.registry.tag_rect("time/bookmark/" + std::to_string(i), ImVec2(x - size / 2, top), ImVec2(x + size / 2, bottom),
                         runtime::to_text(bookmarks.all()[i].instant));
  }
  const float end = x_of(time.frontier.tick + 1);
  if (!is_inside(end)) return;
  list.AddRectFilled(ImVec2(end - 1, area.min.y), ImVec2(end, area.max.y), ui.theme[Color::Faint]);
  if (!time.has_ended) return;
  const float size = ui.px(9);
  const ImVec2 at(end - size - ui.px(2), middle - size / 2);
  // Going back keeps the card of the trap no longer: the end is then told by its mark alone.
  const bool is_trap = snapshot.trap.has_value();
  draw_icon(list, is_trap ? Icon::Warning : Icon::Stop, at, size, ui.theme[is_trap ? Color::Error : Color::Dim]);
  ui.registry.tag_rect("time/end", at, ImVec2(at.x + size, at.y + size), is_trap ? "trap" : "end");
}

void TimeStrip::draw_needle(const UiContext& ui, const PanelFrame& frame, const Area& area) const {
  const debug::Snapshot& snapshot = *frame.snapshot;
  const TimePicture& time = *snapshot.time;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto x_of = [&](uint64_t tick) {
    return std::clamp(area.x_of(view_.share_of(static_cast<double>(tick) + 0.5)), area.min.x - 2.f, area.max.x + 1.f);
  };
  const float x = std::round(x_of(now_of(snapshot)));
  const float end = std::clamp(area.x_of(view_.share_of(static_cast<double>(time.frontier.tick) + 1)), area.min.x, area.max.x);
  // What is still to come, as the past sees it.
  if (time.is_past && x < end)
    list.AddRectFilled(ImVec2(x, area.min.y), ImVec2(end, area.max.y), ui.theme.with_alpha(Color::PastFill, 120));
  const float half = std::max(1.f, ui.px(1));
  const auto draw_line = [&](float at, Color color) {
    list.AddRectFilled(ImVec2(at - half, area.min.y - ui.px(2)), ImVec2(at + half, area.max.y), ui.theme[color]);
  };
  if (hovered_ && !dragged_to_) {
    const float hover = std::round(ImGui::GetIO().MousePos.x);
    list.AddRectFilled(ImVec2(hover, area.min.y), ImVec2(hover + 1, area.max.y), ui.theme[Color::Dim]);
  }
  const Color color = time.is_past ? Color::Past : Color::Constant;
  draw_line(x, color);
  const float size = ui.px(4);
  list.AddTriangleFilled(ImVec2(x - size - half, area.min.y - ui.px(3)), ImVec2(x + size + half, area.min.y - ui.px(3)),
                         ImVec2(x, area.min.y + size), ui.theme[color]);
  ui.registry.tag_rect("time/now", ImVec2(x - ui.px(3), area.min.y), ImVec2(x + ui.px(3), area.max.y),
                       std::to_string(now_of(snapshot)));
  if (dragged_to_ && *dragged_to_ != now_of(snapshot)) draw_line(std::round(x_of(*dragged_to_)), Color::Dim);
}

std::string TimeStrip::hint_at(const PanelFrame& frame, const Bookmarks& bookmarks, const Area& area) const {
  const debug::Snapshot& snapshot = *frame.snapshot;
  const TimePicture& time = *snapshot.time;
  const float mouse = ImGui::GetIO().MousePos.x;
  const uint64_t tick = hovered_.value_or(time.begin.tick);
  std::string text = "t=" + grouped(tick);
  if (tick > time.frontier.tick) text += ", not reached yet";
  if (const TimePicture::Depth* sample = sample_at(time.depths, tick); sample != nullptr && snapshot.loaded && snapshot.loaded->names)
    text += "\nabout there in " + displayable(snapshot.loaded->names->func(sample->func)) + ", depth " + std::to_string(sample->depth);
  // The nearest event, when the mouse is as good as on it.
  float nearest = kNear * 1.01f;
  std::string event;
  const auto look = [&](uint64_t at, const std::string& what) {
    const float distance = std::abs(area.x_of(view_.share_of(static_cast<double>(at))) - mouse);
    if (distance >= nearest) return;
    nearest = distance;
    event = "\n" + displayable(what) + " at t=" + grouped(at);
  };
  for (const TimePicture::Mark& mark : time.marks) look(mark.tick, mark.text);
  for (const Bookmark& bookmark : bookmarks.all()) look(bookmark.instant.tick, "bookmark: " + bookmark.text);
  if (time.has_ended) look(time.frontier.tick + 1, snapshot.trap ? "the trap" : "the end of the program");
  return text + event + "\nclick: go there   wheel: zoom   double click: everything";
}

}  // namespace wasmscope::ui
