package dev.sluice.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A revocation ends all running streams of a user, over sockets.
final class RevocationTest {
    private static final int STREAMS = Boolean.getBoolean("sluice.long") ? 10_000 : 500;

    @TempDir
    private Path folder;

    @Test
    void endsAllStreamsOfAUser() throws Exception {
        var outcome = Revocation.run(folder, STREAMS);
        System.out.print(outcome.text());

        assertThat(outcome.ended()).isEqualTo(STREAMS);
        assertThat(outcome.revoked()).as("each is told why").isEqualTo(STREAMS);
    }
}
