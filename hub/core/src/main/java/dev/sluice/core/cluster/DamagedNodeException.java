package dev.sluice.core.cluster;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Thrown if a required file in the folder of a cluster's node is missing or damaged. The node cannot continue
/// with the folder: it may have forgotten its votes or entries that it acknowledged.
public final class DamagedNodeException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param what what is damaged, as a sentence without its full stop
    public DamagedNodeException(String what, @Nullable Throwable cause) {
        super(
                what + ". Start this node with an empty folder (storage.data): it gets a copy of the log from the"
                        + " others, and takes the place of the former one. If the others are lost as well, see"
                        + " 'sluice cluster recover --help'.",
                cause);
    }

    public DamagedNodeException(String what) {
        this(what, null);
    }
}
