/**
 * A small strict JSON parser (RFC 8259), so that the client needs no library. A value keeps its original text, which is
 * validated once and parsed further only on demand. Start with {@link dev.sluice.client.json.Json}.
 */
@NullMarked
package dev.sluice.client.json;

import org.jspecify.annotations.NullMarked;
