package dev.sluice.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// A block of 32 KiB of a [RecordFile], and the physical records in it. The checksum covers type and data, not the
/// length.
///
/// ```
/// checksum 4 | length 2 | type 1 | data, in little endian; a record never crosses the end of its block
/// types: 1 a whole logical record, 2 3 4 its first, a middle and its last part
/// ```
final class RecordBlock {
    static final int SIZE = 32 * 1024;
    static final int HEADER = 7;

    /// What a disk writes whole or not at all.
    private static final int SECTOR = 512;

    private static final VarHandle SHORT = handle(short[].class);
    private static final VarHandle INT = handle(int[].class);

    /// CRC-32C, reflected (RFC 3720 §B.4).
    private static final int POLYNOMIAL = 0x82f63b78;

    private static final int MASK_DELTA = 0xa282ead8;

    final byte[] bytes = new byte[SIZE];
    /// How much of it the file has: all, but in the last block.
    int length;

    private static VarHandle handle(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    int type(int at) {
        return bytes[at + 6];
    }

    /// Where the record there ends, as its length says.
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

    /// As RocksDB stores a checksum, and back.
    private static int masked(int checksum) {
        return Integer.rotateRight(checksum, 15) + MASK_DELTA;
    }

    private static int unmasked(int stored) {
        return Integer.rotateLeft(stored - MASK_DELTA, 15);
    }

    /// Whether a crash can have left the record there, which is not sound: it runs beyond the end of the file, or one
    /// of its sectors holds nothing but zeros, as one that the disk never got. What else is broken was once whole.
    /// (The rule of etcd's `isTornEntry`.)
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

    /// Turns the one bit back that makes the record there sound, if there is one. So a record that was whole is told
    /// from one that never was, and its length is known though it is the length that is broken.
    ///
    /// @return whether the record is sound now
    boolean mend(int at) {
        return at + HEADER <= length && (mendLength(at) || mendChecksum(at) || mendData(at));
    }

    private boolean mendLength(int at) {
        short said = (short) SHORT.get(bytes, at + 4);
        for (int bit = 0; bit < Short.SIZE; bit++) {
            SHORT.set(bytes, at + 4, (short) (said ^ (1 << bit)));
            if (isSound(at)) return true;
        }
        SHORT.set(bytes, at + 4, said);
        return false;
    }

    private boolean mendChecksum(int at) {
        if (!isWithin(at) || type(at) == 0) return false;
        int right = masked(checksum(at));
        boolean isOneBit = Integer.bitCount((int) INT.get(bytes, at) ^ right) == 1;
        if (isOneBit) INT.set(bytes, at, right);
        return isOneBit;
    }

    /// A checksum is linear: each bit of the data that turns changes it by what depends on its place alone. From the
    /// last bit to the first, that change is the one before, a step of the polynomial further.
    private boolean mendData(int at) {
        if (!isWithin(at)) return false;
        int wanted = unmasked((int) INT.get(bytes, at)) ^ checksum(at);
        int change = POLYNOMIAL;
        for (int place = end(at) - 1; place >= at + 6; place--) {
            for (int bit = 7; bit >= 0; bit--) {
                if (change == wanted) {
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
