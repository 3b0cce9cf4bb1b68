package dev.sluice.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.storage.folder.OpenFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// A disk that fails while a log is opened is neither damage nor a matter of permissions.
final class DiskFailureTest {
    private static final Path FOLDER = Path.of("data");

    @Test
    void isReportedAsItself() {
        String stale = "While open a file for reading: data/db/CURRENT: Stale file handle";
        var refused = new RocksDBException(stale, new Status(Status.Code.IOError, Status.SubCode.None, stale));
        assertThat(Engine.refused(FOLDER, refused).reason()).isEqualTo(OpenFailure.DISK_FAILED);
        assertThat(Format.unusable(FOLDER, new IOException("Input/output error"))
                        .reason())
                .isEqualTo(OpenFailure.DISK_FAILED);
        assertThat(Format.unusable(FOLDER, new IOException("Permission denied")).reason())
                .isEqualTo(OpenFailure.NO_ACCESS);
    }
}
