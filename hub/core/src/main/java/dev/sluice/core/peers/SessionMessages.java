package dev.sluice.core.peers;

import dev.sluice.core.access.Principal;
import org.jspecify.annotations.Nullable;

/// The messages of one request of a session's client.
///
/// @param caller the caller, as the node that received the request knows it
/// @param client the client in whose share of what the other node takes the request counts; null if only the total is
///               limited, or in a request of an earlier version
/// @param body   the body as received
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SessionMessages(
        String session, Principal caller, @Nullable String client, byte[] body) {}
