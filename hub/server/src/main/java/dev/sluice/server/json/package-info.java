/// Streaming JSON (RFC 8259). Read [Json] first.
@NullMarked
package dev.sluice.server.json;

import org.jspecify.annotations.NullMarked;
