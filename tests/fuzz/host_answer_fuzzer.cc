// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a host answers: at the beginning of a command, and to the survey of a deployment. Never a
// crash; where the command's own output begins does not hang on the pieces in which it comes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/deploy/deployment.h"
#include "runtime/transport/prologue.h"

namespace {

using Reader = attune::transport::PrologueReader;

std::string output_in_pieces(Reader& reader, std::string_view bytes, size_t piece) {
  std::string output;
  for (size_t at = 0; at < bytes.size() && reader.state() != Reader::State::kGarbled; at += piece)
    output += reader.feed(bytes.substr(at, piece));
  return output;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Reader whole("mark"), pieces("mark");
  const std::string output = output_in_pieces(whole, bytes, std::max<size_t>(size, 1));
  const std::string same = output_in_pieces(pieces, bytes, 3);
  const bool runs = whole.state() == Reader::State::kRunning;
  if (runs && whole.group() <= 1) std::abort();
  if (runs && pieces.state() == Reader::State::kRunning && output != same) std::abort();
  const attune::deploy::Survey survey = attune::deploy::read_survey(bytes);
  if (survey.missing_tools.size() > size || survey.missing_interpreters.size() > size) std::abort();
  return 0;
}
