// SPDX-License-Identifier: Apache-2.0
// A memory with 64-bit addresses: a tree of pointers is built in an arena, searched and rebuilt, n times.
#include "kernel.h"

enum { kNodes = 4096 };
struct Node {
  struct Node *left, *right;
  uint64_t key, count;
};
static struct Node arena[kNodes];
static uint64_t used;

static struct Node* insert(struct Node** at, uint64_t key) {
  while (*at) {
    if ((*at)->key == key) {
      (*at)->count++;
      return *at;
    }
    at = key < (*at)->key ? &(*at)->left : &(*at)->right;
  }
  struct Node* node = &arena[used++];
  *node = (struct Node){0, 0, key, 1};
  return *at = node;
}

static uint64_t sum_of(const struct Node* node, uint64_t depth) {
  uint64_t sum = 0;
  while (node) {
    sum += node->key * node->count + depth;
    sum += sum_of(node->left, ++depth);
    node = node->right;
  }
  return sum;
}

int run(int n) {
  uint64_t x = 1, total = 0;
  for (int r = 0; r < n; r++) {
    struct Node* root = 0;
    used = 0;
    for (int i = 0; i < kNodes; i++) {
      x = x * 6364136223846793005u + 1442695040888963407u;
      insert(&root, x >> 50);
    }
    total = total * 31 + sum_of(root, 0);
  }
  return (int)(total ^ total >> 32);
}
