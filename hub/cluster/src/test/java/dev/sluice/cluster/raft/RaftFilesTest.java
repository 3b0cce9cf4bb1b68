package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cluster.DamagedNodeException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RaftFilesTest {
    private static final int RESERVED_BYTES = 100;

    @TempDir
    Path folder;

    private Path current;

    @BeforeEach
    void vote() throws IOException {
        current = Files.createDirectories(folder.resolve("raft/group/current"));
        Files.writeString(current.resolve("raft-meta"), "#\n#now\nterm=12\nvotedFor=n1\n");
    }

    /// A segment of entries with these numbers of bytes of data.
    private static byte[] segment(long first, int... sizes) throws IOException {
        var out = new ByteArrayOutputStream();
        var data = new DataOutputStream(out);
        data.writeBytes("RaftLog1");
        for (int i = 0; i < sizes.length; i++) {
            byte[] text = new byte[sizes[i]];
            Arrays.fill(text, (byte) ('a' + i));
            var entry = new ByteArrayOutputStream();
            LogEntryProto.newBuilder()
                    .setTerm(12)
                    .setIndex(first + i)
                    .setStateMachineLogEntry(
                            StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(text)))
                    .build()
                    .writeDelimitedTo(entry);
            var crc = new CRC32C();
            crc.update(entry.toByteArray());
            data.write(entry.toByteArray());
            data.writeInt((int) crc.getValue());
        }
        return out.toByteArray();
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(current.resolve(name), content);
    }

    /// Checks the files, and returns the indexes of all entries.
    private List<Long> repaired() throws IOException {
        RaftFiles.of(folder).repair();
        List<Long> indexes = new ArrayList<>();
        assertThat(RaftFiles.of(folder).read(each -> indexes.add(each.getIndex())))
                .isNull();
        return indexes;
    }

    @Test
    void detectsEachFlippedBit() throws IOException {
        byte[] whole = segment(5, 3, 140, 0, 1);
        for (int reserved : List.of(0, RESERVED_BYTES)) {
            byte[] content = Arrays.copyOf(whole, whole.length + reserved);
            Path file = write("log_inprogress_5", content);
            assertThat(repaired()).containsExactly(5L, 6L, 7L, 8L);
            for (int bit = 0; bit < whole.length * 8; bit += reserved > 0 ? 1 : 7) {
                Files.write(file, flipped(content, bit));
                int flipped = bit;
                assertThatThrownBy(() -> RaftFiles.of(folder).repair())
                        .as(() -> "bit " + flipped % 8 + " of byte " + flipped / 8 + ", " + reserved + " zeros")
                        .isInstanceOf(DamagedNodeException.class)
                        .hasMessageContaining("log_inprogress_5");
                assertThat(file).hasSize(content.length); // It is kept for inspection.
            }
        }
    }

    private static byte[] flipped(byte[] content, int bit) {
        byte[] flipped = content.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    @Test
    void removesAnEntryTruncatedByACrash() throws IOException {
        byte[] two = segment(5, 3, 20);
        byte[] whole = segment(5, 3, 20, 140);
        for (int length = two.length; length < whole.length; length++) {
            for (int reserved : List.of(0, RESERVED_BYTES)) {
                Path file = write("log_inprogress_5", Arrays.copyOf(Arrays.copyOf(whole, length), length + reserved));
                assertThat(repaired())
                        .as("%d bytes, %d zeros", length, reserved)
                        .containsExactly(5L, 6L);
                if (length > two.length) assertThat(file).hasSize(two.length);
            }
        }
    }

    @Test
    void segmentsFollowEachOther() throws IOException {
        write("log_0-4", segment(0, 1, 2, 3, 4, 5));
        write("log_5-6", segment(5, 1, 2));
        write("log_inprogress_7", new byte[0]);
        assertThat(repaired()).hasSize(7);
        Files.delete(current.resolve("log_5-6"));
        assertThatThrownBy(this::repaired)
                .isInstanceOf(DamagedNodeException.class)
                .hasMessageContaining("entry 5 is missing");
        write("log_5-6", segment(5, 1));
        assertThatThrownBy(this::repaired)
                .isInstanceOf(DamagedNodeException.class)
                .hasMessageContaining("entry 6 is missing");
        byte[] cut = segment(5, 1, 2);
        write("log_5-6", Arrays.copyOf(cut, cut.length - 1));
        assertThatThrownBy(this::repaired)
                .isInstanceOf(DamagedNodeException.class)
                .hasMessageContaining("entry 6 is missing");
        write("log_5-6", segment(6, 1, 2));
        assertThatThrownBy(this::repaired)
                .isInstanceOf(DamagedNodeException.class)
                .hasMessageContaining("another entry");
    }

    @Test
    void refusesATruncatedOrMissingVote() throws IOException {
        Path file = current.resolve("raft-meta");
        byte[] whole = Files.readAllBytes(file);
        repaired();
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::repaired)
                    .isInstanceOf(DamagedNodeException.class)
                    .hasMessageContaining("for which node it voted")
                    .hasMessageContaining("Start this node with an empty folder");
        }
        Files.delete(file);
        assertThatThrownBy(this::repaired).isInstanceOf(DamagedNodeException.class);
    }

    @Test
    void aRaftLogThatHadNotBegunIsRemoved() throws IOException {
        RaftFiles.removeUnformatted(folder);
        assertThat(current.resolve("raft-meta")).exists();
        Files.move(current.resolve("raft-meta"), current.resolve("raft-meta.tmp"));
        RaftFiles.removeUnformatted(folder);
        assertThat(folder.resolve("raft")).doesNotExist();
        RaftFiles.removeUnformatted(folder);
    }

    @Test
    void refusesDamagedMembers() throws IOException {
        write("raft-meta.conf", new byte[0]);
        assertThatThrownBy(this::repaired)
                .isInstanceOf(DamagedNodeException.class)
                .hasMessageContaining("does not name the nodes");
        write("raft-meta.conf", new byte[] {-1});
        assertThatThrownBy(this::repaired)
                .isInstanceOf(DamagedNodeException.class)
                .hasMessageContaining("raft-meta.conf");
    }
}
