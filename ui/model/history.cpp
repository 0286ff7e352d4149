// SPDX-License-Identifier: Apache-2.0
#include "ui/model/history.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kMostPlaces = 500;

}  // namespace

void History::update(const Place& from) {
  if (places_.empty()) places_.push_back(from);
  places_[at_] = from;
}

void History::jump(const Place& from, const Place& to) {
  if (from == to) return;
  update(from);
  places_.resize(at_ + 1);
  places_.push_back(to);
  if (places_.size() > kMostPlaces) places_.erase(places_.begin());
  at_ = places_.size() - 1;
}

Place History::go_back(const Place& from) {
  update(from);
  return places_[--at_];
}

Place History::go_forward(const Place& from) {
  update(from);
  return places_[++at_];
}

void History::clear() {
  places_.clear();
  at_ = 0;
}

}  // namespace wasmscope::ui
