// SPDX-License-Identifier: Apache-2.0
// A screen without a display: drawn by the CPU rasteriser, and only when somebody looks at the picture. Time
// stands still between frames, so the same input gives the same picture.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>

#include "app/gui/screen.h"
#include "ui/widgets/soft_raster.h"

namespace wasmscope::app {

class HeadlessScreen : public Screen {
 public:
  HeadlessScreen(int width, int height, float scale);

  bool wait(double seconds) override;
  void wake() override;
  bool is_closing() const override { return false; }
  void set_title(const std::string&) override {}
  Picture picture() override;
  void resize(int width, int height);

 protected:
  void prepare_frame(ImGuiIO& io) override;
  void present(const ImDrawData& data, uint32_t clear_rgb) override;
  void upload_fonts(ImGuiIO& io) override;

 private:
  int width_, height_;
  ui::AtlasImage atlas_;
  uint32_t clear_rgb_ = 0;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_woken_ = false;
};

}  // namespace wasmscope::app
