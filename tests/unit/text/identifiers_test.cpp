// SPDX-License-Identifier: Apache-2.0
#include "engine/text/identifiers.h"

#include <gtest/gtest.h>

namespace wasmscope::text {
namespace {

TEST(IdentifiersTest, KnowsTheCharactersOfAnIdentifier) {
  for (const char* name : {"a", "0", "parse_number", "a.b$c", "__wasm_call_ctors", "!#$%&'*+-./:<=>?@\\^_`|~"})
    EXPECT_TRUE(is_identifier(name)) << name;
  for (const char* name :
       {"", "operator new(unsigned long)", "a b", "a,b", "a;b", "a\"b", "(a)", "[a]", "{a}", "\xc3\xa9", "a\n"})
    EXPECT_FALSE(is_identifier(name)) << name;
}

TEST(IdentifiersTest, NameOfSeveralIsNobodys) {
  wasm::Module module;
  module.funcs.resize(5);
  module.names.funcs.entries = {{0, "one"}, {1, "dummy"}, {2, "dummy"}, {3, "two words"}, {4, ""}};
  const Identifiers identifiers(module);
  EXPECT_EQ(identifiers.find(Space::Func, 0), "one");
  EXPECT_EQ(identifiers.find(Space::Func, 1), "");
  EXPECT_EQ(identifiers.find(Space::Func, 2), "");
  EXPECT_EQ(identifiers.find(Space::Func, 3), "two words");
  EXPECT_EQ(identifiers.find(Space::Func, 4), "");
  EXPECT_EQ(identifiers.describe_func(1), "dummy");
  EXPECT_EQ(identifiers.describe_func(3), "two words");
}

TEST(IdentifiersTest, WhatIsNoPlainIdentifierIsQuoted) {
  EXPECT_EQ(to_identifier("a.b"), "$a.b");
  EXPECT_EQ(to_identifier("operator new(unsigned long)"), "$\"operator new(unsigned long)\"");
  EXPECT_EQ(to_identifier("a\"\n\xe2\x80\xae"), "$\"a\\22\\0a\\e2\\80\\ae\"");
  EXPECT_EQ(to_identifier("na\xc3\xafve"), "$\"na\xc3\xafve\"");
}

TEST(IdentifiersTest, NameOfNothingIsIgnored) {
  wasm::Module module;
  module.funcs.resize(1);
  module.names.funcs.entries = {{1, "beyond"}, {0xfffffffe, "far beyond"}};
  const Identifiers identifiers(module);
  EXPECT_EQ(identifiers.find(Space::Func, 1), "");
  EXPECT_EQ(identifiers.find(Space::Func, 0xfffffffe), "");
  EXPECT_EQ(identifiers.find(Space::Global, 0), "");
}

TEST(IdentifiersTest, DescribesFunctionsByImportAndExport) {
  wasm::Module module;
  module.imports.push_back({"env", "print", wasm::ExternKind::Func, 0, {}});
  module.funcs.resize(2);
  module.funcs[0].import = 0;
  module.imported_funcs = 1;
  module.exports.push_back({"main", wasm::ExternKind::Func, 1, {}});
  module.exports.push_back({"again", wasm::ExternKind::Func, 1, {}});
  module.exports.push_back({"nowhere", wasm::ExternKind::Func, 9, {}});
  const Identifiers identifiers(module);
  EXPECT_EQ(identifiers.describe_func(0), "env.print");
  EXPECT_EQ(identifiers.describe_func(1), "main");
  EXPECT_EQ(identifiers.describe_func(9), "");
}

TEST(IdentifiersTest, CommentCannotBeEndedFromWithin) {
  for (const char* name : {";)", "(;", "x;)(;y", ";;)", "((;", ";);)", "a;"}) {
    const std::string comment = "(;" + to_comment(name) + ";)";
    EXPECT_EQ(comment.find("(;", 1), std::string::npos) << comment;
    EXPECT_EQ(comment.find(";)"), comment.size() - 2) << comment;
  }
  EXPECT_EQ(to_comment("a\nb"), "a\\u{a}b");
}

}  // namespace
}  // namespace wasmscope::text
