package dev.sluice.server.http.exchange;

import dev.sluice.server.http.head.RequestHead;
import org.jspecify.annotations.Nullable;

/// A request as it comes from the decoder.
///
/// @param body all of it, which is not changed afterwards: then it needs neither a time limit nor a reader of parts;
///             null if it follows
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ReceivedRequest(PreparedRequest request, byte @Nullable [] body) {
    /// A request whose head was not kept, and whose body follows.
    public static ReceivedRequest of(RequestHead head) {
        return new ReceivedRequest(PreparedRequest.of(head), null);
    }
}
