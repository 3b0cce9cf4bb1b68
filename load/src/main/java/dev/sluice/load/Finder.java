package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Finds events in the bytes of one connection.
interface Finder {
    /// Searches the bytes from this index on.
    ///
    /// @return the index of the first byte to keep and prepend to the next bytes
    /// @throws IOException if the bytes are not of the expected format
    int find(ByteBuffer buffer, int from) throws IOException;
}
