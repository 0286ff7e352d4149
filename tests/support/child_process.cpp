// SPDX-License-Identifier: Apache-2.0
#include "tests/support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

namespace wasmscope::test {
namespace {

using File = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

File make_file(const std::string& contents = {}) {
  File file(std::tmpfile());
  if (!file) throw std::runtime_error("no temporary file");
  if (std::fwrite(contents.data(), 1, contents.size(), file.get()) != contents.size())
    throw std::runtime_error("cannot write a temporary file");
  std::rewind(file.get());
  return file;
}

std::string contents_of(const File& file) {
  std::string text;
  std::rewind(file.get());
  char buffer[65536];
  for (size_t count; (count = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) text.append(buffer, count);
  return text;
}

// Kept from the caller's environment: what sanitizers and coverage need; nothing that changes the output.
std::vector<std::string> make_environment() {
  std::vector<std::string> environment = {"LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/nonexistent"};
  for (const char* name : {"PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"})
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  return environment;
}

std::vector<char*> to_pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& each : strings) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

int open_pipe_without_reader() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  ::close(ends[0]);
  return ends[1];
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& arguments, const ChildOptions& options) {
  const File input = make_file(options.input), output = make_file(), error = make_file();
  const bool is_closed = options.output == ChildOptions::Output::ClosedPipe;
  const int closed = is_closed ? open_pipe_without_reader() : -1;

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (options.input_file.empty())
    posix_spawn_file_actions_adddup2(&actions, ::fileno(input.get()), STDIN_FILENO);
  else
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, options.input_file.c_str(), O_RDONLY, 0);
  if (options.output_file.empty())
    posix_spawn_file_actions_adddup2(&actions, is_closed ? closed : ::fileno(output.get()), STDOUT_FILENO);
  else
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, options.output_file.c_str(), O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ::fileno(error.get()), STDERR_FILENO);

  std::vector<std::string> words = arguments, environment = make_environment();
  ChildResult result;
  pid_t child = 0;
  const int status = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr, to_pointers(words).data(),
                                   to_pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (is_closed) ::close(closed);
  if (status != 0) throw std::runtime_error("cannot start " + words[0]);

  const auto deadline = std::chrono::steady_clock::now() + options.timeout;
  int ended = 0;
  rusage usage{};
  for (auto pause = std::chrono::microseconds(200); ::wait4(child, &ended, WNOHANG, &usage) == 0;) {
    if (std::chrono::steady_clock::now() > deadline && !result.timed_out) {
      result.timed_out = true;
      ::kill(child, SIGKILL);
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(10000));
  }
  if (WIFEXITED(ended)) result.exit_code = WEXITSTATUS(ended);
  if (WIFSIGNALED(ended)) result.signal = WTERMSIG(ended);
  result.peak_kib = usage.ru_maxrss;
  result.out = contents_of(output);
  result.err = contents_of(error);
  return result;
}

}  // namespace wasmscope::test
