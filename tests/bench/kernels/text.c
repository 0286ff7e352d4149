// SPDX-License-Identifier: Apache-2.0
// A C library at work: records are printed with snprintf, read back with strtod and strtol, kept in a hash
// table on the heap, sorted with qsort, n times.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

enum { kRecords = 400, kBuckets = 64 };
struct Record {
  struct Record* next;
  double weight;
  long id;
  char name[1];
};

static int by_weight(const void* a, const void* b) {
  const struct Record *x = *(struct Record* const*)a, *y = *(struct Record* const*)b;
  if (x->weight != y->weight) return x->weight < y->weight ? -1 : 1;
  const int order = strcmp(x->name, y->name);
  return order ? order : (int)(x->id - y->id);
}

static struct Record* parse(const char* line) {
  char* end;
  const long id = strtol(line, &end, 10);
  const double weight = strtod(end + 1, &end);
  const size_t length = strlen(end + 1);
  struct Record* record = malloc(sizeof *record + length);
  record->id = id;
  record->weight = weight;
  memcpy(record->name, end + 1, length + 1);
  return record;
}

int run(int n) {
  uint32_t seed = 7, sum = 0;
  for (int r = 0; r < n; r++) {
    struct Record *buckets[kBuckets] = {0}, *sorted[kRecords];
    for (int i = 0; i < kRecords; i++) {
      seed = seed * 1664525u + 1013904223u;
      char line[80];
      snprintf(line, sizeof line, "%d,%.6g,item-%04x-%s", i, (double)(int32_t)seed / 1234.5, (unsigned)seed >> 16,
               seed & 1 << 20 ? "odd" : "even");
      struct Record* record = parse(line);
      uint32_t hash = 5381;
      for (const char* p = record->name; *p; p++) hash = hash * 33 ^ (unsigned char)*p;
      record->next = buckets[hash % kBuckets];
      buckets[hash % kBuckets] = record;
    }
    int count = 0;
    for (int b = 0; b < kBuckets; b++)
      for (struct Record* record = buckets[b]; record; record = record->next) sorted[count++] = record;
    qsort(sorted, (size_t)count, sizeof *sorted, by_weight);
    for (int i = 0; i < count; i++) {
      sum = sum * 31 + (uint32_t)sorted[i]->id;
      free(sorted[i]);
    }
  }
  return (int)sum;
}
