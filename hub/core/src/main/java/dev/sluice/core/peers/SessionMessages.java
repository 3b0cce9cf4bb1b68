package dev.sluice.core.peers;

import dev.sluice.core.access.Principal;

/// The messages of one request of a session's client.
///
/// @param caller as the node that received the request knows it
/// @param body   as it came
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SessionMessages(String session, Principal caller, byte[] body) {}
