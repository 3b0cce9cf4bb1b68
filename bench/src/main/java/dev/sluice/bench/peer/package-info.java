/// A server to compare with, in the same language and on the same library: [dev.sluice.bench.peer.Broadcast].
@NullMarked
package dev.sluice.bench.peer;

import org.jspecify.annotations.NullMarked;
