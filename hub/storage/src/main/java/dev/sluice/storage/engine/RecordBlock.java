package dev.sluice.storage.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// A block of 32 KiB of a [RecordFile], with its physical records. The checksum covers type and data,
/// but not the length.
///
/// ```
/// checksum 4 | length 2 | type 1 | data, in little endian; a record never crosses the end of its block
/// types: 1 a whole logical record, 2 3 4 its first, a middle and its last part
/// ```
final class RecordBlock {
    static final int SIZE = 32 * 1024;
    static final int HEADER = 7;

    /// The unit in bytes that a disk writes atomically.
    private static final int SECTOR = 512;

    private static final VarHandle SHORT = handle(short[].class);
    private static final VarHandle INT = handle(int[].class);

    /// CRC-32C, reflected (RFC 3720 §B.4).
    private static final int POLYNOMIAL = 0x82f63b78;

    private static final int MASK_DELTA = 0xa282ead8;

    final byte[] bytes = new byte[SIZE];
    /// The bytes that the file has: all, except in the last block.
    int length;

    private static VarHandle handle(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    int type(int at) {
        return bytes[at + 6];
    }

    /// @return the end of the record at `at` according to its length field
    int end(int at) {
        return at + HEADER + Short.toUnsignedInt((short) SHORT.get(bytes, at + 4));
    }

    boolean isSound(int at) {
        return isWithin(at) && type(at) != 0 && (int) INT.get(bytes, at) == masked(checksum(at));
    }

    private boolean isWithin(int at) {
        return at + HEADER <= length && end(at) <= length;
    }

    private int checksum(int at) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, at + 6, end(at) - at - 6);
        return (int) sum.getValue();
    }

    /// RocksDB's masking of stored checksums, and its inverse.
    private static int masked(int checksum) {
        return Integer.rotateRight(checksum, 15) + MASK_DELTA;
    }

    private static int unmasked(int stored) {
        return Integer.rotateLeft(stored - MASK_DELTA, 15);
    }

    /// @return true if a crash can have left this unsound record: it runs beyond the end of the file, or one of its
    ///         sectors is all zeros, as if never written to disk. Any other unsound record was whole once. (The
    ///         rule of etcd's `isTornEntry`.)
    boolean isTorn(int at) {
        int end = Math.max(end(at), at + HEADER);
        if (end > SIZE) return false;
        return end > length || hasZeroSector(at, end);
    }

    private boolean hasZeroSector(int from, int to) {
        int next;
        for (int at = from; at < to; at = next) {
            next = (at / SECTOR + 1) * SECTOR;
            if (isZero(at, Math.min(next, length))) return true;
        }
        return false;
    }

    private boolean isZero(int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] != 0) return false;
        }
        return true;
    }

    /// Repairs a record by flipping the one bit that makes it sound, if there is one. This distinguishes a record that
    /// was whole from one that never was, and recovers its length even if the length field is corrupt.
    ///
    /// @return true if the record is sound now
    boolean repair(int at) {
        return at + HEADER <= length && (repairLength(at) || repairChecksum(at) || repairData(at));
    }

    private boolean repairLength(int at) {
        short stored = (short) SHORT.get(bytes, at + 4);
        for (int bit = 0; bit < Short.SIZE; bit++) {
            SHORT.set(bytes, at + 4, (short) (stored ^ (1 << bit)));
            if (isSound(at)) return true;
        }
        SHORT.set(bytes, at + 4, stored);
        return false;
    }

    private boolean repairChecksum(int at) {
        if (!isWithin(at) || type(at) == 0) return false;
        int computed = masked(checksum(at));
        boolean isOneBit = Integer.bitCount((int) INT.get(bytes, at) ^ computed) == 1;
        if (isOneBit) INT.set(bytes, at, computed);
        return isOneBit;
    }

    /// Finds the flipped bit of the data. CRCs are linear: a flipped bit changes the checksum by a value that only
    /// depends on its place. Going from the last bit to the first, that value is the previous one, advanced by one
    /// step of the polynomial.
    private boolean repairData(int at) {
        if (!isWithin(at)) return false;
        int difference = unmasked((int) INT.get(bytes, at)) ^ checksum(at);
        int change = POLYNOMIAL;
        for (int place = end(at) - 1; place >= at + 6; place--) {
            for (int bit = 7; bit >= 0; bit--) {
                if (change == difference) {
                    bytes[place] ^= (byte) (1 << bit);
                    return true;
                }
                change = (change >>> 1) ^ (-(change & 1) & POLYNOMIAL);
            }
        }
        return false;
    }

    byte[] data(int at) {
        return Arrays.copyOfRange(bytes, at + HEADER, end(at));
    }
}
