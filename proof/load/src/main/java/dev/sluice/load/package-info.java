/// Generates load for a push server and counts the deliveries: thousands of readers on a few event loops, publishers
/// on one more thread. It shares a machine with the server under test, so a delivery must cost almost nothing: bytes
/// are searched for [payloads][dev.sluice.wire.Payload] instead of being parsed, and nothing is allocated. It depends
/// on no particular server, only on HTTP and WebSocket. Start with [Load], then [dev.sluice.wire.Payload].
@NullMarked
package dev.sluice.load;

import org.jspecify.annotations.NullMarked;
