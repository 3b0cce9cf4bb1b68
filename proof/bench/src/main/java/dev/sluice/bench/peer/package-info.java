/// A server for comparison, in the same language and with the same library: [dev.sluice.bench.peer.Broadcast].
@NullMarked
package dev.sluice.bench.peer;

import org.jspecify.annotations.NullMarked;
