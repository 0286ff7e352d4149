// SPDX-License-Identifier: Apache-2.0
#include <stb/stb_image_write.h>

#include "app/gui/screen.h"

namespace wasmscope::app {

std::expected<void, std::string> write_png(const Picture& picture, const std::string& path) {
  if (stbi_write_png(path.c_str(), picture.width, picture.height, 4, picture.rgba.data(), picture.width * 4) == 0)
    return std::unexpected("cannot write " + path);
  return {};
}

}  // namespace wasmscope::app
