package dev.sluice.load;

import java.nio.ByteBuffer;

/// Finds events in the bytes of one connection.
interface Finder {
    /// Is told of each event that is found.
    interface Taker {
        void take(int lane, int sequence, int dueUs, boolean isWhole);
    }

    /// Looks at the bytes from there on.
    ///
    /// @return from where on they are to be seen again, in front of those that come next
    int find(ByteBuffer buffer, int from);
}
