package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A service manager tries again after all codes but 64 and 78.
final class LogAccessTest {
    @ParameterizedTest
    @CsvSource({"NO_ROOM, 74", "DISK_FAILED, 74", "IN_USE, 69", "NO_ACCESS, 78", "NEWER_FORMAT, 78"})
    void aStartIsTriedAgainAfterWhatMayPass(OpenFailure reason, int code) {
        var refused = new CannotOpenException(reason, "It can't be opened.", null);
        assertThat(LogAccess.failure(refused, Path.of("data")).exitCode()).isEqualTo(code);
    }
}
