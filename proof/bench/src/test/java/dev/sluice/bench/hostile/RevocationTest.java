package dev.sluice.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A revocation ends all running streams of a user, over sockets.
final class RevocationTest {
    private static final int STREAMS = Boolean.getBoolean("sluice.long") ? 10_000 : 500;

    @Test
    void endsAllStreamsOfAUser() throws Exception {
        var outcome = Revocation.run(STREAMS);
        System.out.print(outcome.text());

        assertThat(outcome.ended()).isEqualTo(STREAMS);
        assertThat(outcome.revoked()).as("each is told why").isEqualTo(STREAMS);
    }
}
