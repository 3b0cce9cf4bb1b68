package dev.sluice.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// The native files in a folder, also those inside its jars.
final class Elf {
    static final int X64 = 62;
    static final int ARM64 = 183;

    private static final int MACHINE_AT = 18;

    /// A native file: where it is, and the machine it is for (ELF, `e_machine`).
    record File(String name, int machine) {}

    private Elf() {}

    /// The native files of Linux below a folder.
    static List<File> below(Path folder) throws IOException {
        List<File> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (InputStream content = Files.newInputStream(file)) {
                    add(found, folder.relativize(file).toString(), content);
                }
            }
        }
        return found;
    }

    /// The native files of Linux inside the jars below a folder.
    static List<File> inJars(Path folder) throws IOException {
        List<File> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path jar :
                    files.filter(each -> each.toString().endsWith(".jar")).toList()) {
                try (ZipInputStream content = new ZipInputStream(Files.newInputStream(jar))) {
                    for (ZipEntry each = content.getNextEntry(); each != null; each = content.getNextEntry()) {
                        add(found, jar.getFileName() + "!/" + each.getName(), content);
                    }
                }
            }
        }
        return found;
    }

    private static void add(List<File> found, String name, InputStream content) throws IOException {
        byte[] head = content.readNBytes(MACHINE_AT + Short.BYTES);
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        if (head.length == MACHINE_AT + Short.BYTES && bytes.getInt(0) == 0x464c457f) { // "\x7fELF"
            found.add(new File(name, bytes.getShort(MACHINE_AT)));
        }
    }
}
