// SPDX-License-Identifier: Apache-2.0
#include "ui/model/bookmarks.h"

#include <algorithm>

namespace wasmscope::ui {

void Bookmarks::toggle(Bookmark bookmark) {
  const auto at = std::ranges::lower_bound(all_, bookmark.instant, {}, &Bookmark::instant);
  if (at != all_.end() && at->instant == bookmark.instant)
    all_.erase(at);
  else
    all_.insert(at, std::move(bookmark));
}

}  // namespace wasmscope::ui
