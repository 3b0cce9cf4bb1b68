package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cluster.DamagedNodeException;
import dev.sluice.core.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node whose folder is damaged.
@Tag("long") // Elections.
final class DamagedNodeTest {
    @TempDir
    Path folder;

    @Test
    void aNodeWhoseRaftLogOrVoteIsDamagedSaysSoAndDoesNotStart() throws Exception {
        try (var cluster = new TestCluster(folder.resolve("cluster"), 1)) {
            cluster.start(0);
            for (int i = 0; i < 30; i++) TestCluster.publish(cluster.node(0), "event " + i);
            cluster.stop(0);
            Path segment = only(cluster.folderOf(0), "log_inprogress_");
            byte[] whole = Files.readAllBytes(segment);
            int end = whole.length;
            while (whole[end - 1] == 0) end--;
            for (int third = 0; third < 3; third++) {
                Files.write(segment, flipped(whole, (end * third / 3 + end / 6) * 8 + 3));
                assertThatThrownBy(() -> cluster.start(0))
                        .rootCause()
                        .isInstanceOf(DamagedNodeException.class)
                        .hasMessageContaining("The Raft log is damaged");
                assertThatThrownBy(() -> cluster.detach(0, false)).isInstanceOf(DamagedNodeException.class);
            }
            Files.write(segment, whole);
            Path vote = only(cluster.folderOf(0), "raft-meta");
            byte[] voted = Files.readAllBytes(vote);
            for (byte[] torn : List.of(new byte[0], Arrays.copyOf(voted, voted.length - 4))) {
                Files.write(vote, torn);
                assertThatThrownBy(() -> cluster.start(0))
                        .rootCause()
                        .isInstanceOf(DamagedNodeException.class)
                        .hasMessageContaining("for which node it voted");
            }
            Files.write(vote, voted);
            cluster.start(0);
            cluster.stop(0);
            ByteBuffer lost = ByteBuffer.wrap(Files.readAllBytes(segment));
            int at = new String(lost.array(), StandardCharsets.ISO_8859_1).indexOf("event 20");
            Files.write(segment, flipped(lost.array(), at * 8));
            cluster.detach(0, true); // The operator accepts the loss.
            try (Log alone = cluster.log(0).open()) {
                assertThat(alone.status()).isNotNull();
            }
        }
    }

    private static byte[] flipped(byte[] content, int bit) {
        byte[] flipped = content.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    private static Path only(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(each -> each.getFileName().toString().startsWith(name))
                    .filter(each -> !each.toString().endsWith(".conf"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
