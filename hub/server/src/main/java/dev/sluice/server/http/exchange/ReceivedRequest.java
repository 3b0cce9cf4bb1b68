package dev.sluice.server.http.exchange;

import dev.sluice.server.http.head.RequestHead;
import org.jspecify.annotations.Nullable;

/// A request as the decoder delivers it.
///
/// @param body the complete body, which is not modified afterwards and needs neither a time limit nor a reader
///             of parts; null if the body follows
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ReceivedRequest(PreparedRequest request, byte @Nullable [] body) {
    /// A request whose head is not cached, and whose body follows.
    public static ReceivedRequest of(RequestHead head) {
        return new ReceivedRequest(PreparedRequest.of(head), null);
    }
}
