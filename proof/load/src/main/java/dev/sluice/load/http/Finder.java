package dev.sluice.load.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Finds events in the bytes of one response.
public interface Finder {
    /// Searches the bytes from this index on.
    ///
    /// @return the index of the first byte to keep and prepend to the next bytes
    /// @throws IOException if the bytes are not of the expected format
    int find(ByteBuffer buffer, int from) throws IOException;

    /// The cursor after the last complete event; null if it is not known.
    default @Nullable String cursor() {
        return null;
    }
}
