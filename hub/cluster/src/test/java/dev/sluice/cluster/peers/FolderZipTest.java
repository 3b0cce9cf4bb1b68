package dev.sluice.cluster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The copy of a node's log on its way to another one.
final class FolderZipTest {
    @TempDir
    Path folder;

    private byte[] zip() throws IOException {
        Path copied = Files.createDirectories(folder.resolve("copied/db")).getParent();
        Files.writeString(copied.resolve("db/000001.sst"), "a table");
        Files.writeString(copied.resolve("db/CURRENT"), "its name");
        Files.writeString(copied.resolve("FORMAT"), "a format");
        var zip = new ByteArrayOutputStream();
        FolderZip.write(copied, zip);
        return zip.toByteArray();
    }

    @Test
    void aCopyThatIsCutOffAnywhereIsNotTakenForAWholeOne() throws IOException {
        byte[] whole = zip();
        Path to = folder.resolve("whole");
        FolderZip.extract(new ByteArrayInputStream(whole), to);
        assertThat(to.resolve("db/CURRENT")).hasContent("its name");
        int last = lastNeeded(whole);
        for (int bytes = 0; bytes < last; bytes++) {
            var cut = new ByteArrayInputStream(Arrays.copyOf(whole, bytes));
            Path part = folder.resolve("cut-after-" + bytes);
            assertThatThrownBy(() -> FolderZip.extract(cut, part))
                    .as("%d of %d bytes", bytes, whole.length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aCopyMayGoToAPathThatIsNotNormal() throws IOException {
        FolderZip.extract(new ByteArrayInputStream(zip()), folder.resolve("./to"));
        assertThat(folder.resolve("to/db/CURRENT")).hasContent("its name");
    }

    @Test
    void aCopyStaysInItsFolder() throws IOException {
        for (String name : List.of("../outside", "db/../../outside", "/outside", "..")) {
            var zip = new ByteArrayOutputStream();
            try (var entries = new ZipOutputStream(zip)) {
                entries.putNextEntry(new ZipEntry(name));
            }
            var copy = new ByteArrayInputStream(zip.toByteArray());
            assertThatThrownBy(() -> FolderZip.extract(copy, folder.resolve("to")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(name);
        }
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @Test
    void aCopyBelongsToItsOwnerAlone() throws IOException {
        Path to = folder.resolve("restricted");
        FolderZip.extract(new ByteArrayInputStream(zip()), to);
        assertThat(Files.getPosixFilePermissions(to.resolve("db")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(to.resolve("db/CURRENT")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    /// The position before which a copy must be cut to be incomplete: the end of the entry that marks it as
    /// complete. The list of names after it is for other programs.
    private static int lastNeeded(byte[] zip) {
        byte[] end = "end".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < zip.length; i++) {
            if (Arrays.equals(zip, i, i + end.length, end, 0, end.length)) return i + end.length;
        }
        throw new AssertionError("no end");
    }

    @Test
    void aCopyWithADamagedFileIsNotTakenForAWholeOne() throws IOException {
        byte[] damaged = zip();
        int at = new String(damaged, StandardCharsets.ISO_8859_1).indexOf("a table");
        damaged[at] ^= 1;
        assertThatThrownBy(() -> FolderZip.extract(new ByteArrayInputStream(damaged), folder.resolve("damaged")))
                .isInstanceOf(IOException.class);
    }
}
