// SPDX-License-Identifier: Apache-2.0
// A dense switch in a loop: a small register machine runs a mixing program of n rounds.
#include "kernel.h"

enum {
  HALT, LI, MOV, ADD, SUB, MUL, AND, OR, XOR, SHL, SHR, ADDI, SUBI, MULI, ANDI, XORI, SHRI,
  JMP, JZ, JNZ, JLT, JGE, LD, ST, SKIP, SWAP
};
#define I(op, a, b, c) ((op) | ((a) << 8) | ((b) << 16) | ((uint32_t)(c) << 24))

static uint32_t memory[256];
static const uint32_t program[] = {
    /*  0 */ I(LI, 0, 0, 1), I(LI, 1, 0, 0), I(LI, 2, 0, 0),
    /*  3 */ I(MULI, 0, 0, 61), I(ADDI, 0, 0, 17), I(XORI, 0, 0, 90), I(SHRI, 3, 0, 5), I(XOR, 0, 0, 3),
    /*  8 */ I(ANDI, 4, 0, 255), I(LD, 5, 4, 0), I(ADD, 5, 5, 0), I(ST, 5, 4, 0), I(ANDI, 6, 5, 1), I(JZ, 6, 0, 16),
    /* 14 */ I(SUB, 1, 1, 5), I(JMP, 0, 0, 18),
    /* 16 */ I(ADD, 1, 1, 5), I(SWAP, 1, 7, 0),
    /* 18 */ I(SHL, 8, 6, 4), I(OR, 8, 8, 6), I(SKIP, 0, 0, 0), I(MOV, 9, 8, 0), I(MUL, 9, 9, 9), I(SUBI, 9, 9, 3),
    /* 24 */ I(AND, 9, 9, 0), I(SHR, 9, 9, 6),
    /* 26 */ I(ADD, 1, 1, 9), I(ADDI, 2, 2, 1), I(JLT, 2, 15, 3), I(HALT, 0, 0, 0)};

int run(int n) {
  for (int i = 0; i < 256; i++) memory[i] = (uint32_t)i * 2654435761u;
  uint32_t r[16];
  for (int i = 0; i < 16; i++) r[i] = 0;
  r[15] = (uint32_t)n;
  uint32_t pc = 0;
  for (;;) {
    const uint32_t word = program[pc++], a = (word >> 8) & 15, b = (word >> 16) & 15, c = word >> 24;
    switch (word & 255) {
      case HALT: return (int)(r[1] ^ r[7] ^ r[0]);
      case LI: r[a] = c; break;
      case MOV: r[a] = r[b]; break;
      case ADD: r[a] = r[b] + r[c & 15]; break;
      case SUB: r[a] = r[b] - r[c & 15]; break;
      case MUL: r[a] = r[b] * r[c & 15]; break;
      case AND: r[a] = r[b] & r[c & 15]; break;
      case OR: r[a] = r[b] | r[c & 15]; break;
      case XOR: r[a] = r[b] ^ r[c & 15]; break;
      case SHL: r[a] = r[b] << (r[c & 15] & 31); break;
      case SHR: r[a] = r[b] >> (r[c & 15] & 31); break;
      case ADDI: r[a] = r[b] + c; break;
      case SUBI: r[a] = r[b] - c; break;
      case MULI: r[a] = r[b] * c; break;
      case ANDI: r[a] = r[b] & c; break;
      case XORI: r[a] = r[b] ^ c; break;
      case SHRI: r[a] = r[b] >> (c & 31); break;
      case JMP: pc = c; break;
      case JZ: if (!r[a]) pc = c; break;
      case JNZ: if (r[a]) pc = c; break;
      case JLT: if (r[a] < r[b]) pc = c; break;
      case JGE: if (r[a] >= r[b]) pc = c; break;
      case LD: r[a] = memory[r[b] & 255]; break;
      case ST: memory[r[b] & 255] = r[a]; break;
      case SKIP: break;
      case SWAP: {
        const uint32_t t = r[a];
        r[a] = r[b];
        r[b] = t;
        break;
      }
      default: return -1;
    }
  }
}
