package dev.sluice.storage.engine;

import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/// Loads RocksDB's native library once per process. The launcher has
/// [unpacked][dev.sluice.storage.NativeLibrary] it. In other programs it is in RocksDB's jar, and must be
/// copied to a file to be loaded.
///
/// RocksDB writes that file to the temporary folder, which is often mounted `noexec`, and deletes it when the JVM
/// exits, so that each kill leaves 17 MB. Here the file has its own folder, which is deleted as soon as the library is
/// loaded, and the log's folder is tried after the temporary one.
final class EngineLibrary {
    /// A folder that an operator chose for RocksDB's file.
    private static final String CHOSEN = "ROCKSDB_SHAREDLIB_DIR";

    private static boolean isLoaded;

    private EngineLibrary() {}

    /// Does nothing if it is loaded.
    ///
    /// @param log the folder of the log that is opened
    /// @throws CannotOpenException if neither folder can be used
    static synchronized void load(Path log) {
        if (isLoaded) return;
        try {
            if (System.getenv(CHOSEN) == null)
                loadFromOneOf(List.of(Path.of(System.getProperty("java.io.tmpdir")), log));
            RocksDB.loadLibrary();
        } catch (IOException | UnsatisfiedLinkError | RuntimeException refused) {
            throw new CannotOpenException(
                    OpenFailure.NO_ACCESS,
                    "The native library of RocksDB can't be loaded (" + refused.getMessage()
                            + "): name a folder whose files may be executed, with -Djava.io.tmpdir=FOLDER or " + CHOSEN
                            + ".",
                    refused);
        }
        isLoaded = true;
    }

    private static void loadFromOneOf(List<Path> folders) throws IOException {
        List<String> refusals = new ArrayList<>();
        for (Path folder : folders) {
            try {
                loadFrom(folder);
                return;
            } catch (IOException | UnsatisfiedLinkError refused) {
                refusals.add(refused.toString());
            }
        }
        throw new IOException(String.join("; ", refusals));
    }

    private static void loadFrom(Path parent) throws IOException {
        Path folder = Files.createTempDirectory(parent, "rocksdb-library-");
        try {
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        } finally {
            delete(folder); // A loaded library stays in memory.
        }
    }

    private static void delete(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) Files.delete(file);
            Files.delete(folder);
        } catch (IOException inUse) {
            return; // Windows keeps files that are loaded; RocksDB deletes them when the JVM exits.
        }
    }
}
