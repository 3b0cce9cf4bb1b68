package dev.sluice.durablestreams;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request to create a stream.
///
/// @param contentType null if the request has none
/// @param ttlSeconds  null for none
/// @param expiresAt   an RFC 3339 time; null for none
/// @param isClosed    true if the stream is closed from the start
/// @param fork        null unless the stream is a fork
/// @param body        the first data; empty for none
/// @param writer      the caller
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record CreateRequest(
        @Nullable String contentType,
        @Nullable Long ttlSeconds,
        @Nullable String expiresAt,
        boolean isClosed,
        @Nullable Fork fork,
        byte[] body,
        Writer writer) {
    /// @param offset empty for the source's tail
    record Fork(String source, String offset, long sub) {}

    /// The body of a request, as messages of a stream of this type.
    List<byte[]> messages(String type) {
        if (body.length == 0) return List.of();
        return StreamConfig.isJson(type) ? JsonMessages.split(body) : List.of(body);
    }
}
