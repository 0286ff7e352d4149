// SPDX-License-Identifier: Apache-2.0
// Dear ImGui as this program uses it: the distribution's 1.86, while later versions compile too. Calls whose
// form changed in between are wrapped here and nowhere else.
#pragma once
#include <imgui.h>

namespace wasmscope::ui {

inline bool begin_child(const char* id, ImVec2 size, ImGuiWindowFlags flags = 0) {
#if IMGUI_VERSION_NUM >= 19000
  return ImGui::BeginChild(id, size, 0, flags);
#else
  return ImGui::BeginChild(id, size, false, flags);
#endif
}

template <class Visitor>
void for_each_list(const ImDrawData& data, Visitor visit) {
#if IMGUI_VERSION_NUM >= 18980
  for (const ImDrawList* list : data.CmdLists) visit(*list);
#else
  for (int i = 0; i < data.CmdListsCount; ++i) visit(*data.CmdLists[i]);
#endif
}

inline bool has_glyph(const ImFont& font, ImWchar character) {
#if IMGUI_VERSION_NUM >= 19200
  return const_cast<ImFont&>(font).IsGlyphInFont(character);
#else
  return font.FindGlyphNoFallback(character) != nullptr;
#endif
}

}  // namespace wasmscope::ui
