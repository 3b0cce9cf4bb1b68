package dev.sluice.embed.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A folder on the class path of a program, in its jar or in its directory of classes. It is opened by the
/// first request for one of its files, because opening a jar takes some 20 ms, which would delay the start.
public final class ClasspathFolder implements Supplier<Folder> {
    private final URI uri;
    private final FileMemory memory;
    private volatile @Nullable Folder opened;

    /// @throws IllegalArgumentException if there is no such folder
    public ClasspathFolder(Class<?> anchor, String name, FileMemory memory) {
        // With a slash at its end, no file of that name is found in a jar.
        URL found = anchor.getResource(name.endsWith("/") ? name : name + "/");
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no folder '" + name + "' in the package of " + anchor.getName());
        }
        this.memory = memory;
        try {
            uri = found.toURI();
        } catch (URISyntaxException broken) {
            throw new IllegalArgumentException("cannot open " + found, broken);
        }
        if (!isInJar()) get();
    }

    private boolean isInJar() {
        return uri.getScheme().equals("jar");
    }

    /// Blocks in the first call.
    @Override
    public Folder get() {
        Folder folder = opened;
        if (folder == null) {
            if (isInJar()) openJar();
            folder = new Folder(Path.of(uri), memory);
            opened = folder;
        }
        return folder;
    }

    /// Opens a jar once per JVM and never closes it, because its files are read as long as the server runs.
    @SuppressWarnings("resource") // Path.of finds the open file system by its URI.
    private void openJar() {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException open) {
            // It is open already, for another folder.
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot open " + uri, broken);
        }
    }
}
