package dev.sluice.embed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;

/// Folders on the class path of a program, in its jar or in its directory of classes.
final class ClasspathFiles {
    private ClasspathFiles() {}

    /// @throws IllegalArgumentException if there is no such folder
    static Path folder(Class<?> anchor, String name) {
        URL found = anchor.getResource(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no folder '" + name + "' in the package of " + anchor.getName());
        }
        try {
            URI uri = found.toURI();
            if (uri.getScheme().equals("jar")) open(uri);
            return Path.of(uri);
        } catch (URISyntaxException | IOException broken) {
            throw new UncheckedIOException(new IOException("cannot open " + found, broken));
        }
    }

    /// Opens a jar once per JVM and never closes it, because its files are read as long as the server runs.
    @SuppressWarnings("resource") // Path.of finds the open file system by its URI.
    private static void open(URI uri) throws IOException {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException open) {
            // Opened before, for another folder.
        }
    }
}
