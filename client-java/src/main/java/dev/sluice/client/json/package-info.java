/**
 * One small strict reader of JSON (RFC 8259), so that the client needs no library: a value stays the text that it came
 * as, checked once as a whole and taken apart only where somebody asks. Begin with {@link dev.sluice.client.json.Json}.
 */
@NullMarked
package dev.sluice.client.json;

import org.jspecify.annotations.NullMarked;
