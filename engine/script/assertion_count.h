// SPDX-License-Identifier: Apache-2.0
// How many assertions a script has, counted in its characters and by nothing that the runner uses: what the
// reader lost or the runner did not report shows as a difference.
#pragma once
#include <cstdint>
#include <string_view>

namespace wasmscope::script {

uint64_t count_assertions(std::string_view source);

}  // namespace wasmscope::script
