// SPDX-License-Identifier: Apache-2.0
// XmlEncoding: an XML file's bytes as UTF-8, since TUNe's files say ISO-8859-1 and everything here reads
// UTF-8. Before the file becomes a Source. Any thread.
#pragma once

#include <string>

#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// The text in UTF-8, by the encoding that its declaration names: UTF-8 (also where silent), ISO-8859-1,
// ISO-8859-15, Windows-1252 or US-ASCII. Another one is found, and the text given as it is.
std::string decode_xml(const std::string& path, std::string text, Diagnostics& found);

}  // namespace attune::dsl
