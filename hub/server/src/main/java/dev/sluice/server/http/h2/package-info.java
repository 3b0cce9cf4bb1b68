/// HTTP/2 on a connection: streams, flow control, budgets and rates of frames.
@NullMarked
package dev.sluice.server.http.h2;

import org.jspecify.annotations.NullMarked;
