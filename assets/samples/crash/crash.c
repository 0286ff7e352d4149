// SPDX-License-Identifier: Apache-2.0
// Reads a weather report in a JSON-like notation and prints each station's highest reading.
// It has one bug on purpose: the report outgrew the buffer it is copied to, so it ends in the middle
// of a number, and the loop that reads numbers only ends at a comma or a bracket.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

enum { kReportBytes = 200 };

static const char kReport[] =
    "{\"Alder Creek\": [112, 118, 97, 131],\n"
    " \"Birch Hollow\": {\"upper\": [84, 91, 102], \"lower\": [95, 99]},\n"
    " \"Cedar Point\": [141, 138, 144, 150, 149],\n"
    " \"Dogwood Ridge\": {\"upper\": [77, 81], \"lower\": [88, 90, 1214, 93, 87]}}\n";

struct Parser {
  const char *cursor;
  char label[32];
  int depth;
  int numbers;
  int highest;
};

static int parse_value(struct Parser *parser);

NOINLINE static void skip_space(struct Parser *parser) {
  while (*parser->cursor == ' ' || *parser->cursor == '\n') parser->cursor++;
}

NOINLINE static void parse_label(struct Parser *parser) {
  int length = 0;
  parser->cursor++;
  while (*parser->cursor != '"') {
    if (length < (int)sizeof parser->label - 1) parser->label[length++] = *parser->cursor;
    parser->cursor++;
  }
  parser->label[length] = 0;
  parser->cursor++;
}

NOINLINE static int parse_number(struct Parser *parser) {
  const char *digit = parser->cursor;
  int value = 0;
  while (*digit != ',' && *digit != ']' && *digit != '}') {
    value = value * 10 + (*digit - '0');
    digit++;
  }
  parser->cursor = digit;
  parser->numbers++;
  return value;
}

NOINLINE static int parse_array(struct Parser *parser) {
  int highest = 0;
  int count = 0;
  parser->cursor++;
  skip_space(parser);
  while (*parser->cursor != ']') {
    int value = parse_value(parser);
    if (value > highest) highest = value;
    count++;
    if (*parser->cursor == ',') parser->cursor++;
    skip_space(parser);
  }
  parser->cursor++;
  printf("%*s%-14s %d readings; highest %d\n", 2 * parser->depth, "", parser->label, count, highest);
  return highest;
}

NOINLINE static int parse_object(struct Parser *parser) {
  int highest = 0;
  parser->cursor++;
  parser->depth++;
  skip_space(parser);
  while (*parser->cursor != '}') {
    parse_label(parser);
    skip_space(parser);
    parser->cursor++;
    int value = parse_value(parser);
    if (value > highest) highest = value;
    if (*parser->cursor == ',') parser->cursor++;
    skip_space(parser);
  }
  parser->cursor++;
  parser->depth--;
  return highest;
}

NOINLINE static int parse_value(struct Parser *parser) {
  skip_space(parser);
  int value;
  switch (*parser->cursor) {
    case '{': value = parse_object(parser); break;
    case '[': value = parse_array(parser); break;
    default: value = parse_number(parser); break;
  }
  if (value > parser->highest) parser->highest = value;
  return value;
}

NOINLINE static int summarize_report(const char *text) {
  struct Parser parser = {.cursor = text};
  int highest = parse_value(&parser);
  printf("%d numbers; highest of all %d\n", parser.numbers, highest);
  return highest;
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);  // so that each line is out before the trap
  char *text = malloc(kReportBytes);
  if (!text) return 1;
  memcpy(text, kReport, kReportBytes);
  printf("Weather report of %d bytes\n", (int)sizeof kReport - 1);
  summarize_report(text);
  free(text);
  return 0;
}
