package dev.sluice.storage;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rocksdb.util.Environment;

/// What the launcher runs once after a build, with the path of RocksDB's jar in that build. The jar has a
/// native library for each of fifteen platforms, 92 MB, and unpacks this one's to the folder for temporary
/// files at every start. Afterwards this one's stands beside the jar, where the launcher lets the JVM look
/// (`java.library.path`), and the others are gone. Whoever uses the log as a library has the jar as it was
/// published, and its own way of loading.
final class OwnLibrary {
    private static final String LIBRARIES = "librocksdbjni-*";

    private OwnLibrary() {}

    static void main(String[] args) throws IOException {
        keepIn(Path.of(args[0]));
    }

    /// On a platform for which the jar has none by its first name, all stays as it is.
    static void keepIn(Path jar) throws IOException {
        String name = Environment.getJniLibraryFileName("rocksdb");
        try (FileSystem content = FileSystems.newFileSystem(jar)) {
            Path root = content.getPath("/");
            if (!Files.exists(root.resolve(name))) return;
            Files.copy(root.resolve(name), jar.resolveSibling(name), StandardCopyOption.REPLACE_EXISTING);
            try (var libraries = Files.newDirectoryStream(root, LIBRARIES)) {
                for (Path library : libraries) Files.delete(library);
            }
        }
    }
}
