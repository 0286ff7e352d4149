// SPDX-License-Identifier: Apache-2.0
#include "app/gui/headless_screen.h"

#include <chrono>
#include <utility>

namespace wasmscope::app {
namespace {

constexpr float kFrameSeconds = 1.f / 60;

}  // namespace

HeadlessScreen::HeadlessScreen(int width, int height, float scale) : width_(width), height_(height) {
  // More vertices than 16-bit indices reach need an offset, which the rasteriser honours.
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  start(scale > 0 ? scale : 1);
}

bool HeadlessScreen::wait(double seconds) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return is_woken_; });
  return std::exchange(is_woken_, false);
}

void HeadlessScreen::wake() {
  const std::lock_guard lock(mutex_);
  is_woken_ = true;
  woken_.notify_all();
}

void HeadlessScreen::resize(int width, int height) {
  width_ = width;
  height_ = height;
}

void HeadlessScreen::prepare_frame(ImGuiIO& io) {
  io.DisplaySize = ImVec2(static_cast<float>(width_), static_cast<float>(height_));
  io.DeltaTime = kFrameSeconds;
}

void HeadlessScreen::present(const ImDrawData&, uint32_t clear_rgb) { clear_rgb_ = clear_rgb; }

void HeadlessScreen::upload_fonts(ImGuiIO& io) {
  unsigned char* pixels = nullptr;
  io.Fonts->GetTexDataAsRGBA32(&pixels, &atlas_.width, &atlas_.height);
  atlas_.rgba = pixels;
  io.Fonts->SetTexID(static_cast<ImTextureID>(nullptr));
}

Picture HeadlessScreen::picture() {
  ui::SoftRaster raster(width_, height_);
  raster.clear(clear_rgb_);
  if (const ImDrawData* data = ImGui::GetDrawData()) raster.draw(*data, atlas_);
  return {width_, height_, {raster.rgba().begin(), raster.rgba().end()}};
}

}  // namespace wasmscope::app
