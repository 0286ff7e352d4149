// SPDX-License-Identifier: Apache-2.0
// Reads text from standard input and prints its most frequent words, as a table.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kBuckets = 1024, kWordBytes = 48, kRows = 10 };

struct Word {
  struct Word *next;
  int count;
  char text[kWordBytes];
};

static struct Word *buckets[kBuckets];
static int distinct;

static unsigned hash_text(const char *text) {
  unsigned hash = 2166136261u;
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 16777619u;
  return hash;
}

static void count_word(const char *text) {
  struct Word **bucket = &buckets[hash_text(text) % kBuckets];
  for (struct Word *word = *bucket; word; word = word->next) {
    if (strcmp(word->text, text) == 0) {
      word->count++;
      return;
    }
  }
  struct Word *word = calloc(1, sizeof *word);
  if (!word) exit(1);
  strcpy(word->text, text);
  word->count = 1;
  word->next = *bucket;
  *bucket = word;
  distinct++;
}

static int compare_words(const void *left, const void *right) {
  const struct Word *a = *(struct Word *const *)left;
  const struct Word *b = *(struct Word *const *)right;
  return a->count != b->count ? b->count - a->count : strcmp(a->text, b->text);
}

static void print_table(void) {
  struct Word **sorted = malloc((size_t)(distinct + 1) * sizeof *sorted);
  if (!sorted) exit(1);
  int used = 0;
  for (int i = 0; i < kBuckets; i++) {
    for (struct Word *word = buckets[i]; word; word = word->next) sorted[used++] = word;
  }
  qsort(sorted, (size_t)used, sizeof *sorted, compare_words);
  for (int i = 0; i < used && i < kRows; i++) printf("%6d  %s\n", sorted[i]->count, sorted[i]->text);
  free(sorted);
}

int main(void) {
  char text[kWordBytes];
  int length = 0, words = 0, lines = 0, c;
  do {
    c = getchar();
    if (c == '\n') lines++;
    if (c != EOF && (isalpha(c) || c == '\'')) {
      if (length < kWordBytes - 1) text[length++] = (char)tolower(c);
    } else if (length) {
      text[length] = 0;
      count_word(text);
      words++;
      length = 0;
    }
  } while (c != EOF);
  print_table();
  printf("%6d  words, %d of them distinct, on %d lines\n", words, distinct, lines);
  return 0;
}
