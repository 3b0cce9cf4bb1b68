package dev.sluice.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One file of RocksDB's write-ahead log, read over what is broken in it. RocksDB itself takes a broken place for the
/// end, as it is after a loss of power, and so would pass over what was acknowledged behind.
///
/// ```
/// blocks of 32 KiB, each of records: checksum 4 | length 2 | type 1 | data, in little endian
/// types: 1 a whole batch, 2 3 4 its first, a middle and its last part, anything else is no batch
/// a batch: sequence 8 | count 4 | changes
/// ```
final class WalFile {
    private static final VarHandle SHORT = handle(short[].class);
    private static final VarHandle INT = handle(int[].class);
    private static final VarHandle LONG = handle(long[].class);
    private static final int BLOCK = 32 * 1024;
    private static final int HEADER = 7;
    private static final int BATCH_HEADER = 12;

    private final Consumer<byte[]> batches;
    private final byte[] block = new byte[BLOCK];
    private int length;
    private @Nullable ByteArrayOutputStream parts;
    private boolean isBroken;
    private boolean isCutInMidst;

    private WalFile(Consumer<byte[]> batches) {
        this.batches = batches;
    }

    private static VarHandle handle(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    /// All of a database, the oldest first.
    static List<Path> all(Path database) throws IOException {
        return Tree.list(database, "[0-9]+\\.log");
    }

    private static long number(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    /// Reads a file, with no more than a block and a batch of it in memory.
    ///
    /// @param batches gets those that can be read, in their order
    /// @return whether something that can be read comes behind something that can't
    static boolean read(Path file, Consumer<byte[]> batches) throws IOException {
        WalFile wal = new WalFile(batches);
        try (InputStream bytes = Files.newInputStream(file)) {
            while ((wal.length = bytes.readNBytes(wal.block, 0, BLOCK)) > 0) wal.readBlock();
        }
        return wal.isCutInMidst;
    }

    private void readBlock() {
        int at = 0;
        while (length - at >= HEADER) {
            int next = at + HEADER + length(at);
            if (isSound(at)) {
                take(block[at + 6], at + HEADER, next);
                at = next;
            } else {
                isBroken = true;
                parts = null;
                at = isSound(next) ? next : length;
            }
        }
    }

    private void take(int type, int from, int to) {
        if (type == 1 || type == 2) parts = new ByteArrayOutputStream(to - from);
        if (parts == null) return;
        parts.write(block, from, to - from);
        if (parts.size() < BATCH_HEADER || (type != 1 && type != 4)) return;
        isCutInMidst |= isBroken;
        batches.accept(parts.toByteArray());
        parts = null;
    }

    /// Of the data of the record there.
    private int length(int at) {
        return Short.toUnsignedInt((short) SHORT.get(block, at + 4));
    }

    private boolean isSound(int at) {
        if (at + HEADER > length) return false;
        int end = at + HEADER + length(at);
        if (end > length || block[at + 6] == 0) return false;
        CRC32C sum = new CRC32C();
        sum.update(block, at + 6, end - at - 6);
        return (int) INT.get(block, at)
                == Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8; // As RocksDB masks it.
    }

    /// Where a batch stands among all changes, and where the next one begins.
    static long sequence(byte[] batch) {
        return (long) LONG.get(batch, 0);
    }

    static long next(byte[] batch) {
        return sequence(batch) + (int) INT.get(batch, 8);
    }

    /// What is missing in the midst of all of a database, in words; null: nothing.
    ///
    /// @param number of the first file that counts
    static @Nullable String firstCut(Path database, long number) throws IOException {
        Continuity continuity = new Continuity();
        for (Path file : all(database)) {
            if (number(file) < number) continue;
            continuity.begin();
            boolean isCutInMidst = read(file, continuity);
            if (continuity.beginsLate) return "something of the write-ahead log is missing in front of '" + file + "'";
            if (isCutInMidst || continuity.isTorn) return "'" + file + "' is broken in its midst";
        }
        return null;
    }

    /// Whether each batch begins where the one before ends. One that does not, in the same file or the next,
    /// lies behind something that is lost.
    private static final class Continuity implements Consumer<byte[]> {
        private long expected = Long.MAX_VALUE;
        private boolean isFirst;
        private boolean beginsLate;
        private boolean isTorn;

        void begin() {
            isFirst = true;
        }

        @Override
        public void accept(byte[] batch) {
            boolean isLate = sequence(batch) > expected;
            beginsLate |= isLate && isFirst;
            isTorn |= isLate;
            isFirst = false;
            expected = next(batch);
        }
    }
}
