/// Endless HTTP bodies other than Server-Sent Events: JSON lines and raw text. Read the two wires first.
@NullMarked
package dev.sluice.server.transport.stream;

import org.jspecify.annotations.NullMarked;
