package dev.sluice.server.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Thrown if a file with a certificate or its key is unusable. The message is a sentence that begins with the
/// file, and contains nothing of its content.
public final class InvalidCertificateException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Path file;

    InvalidCertificateException(Path file, String problem, @Nullable Throwable cause) {
        super("'" + file + "' " + problem, cause);
        this.file = file;
    }

    public Path file() {
        return file;
    }
}
