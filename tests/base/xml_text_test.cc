// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/xml_text.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(XmlTextTest, EscapesWhatWouldEndAnElementOrAnAttribute) {
  EXPECT_EQ(xml_escaped("</a> & \"b\" 'c'"), "&lt;/a&gt; &amp; &quot;b&quot; &apos;c&apos;");
}

TEST(XmlTextTest, LeavesEverythingElseAsItIs) {
  EXPECT_EQ(xml_escaped("größe\t/srv/x.img;=#"), "größe\t/srv/x.img;=#");
}

}  // namespace
}  // namespace attune
