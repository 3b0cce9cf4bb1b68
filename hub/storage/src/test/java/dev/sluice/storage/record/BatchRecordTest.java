package dev.sluice.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.storage.engine.Engine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class BatchRecordTest {
    /// Less, more and much more than the memory that is there at first, and then less again.
    private static final List<Integer> SIZES =
            List.of(0, 1, 5_000, 3, BatchRecord.KEPT_MAX, BatchRecord.KEPT_MAX + 1, 1 << 20, 0, 700, 2);

    @TempDir
    private Path folder;

    @Test
    void containsEachRecordAsWritten() throws Exception {
        BatchRecord record = new BatchRecord();
        try (Engine engine = Engine.open(folder, null)) {
            try (WriteBatch batch = new WriteBatch()) {
                for (int i = 0; i < SIZES.size(); i++) {
                    record.begin().fixed(i);
                    record.value().rest(value(i));
                    record.put(batch, engine.channels);
                }
                engine.write(batch, false);
            }

            for (int i = 0; i < SIZES.size(); i++) {
                assertThat(engine.get(engine.channels, Layout.key(i)))
                        .as("record %s of %s bytes", i, SIZES.get(i))
                        .isEqualTo(value(i));
            }
        }
    }

    @Test
    void containsRecordsWithLongKeys() throws Exception {
        BatchRecord record = new BatchRecord();
        byte[] key = new byte[9_000];
        Arrays.fill(key, (byte) 'k');
        try (Engine engine = Engine.open(folder, null);
                WriteBatch batch = new WriteBatch()) {
            record.begin().rest(key);
            record.value().octet(5);
            record.put(batch, engine.newest);
            engine.write(batch, false);

            assertThat(engine.get(engine.newest, key)).containsExactly(5);
        }
    }

    private static byte[] value(int number) {
        byte[] value = new byte[SIZES.get(number)];
        Arrays.fill(value, (byte) ('a' + number));
        return value;
    }
}
