// SPDX-License-Identifier: Apache-2.0
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;
using test::fixture;

// Stopped in `shape`, when everything it refers to is on the operand stack.
class ObjectListing : public ::testing::Test {
 protected:
  ObjectListing() {
    session_.run("break list");
    session_.run("run shape");
    session_.run("finish");
  }
  void expect(const std::string& command, const std::vector<std::string>& parts) {
    const std::string text = session_.run(command);
    for (const std::string& part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
  DebugSession session_{fixture("objects")};
};

TEST_F(ObjectListing, NamesFieldsAndFollowsReferences) {
  expect("object $last", {"$node 0x", ": struct, 2 fields, 24 bytes", "0  $value  i32               1", "$next   (ref null $node)  $node 0x"});
  expect("object $last.next.$next", {"$leaf 0x", "2  $weight  f64               2.5"});
  expect("object g0.1.1", {"$leaf 0x"});
  expect("object $origin", {"1  $y  i16  65534 (-2)"});
}

TEST_F(ObjectListing, ShowsArraysInRanges) {
  expect("object $corners", {"$points 0x", ": array, 3 elements, 32 bytes", "2  (ref null $point)  null"});
  expect("object l0 1 1", {"1  (ref null $point)  $point 0x", "... 1 more"});
  expect("object l0[1]", {"$x  i16  300"});
  expect("object s0", {"text \"triangle\"", "0  i8  116"});
}

TEST_F(ObjectListing, ShowsReferencesInLocalsStackGlobalsAndTables) {
  expect("locals", {"$points[3] 0x", "null"});
  expect("stack", {"$letters[8] 0x", "i31 -7", "list #0", "$node 0x"});
  expect("globals", {"$node 0x", "$point 0x"});
  session_.run("nexti 3");
  session_.run("nexti 4");
  expect("table 0", {"2  $shape 0x"});
}

TEST_F(ObjectListing, SaysWhatIsNoObject) {
  EXPECT_NE(session_.fail("object $nobody").find("no such reference"), std::string::npos);
  EXPECT_NE(session_.fail("object $last.value").find("`value` of $node is 1, no object"), std::string::npos);
  EXPECT_NE(session_.fail("object $last.colour").find("$node has no `colour`"), std::string::npos);
  EXPECT_NE(session_.fail("object 0x12345").find("there is no object"), std::string::npos);
  EXPECT_NE(session_.fail("object $corners[7]").find("$points has no `7`"), std::string::npos);
  session_.fail("object");
}

TEST(Objects, OfWhatWasCollectedNothingIsLeft) {
  DebugSession session(fixture("objects"));
  session.run("run churn 3000");
  const std::string text = session.run("object $last");
  EXPECT_NE(text.find("$node 0x"), std::string::npos);
  const std::string hash = session.run("hash");
  session.run("seek start");
  session.run("continue");
  EXPECT_EQ(session.run("hash"), hash) << "collections happen at the same places";
}

}  // namespace
}  // namespace wasmscope::debug
