// SPDX-License-Identifier: Apache-2.0
// Drops a file on a window as a file manager would:  file_drop_source WINDOW_ID PATH
// Succeeds when the window said that it took it. https://www.freedesktop.org/wiki/Specifications/XDND/
#include <X11/Xatom.h>
#include <X11/Xlib.h>

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr long kProtocolVersion = 5;

class DropSource {
 public:
  DropSource(Display* display, Window target)
      : display_(display),
        target_(target),
        own_(XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0)) {}

  bool drop(const std::string& uri_list) {
    uri_list_ = uri_list;
    XSetSelectionOwner(display_, atom("XdndSelection"), own_, CurrentTime);
    send("XdndEnter", kProtocolVersion << 24, static_cast<long>(atom("text/uri-list")));
    send("XdndPosition", 0, 200L << 16 | 200, CurrentTime, static_cast<long>(atom("XdndActionCopy")));
    bool is_dropped = false;
    while (true) {
      XEvent event;
      XNextEvent(display_, &event);
      if (event.type == SelectionRequest) {
        answer(event.xselectionrequest);
      } else if (event.type == ClientMessage && event.xclient.message_type == atom("XdndStatus")) {
        const bool is_welcome = (event.xclient.data.l[1] & 1) != 0;
        if (!is_welcome) return false;
        if (!is_dropped) send("XdndDrop", 0, CurrentTime);
        is_dropped = true;
      } else if (event.type == ClientMessage && event.xclient.message_type == atom("XdndFinished")) {
        return (event.xclient.data.l[1] & 1) != 0;
      }
    }
  }

 private:
  Atom atom(const char* name) const { return XInternAtom(display_, name, False); }

  // The first number of every message is the source's window.
  void send(const char* type, long second, long third = 0, long fourth = 0, long fifth = 0) const {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = target_;
    event.xclient.message_type = atom(type);
    event.xclient.format = 32;
    const long numbers[] = {static_cast<long>(own_), second, third, fourth, fifth};
    for (int i = 0; i < 5; ++i) event.xclient.data.l[i] = numbers[i];
    XSendEvent(display_, target_, False, NoEventMask, &event);
    XFlush(display_);
  }

  void answer(const XSelectionRequestEvent& request) const {
    XChangeProperty(display_, request.requestor, request.property, request.target, 8, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(uri_list_.data()), static_cast<int>(uri_list_.size()));
    XEvent event{};
    event.xselection.type = SelectionNotify;
    event.xselection.requestor = request.requestor;
    event.xselection.selection = request.selection;
    event.xselection.target = request.target;
    event.xselection.property = request.property;
    event.xselection.time = request.time;
    XSendEvent(display_, request.requestor, False, NoEventMask, &event);
    XFlush(display_);
  }

  Display* display_;
  Window target_, own_;
  std::string uri_list_;
};

std::string to_uri(const char* path) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = "file://";
  for (const char* c = path; *c != 0; ++c) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(*c)) != 0 || std::strchr("/._-", *c) != nullptr;
    if (is_plain)
      uri += *c;
    else
      uri.append("%").append(1, kDigits[static_cast<unsigned char>(*c) >> 4]).append(1, kDigits[*c & 15]);
  }
  return uri;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  Display* display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  DropSource source(display, std::strtoul(argv[1], nullptr, 0));
  const bool is_taken = source.drop(to_uri(argv[2]) + "\r\n");
  XCloseDisplay(display);
  return is_taken ? 0 : 1;
}
