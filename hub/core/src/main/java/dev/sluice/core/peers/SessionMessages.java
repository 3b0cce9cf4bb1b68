package dev.sluice.core.peers;

import dev.sluice.core.access.Principal;

/// The messages of one request of a session's client.
///
/// @param caller the caller, as the node that received the request knows it
/// @param body   the body as received
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SessionMessages(String session, Principal caller, byte[] body) {}
