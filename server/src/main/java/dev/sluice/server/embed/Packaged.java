package dev.sluice.server.embed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;

/// Folders that come with a program, in its jar or where it was compiled to.
final class Packaged {
    private Packaged() {}

    /// @throws IllegalArgumentException if there is none
    static Path folder(Class<?> beside, String name) {
        URL found = beside.getResource(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no folder '" + name + "' beside " + beside.getName());
        }
        try {
            URI uri = found.toURI();
            if (uri.getScheme().equals("jar")) open(uri);
            return Path.of(uri);
        } catch (URISyntaxException | IOException broken) {
            throw new UncheckedIOException(new IOException("can't open " + found, broken));
        }
    }

    /// A jar is opened once, for all and for good: files are read as long as anything is served.
    @SuppressWarnings("resource") // Path.of finds it by its URI.
    private static void open(URI uri) throws IOException {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException open) {
            // As it should be the second time.
        }
    }
}
