/// Pages in Chromium and a hub over HTTPS, with tokens, the cookie and HTTP/2, as a company would run them. Read
/// [dev.sluice.server.browser.CookieLoginTest] first.
@NullMarked
package dev.sluice.server.browser;

import org.jspecify.annotations.NullMarked;
