// Text within XML and HTML.
#ifndef SERVER_REPORT_XML_TEXT_H_
#define SERVER_REPORT_XML_TEXT_H_

#include <string>

namespace edgerack::report {

// For text and quoted attributes. What XML 1.0 cannot hold, control characters and bytes that are
// no UTF-8, becomes U+FFFD.
std::string XmlText(const std::string& text);

}  // namespace edgerack::report

#endif  // SERVER_REPORT_XML_TEXT_H_
