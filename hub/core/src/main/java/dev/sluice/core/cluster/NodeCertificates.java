package dev.sluice.core.cluster;

import java.io.IOException;

/// Where a node's certificate comes from: files that may be replaced while it runs. For one thread at a time.
public interface NodeCertificates {
    /// Returns true if the files have changed since they were last read, but no longer since the last call.
    /// Blocks.
    boolean haveChanged();

    /// Reads all files. Blocks.
    ///
    /// @throws IOException if one is missing or unsuitable; the message is a sentence
    NodeCertificate read() throws IOException;
}
