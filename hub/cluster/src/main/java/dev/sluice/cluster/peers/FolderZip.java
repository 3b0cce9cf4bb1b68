package dev.sluice.cluster.peers;

import static java.util.Objects.requireNonNull;

import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// A folder as a ZIP stream, with a checksum for each file. Not compressed, as the log's tables are already.
/// The last entry marks the stream as complete: a stream that was cut is an error.
final class FolderZip {
    private static final String END = "end";

    private FolderZip() {}

    static void write(Path folder, OutputStream to) throws IOException {
        try (var zip = new ZipOutputStream(to)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (Path each : files(folder)) {
                zip.putNextEntry(new ZipEntry(folder.relativize(each).toString().replace('\\', '/')));
                Files.copy(each, zip);
                zip.closeEntry();
            }
            zip.putNextEntry(new ZipEntry(END));
            zip.closeEntry();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// @throws IOException if it is damaged or cut short, or names a file outside of the folder
    static void extract(InputStream from, Path folder) throws IOException {
        OwnerOnly.createFolder(folder);
        try (var zip = new ZipInputStream(from)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(END)) return;
                Path name = Path.of(entry.getName()).normalize(); // The folder may be a path such as './data'.
                if (name.isAbsolute() || name.startsWith(".."))
                    throw new IOException("a copy names '" + entry.getName() + "'");
                Path file = folder.resolve(name);
                OwnerOnly.createFolder(requireNonNull(file.getParent()));
                if (Files.exists(file)) throw new IOException("a copy has '" + entry.getName() + "' twice");
                copy(zip, file);
            }
        }
        throw new IOException("the copy ended early");
    }

    private static void copy(InputStream from, Path file) throws IOException {
        try (FileChannel channel = OwnerOnly.open(file)) {
            from.transferTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }
}
