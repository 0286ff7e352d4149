// SPDX-License-Identifier: Apache-2.0
// Places each asset between two symbols. File names are relative to the root of the repository.
#define TEXT_OF(path) #path
#define QUOTED(path) TEXT_OF(path)
#define EMBED(symbol, path) \
  .balign 16;               \
  .globl symbol;            \
  symbol:                   \
  .incbin QUOTED(path);     \
  .globl symbol##_end;      \
  symbol##_end:             \
  .byte 0;

  .section .rodata

#define SAMPLE(name, entry, traps, input, summary) EMBED(wasmscope_sample_##name, assets/samples/name/name.wasm)
#include "assets/samples.def"

EMBED(wasmscope_mono_font, assets/fonts/JetBrainsMono-Regular.ttf)

  .section .note.GNU-stack, "", %progbits
