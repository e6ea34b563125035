// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/picture.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/base/utf8.h"
#include "runtime/traffic/export_text.h"

namespace attune::traffic {
namespace {

constexpr size_t kLongest = 24;
constexpr double kCharacter = 7;  // pixels

// Of cleaned text.
size_t characters(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(std::max<size_t>(utf8_length(text), 1));
  return count;
}

}  // namespace

std::string short_name(std::string_view name) {
  const std::string whole = clean(name);
  if (characters(whole) <= kLongest) return whole;
  std::string_view rest = whole;
  for (size_t i = 0; i + 1 < kLongest; ++i) rest.remove_prefix(utf8_length(rest));
  return whole.substr(0, whole.size() - rest.size()) + "…";
}

double width_of(std::string_view text) {
  return kCharacter * static_cast<double>(characters(clean(text)));
}

std::string svg_text(std::string_view shape, std::string_view text) {
  return fmt::format("<text {}>{}</text>\n", shape, xml_escaped(text));
}

std::string svg_picture(double width, double height, std::string_view title, std::string_view parts) {
  constexpr double kLeft = 16, kBaseline = 26, kLarger = 1.3;  // bold and of 14 pixels
  width = std::max(width, kLarger * width_of(title) + 2 * kLeft);
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 "
             "{0:.0f} "
             "{1:.0f}\" role=\"img\" font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"12\" "
             "fill=\"#222222\">\n<title>{2}</title>\n"
             "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" rx=\"6\" fill=\"#ffffff\"/>\n",
             width, height, xml_escaped(title)) +
         svg_text(fmt::format("x=\"{}\" y=\"{}\" font-size=\"14\" font-weight=\"bold\"", kLeft, kBaseline),
                  title) +
         std::string(parts) + "</svg>\n";
}

}  // namespace attune::traffic
