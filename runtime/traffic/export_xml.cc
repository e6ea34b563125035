// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/export_xml.h"

#include <tinyxml2.h>

namespace attune::traffic {
namespace {

void write(const Matrix& matrix, tinyxml2::XMLPrinter& out) {
  for (const Party& party : matrix.parties) {
    out.OpenElement("party");
    out.PushAttribute("name", clean(party.name).c_str());
    out.PushAttribute("kind", party.is_vm ? "machine" : "address");
    if (const Knowledge knowledge = knowledge_of(matrix, party.name); knowledge != Knowledge::kComplete)
      out.PushAttribute("received", std::string(name_of(knowledge)).c_str());
    out.CloseElement();
  }
  for (const Cell& cell : matrix.cells) {
    out.OpenElement("sent");
    out.PushAttribute("from", clean(matrix.parties[cell.from].name).c_str());
    out.PushAttribute("to", clean(matrix.parties[cell.to].name).c_str());
    out.PushAttribute("messages", plain_number(cell.volume.messages).c_str());
    out.PushAttribute("bytes", plain_number(cell.volume.bytes).c_str());
    out.CloseElement();
  }
}

}  // namespace

std::string export_xml(const std::vector<PeriodMatrix>& periods) {
  tinyxml2::XMLPrinter out;
  out.PushHeader(false, true);
  out.OpenElement("traffic");
  out.PushAttribute("version", "1");
  for (const PeriodMatrix& one : periods) {
    out.OpenElement("period");
    out.PushAttribute("start", time_text(one.period.start).c_str());
    out.PushAttribute("seconds", std::to_string(one.period.seconds).c_str());
    write(one.matrix, out);
    out.CloseElement();
  }
  out.CloseElement();
  return out.CStr();
}

}  // namespace attune::traffic
