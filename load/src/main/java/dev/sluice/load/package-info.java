/// Load for a push server, and the counting of what arrives: readers by the thousand on a few event loops, publishers
/// on one more. It shares a machine with the server it measures, so a delivery must cost it next to nothing: bytes are
/// searched for [payloads][dev.sluice.load.Payload], not parsed, and nothing is allocated. It knows no server, ours
/// neither, only HTTP and WebSocket. Begin with [Load], then [Payload].
@NullMarked
package dev.sluice.load;

import org.jspecify.annotations.NullMarked;
