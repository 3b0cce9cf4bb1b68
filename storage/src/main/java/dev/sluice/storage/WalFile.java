package dev.sluice.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
///
/// @param batches        that can be read, in their order
/// @param isCutInMidst   whether something that can be read comes behind something that can't
record WalFile(List<byte[]> batches, boolean isCutInMidst) {
    private static final VarHandle SHORT = handle(short[].class);
    private static final VarHandle INT = handle(int[].class);
    private static final VarHandle LONG = handle(long[].class);
    private static final int BLOCK = 32 * 1024;
    private static final int HEADER = 7;
    private static final int BATCH_HEADER = 12;

    private static VarHandle handle(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    /// All of a database, the oldest first.
    static List<Path> all(Path database) throws IOException {
        try (var files = Files.list(database)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]+\\.log"))
                    .sorted()
                    .toList();
        }
    }

    static WalFile read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<byte[]> batches = new ArrayList<>();
        boolean isBroken = false;
        boolean isCutInMidst = false;
        ByteArrayOutputStream parts = null;
        int at = 0;
        while (at < bytes.length) {
            int left = BLOCK - at % BLOCK;
            if (left < HEADER) {
                at += left;
            } else if (isSound(bytes, at)) {
                int length = length(bytes, at);
                int type = bytes[at + 6];
                if (type == 1 || type == 2) parts = new ByteArrayOutputStream(length);
                if (parts != null) parts.write(bytes, at + HEADER, length);
                at += HEADER + length;
                if (parts == null || parts.size() < BATCH_HEADER || (type != 1 && type != 4)) continue;
                batches.add(parts.toByteArray());
                isCutInMidst |= isBroken;
                parts = null;
            } else {
                isBroken = true;
                parts = null;
                int next = at + HEADER + length(bytes, at);
                at = next < bytes.length && isSound(bytes, next) ? next : at + left;
            }
        }
        return new WalFile(batches, isCutInMidst);
    }

    private static int length(byte[] bytes, int at) {
        return at + HEADER > bytes.length ? 0 : Short.toUnsignedInt((short) SHORT.get(bytes, at + 4));
    }

    private static boolean isSound(byte[] bytes, int at) {
        int end = at + HEADER + length(bytes, at);
        if (end > bytes.length || end > at - at % BLOCK + BLOCK || bytes[at + 6] == 0) return false;
        CRC32C sum = new CRC32C();
        sum.update(bytes, at + 6, end - at - 6);
        return (int) INT.get(bytes, at)
                == Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8; // As RocksDB masks it.
    }

    /// Where a batch stands among all changes, and where the next one begins.
    static long sequence(byte[] batch) {
        return (long) LONG.get(batch, 0);
    }

    static long next(byte[] batch) {
        return sequence(batch) + (int) INT.get(batch, 8);
    }

    /// The first file that is broken in its midst; null: none.
    static @Nullable Path firstCut(Path database) throws IOException {
        for (Path file : all(database)) { // Where another process has the log, some may go meanwhile.
            if (Files.exists(file) && read(file).isCutInMidst) return file;
        }
        return null;
    }
}
