// SPDX-License-Identifier: Apache-2.0
// Any bytes as the query of libvirt's URI: the script that stands for it is read as a shell and then ssh read
// it, by a parser of quoted words, and says the known_hosts file that the URI says; the other parameters stay
// as they are.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/hypervisor/ssh_command.h"
#include "tests/support/temp_dir.h"

namespace {

using Words = std::vector<std::string>;

// The words of a line of sh in which nothing is quoted but by ' and ", and a backslash stands only before
// what it takes the meaning of. Anything else that means something to a shell is the end of the fuzzer.
Words words_of_shell(std::string_view line) {
  Words words;
  char quote = 0;
  bool is_begun = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_word = quote != 0 || c != ' ';
    if (is_word && !std::exchange(is_begun, true)) words.emplace_back();
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == '\'') {
      words.back() += c;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\') {
      if (++i == line.size()) std::abort();
      words.back() += line[i];
    } else if (!is_word) {
      is_begun = false;
    } else if (quote == 0 && std::string_view("\n;&|<>()$`*?[#~!{}\t").find(c) != std::string_view::npos) {
      std::abort();
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) std::abort();
  return words;
}

// A file's name in double quotes as ssh(1) takes it: a backslash before a quote or a backslash, %% for %.
std::string name_of_ssh(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') std::abort();
  text = text.substr(1, text.size() - 2);
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || (text[i] == '$' && text.substr(i + 1).starts_with('{'))) std::abort();
    if (text[i] == '\\' || text[i] == '%') {
      if (i + 1 == text.size()) std::abort();
      ++i;
      if (text[i] != text[i - 1] && (text[i - 1] == '%' || text[i] != '"')) std::abort();
    }
    name += text[i];
  }
  return name;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_coded =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    plain += is_coded ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (is_coded) i += 2;
  }
  return plain;
}

// What the first parameter of the name says.
std::string value_in(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
      return std::string(one.substr(name.size() + 1));
  }
  return {};
}

void check_script(const std::string& script, const std::string& known_hosts) {
  constexpr std::string_view kBegin = "#!/bin/sh\n";
  if (!script.starts_with(kBegin) || !script.ends_with(" \"$@\"\n")) std::abort();
  const std::string line = script.substr(kBegin.size(), script.size() - kBegin.size() - 6);
  std::string said;
  for (const std::string& word : words_of_shell(line)) {
    constexpr std::string_view kOption = "UserKnownHostsFile=";
    if (word.starts_with(kOption)) said = name_of_ssh(std::string_view(word).substr(kOption.size()));
  }
  if (said != known_hosts) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const attune::test::TempDir kDir;
  const std::string query(reinterpret_cast<const char*>(data), size);
  if (query.find("command=") != query.npos) return 0;  // the author's own stays
  const std::string folder = kDir.path().string();
  const auto uri = attune::hypervisor::with_ssh_command("qemu+ssh://h/system?" + query, folder, {});
  if (!uri) {
    if (uri.error().code != attune::ErrorCode::kInvalid || uri.error().message.empty()) std::abort();
    return 0;
  }
  const std::string mark = "command=" + folder;
  const size_t at = uri->rfind(mark);
  if (at == uri->npos) std::abort();
  const std::string file = uri->substr(at + mark.size());
  check_script(kDir.read(file.substr(1)), decoded(value_in(query, "known_hosts")));
  std::filesystem::remove(folder + file);
  return 0;
}
