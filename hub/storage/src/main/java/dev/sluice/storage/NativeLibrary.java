package dev.sluice.storage;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rocksdb.util.Environment;

/// Run by the launcher once after a build, with the path of RocksDB's jar in that build. The jar contains native
/// libraries for fifteen platforms, 92 MB, and extracts one to the temporary folder at every start. This program moves
/// this platform's library beside the jar, where the launcher points the JVM (`java.library.path`), and deletes the
/// others. Users of the log as a library have the published jar, and their own way of loading.
final class NativeLibrary {
    private static final String LIBRARIES = "librocksdbjni-*";

    private NativeLibrary() {}

    static void main(String[] args) throws IOException {
        extract(Path.of(args[0]));
    }

    /// Changes nothing on a platform whose library is not found by its primary name.
    static void extract(Path jar) throws IOException {
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
