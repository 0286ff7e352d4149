// SPDX-License-Identifier: Apache-2.0
#include "ui/model/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "ui/model/command_table.h"
#include "ui/model/window_action.h"

namespace wasmscope::ui {
namespace {

TEST(Chord, ReadsAndWritesTheSameText) {
  for (const char* text : {"F5", "Ctrl+P", "Ctrl+Shift+P", "Shift+F11", "Esc", "Ctrl+Up", "Alt+1", "[", "Ctrl+Plus"}) {
    const auto chord = chord_from_text(text);
    ASSERT_TRUE(chord) << text;
    EXPECT_EQ(to_text(*chord), text);
  }
}

TEST(Chord, IgnoresCase) { EXPECT_EQ(chord_from_text("ctrl+f5"), (Chord{Key::F5, kCtrl})); }

TEST(Chord, KnowsEscapeByBothNames) { EXPECT_EQ(chord_from_text("Escape"), chord_from_text("Esc")); }

TEST(Chord, RefusesWhatIsNoKey) {
  for (const char* text : {"", "F13", "Ctrl+", "Meta+P", "Ctrl+Shift"}) EXPECT_FALSE(chord_from_text(text)) << text;
}

TEST(CommandTable, EveryKeyIsKnownAndUsedOnce) {
  std::set<std::string> seen;
  for (const CommandRow& row : command_rows()) {
    if (row.key_text.empty()) continue;
    EXPECT_NE(row.chord.key, Key::None) << row.key_text;
    EXPECT_TRUE(seen.insert(to_text(row.chord)).second) << row.key_text;
  }
  for (const WindowActionRow& row : window_action_rows()) {
    if (row.key_text.empty()) continue;
    EXPECT_NE(row.chord.key, Key::None) << row.key_text;
    EXPECT_TRUE(seen.insert(to_text(row.chord)).second) << row.key_text;
  }
}

TEST(CommandTable, TitlesAreReadable) { EXPECT_EQ(row_of(Command::StepInto).title, "Step into"); }

}  // namespace
}  // namespace wasmscope::ui
