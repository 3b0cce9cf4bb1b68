package dev.sluice.durablestreams;

import org.jspecify.annotations.Nullable;

/// A request to append to a stream, to close it, or both.
///
/// @param contentType null if the request has none
/// @param body        empty to close only
/// @param seq         `Stream-Seq`; null for none
/// @param producer    the producer's headers; null for none
/// @param writer      the caller
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record AppendRequest(
        @Nullable String contentType,
        byte[] body,
        boolean closes,
        @Nullable String seq,
        @Nullable ProducerAppend producer,
        Writer writer) {
    /// Returns true if the append changes nothing but the stream's data.
    boolean isPlain() {
        return !closes && seq == null && producer == null;
    }
}
