/// The head of a request, parsed once: method, target, headers, host, and the problems that answer a bad one.
@NullMarked
package dev.sluice.server.http.head;

import org.jspecify.annotations.NullMarked;
