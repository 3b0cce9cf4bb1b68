package dev.sluice.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Folders of logs in tests.
public final class Folders {
    private Folders() {}

    /// Copies a folder as a sudden end of the process would leave it, with all data handed to the operating system.
    public static Path copy(Path from, Path to) {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(copy);
                else if (file.endsWith("LOCK")) Files.createFile(copy); // Reading it would release its lock.
                else Files.copy(file, copy);
            }
            return to;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Extracts a test resource.
    public static void unzip(String resource, Path to) {
        try (InputStream file = Folders.class.getResourceAsStream(resource);
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = to.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.write(target, zip.readAllBytes());
            }
            Files.createFile(to.resolve("LOCK")); // Without one, a start waits for a hub whose file was removed.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Packs the folder of a closed log, for a test resource.
    public static void zip(Path folder, Path to) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(to));
                var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.relativize(file).toString();
                if (name.matches("LOCK|db/(LOG.*|LOCK)")) continue;
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(file, zip);
            }
        }
    }
}
