/// One request and its response, in HTTP/1.1 and HTTP/2 alike: bodies, time limits, the head that is written.
@NullMarked
package dev.sluice.server.http.exchange;

import org.jspecify.annotations.NullMarked;
