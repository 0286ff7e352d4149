// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/guarded_code.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <thread>

#include "engine/base/os/reservation.h"

namespace wasmscope {
namespace {

#if defined(__linux__) && defined(__x86_64__)

// Loads what it is given the address of; after a fault the answer is -1.
class Loader {
 public:
  Loader() {
    const uint8_t code[] = {0x8B, 0x07,                      // mov eax, [rdi]
                            0xC3,                            // ret
                            0xB8, 0xFF, 0xFF, 0xFF, 0xFF,    // exit: mov eax, -1
                            0xC3};
    page_ = mmap(nullptr, Reservation::page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    // Not at the beginning: sanitizers look in front of what is called.
    begin_ = static_cast<uint8_t*>(page_) + 64;
    std::memcpy(begin_, code, sizeof code);
    mprotect(page_, Reservation::page_bytes(), PROT_READ | PROT_EXEC);
    code_.add(begin_, sizeof code, {{0, 3}});
  }
  ~Loader() { munmap(page_, Reservation::page_bytes()); }
  int load(const void* from) const {
    const GuardedCode::Scope scope(&code_);
    return load_unguarded(from);
  }
  int load_unguarded(const void* from) const { return reinterpret_cast<int (*)(const void*)>(begin_)(from); }
  GuardedCode& code() { return code_; }
  const void* begin() const { return begin_; }

 private:
  void* page_;
  uint8_t* begin_ = nullptr;
  GuardedCode code_;
};

class GuardedCodeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(GuardedCode::is_available());
    memory = Reservation::reserve(2 * Reservation::page_bytes());
    ASSERT_TRUE(memory && memory->commit(Reservation::page_bytes()));
    guard = memory->data() + Reservation::page_bytes();
    const int number = 7;
    std::memcpy(memory->data(), &number, sizeof number);
  }
  std::optional<Reservation> memory;
  const uint8_t* guard = nullptr;
  Loader loader;
};

TEST_F(GuardedCodeTest, AFaultGoesOnAtTheExit) {
  EXPECT_EQ(loader.load(memory->data()), 7);
  EXPECT_EQ(loader.load(guard), -1);
  EXPECT_EQ(loader.load(guard - 2), -1);
  EXPECT_EQ(loader.load(memory->data()), 7);
}

TEST_F(GuardedCodeTest, EveryThreadHasItsOwnCode) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const Loader own;
      for (int k = 0; k < 200; ++k) EXPECT_EQ(own.load(guard), -1);
    });
  for (std::thread& thread : threads) thread.join();
}

TEST_F(GuardedCodeTest, CodeIsFoundByItsRange) {
  const auto begin = reinterpret_cast<uintptr_t>(loader.begin());
  EXPECT_EQ(loader.code().exit_of(begin), begin + 3);
  EXPECT_EQ(loader.code().exit_of(begin - 1), 0u);
  EXPECT_EQ(loader.code().exit_of(begin + 9), 0u);
  loader.code().remove(loader.begin());
  EXPECT_EQ(loader.code().exit_of(begin), 0u);
}

// An `int3`, and what it should go on at.
class StoppingCode {
 public:
  StoppingCode() {
    const uint8_t code[] = {0xCC,                            // int3
                            0xB8, 0x01, 0x00, 0x00, 0x00,    // mov eax, 1
                            0xC3,                            // ret
                            0xB8, 0x05, 0x00, 0x00, 0x00,    // exit: mov eax, 5
                            0xC3};
    page_ = mmap(nullptr, Reservation::page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    begin_ = static_cast<uint8_t*>(page_) + 64;
    std::memcpy(begin_, code, sizeof code);
    mprotect(page_, Reservation::page_bytes(), PROT_READ | PROT_EXEC);
    code_.add_stop(begin_, begin_ + 7);
  }
  ~StoppingCode() { munmap(page_, Reservation::page_bytes()); }
  int run() const {
    const GuardedCode::Scope scope(&code_);
    return reinterpret_cast<int (*)()>(begin_)();
  }
  void remove_stop() { code_.remove_stop(begin_); }

 private:
  void* page_;
  uint8_t* begin_ = nullptr;
  GuardedCode code_;
};

TEST(GuardedCodeStops, GoOnAtTheirExits) {
  ASSERT_TRUE(GuardedCode::is_available());
  const StoppingCode code;
  EXPECT_EQ(code.run(), 5);
  EXPECT_EQ(code.run(), 5);
}

TEST(GuardedCodeStopsDeathTest, OfOthersStayTheirs) {
  ASSERT_TRUE(GuardedCode::is_available());
  StoppingCode code;
  code.remove_stop();
  EXPECT_DEATH(code.run(), "");
}

using GuardedCodeDeathTest = GuardedCodeTest;

TEST_F(GuardedCodeDeathTest, OtherFaultsStayFaults) {
  EXPECT_DEATH(loader.load_unguarded(guard), "");
  EXPECT_DEATH(
      {
        const GuardedCode::Scope scope(&loader.code());
        *const_cast<volatile uint8_t*>(guard) = 1;
      },
      "");
}

#endif

}  // namespace
}  // namespace wasmscope
