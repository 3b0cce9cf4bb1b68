package dev.sluice.storage;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.rocksdb.AbstractRocksIterator;
import org.rocksdb.RocksDBException;

/// Goes through records in the order of their keys, over what can't be read: it looks for the next key that can be, in
/// steps that double, and then halves its way back.
final class Skipping {
    /// Longer than any key that is searched for: as a number, a key has zeros behind it.
    private static final int KEY_BYTES = 24;

    /// Beyond, the rest counts as one.
    private static final int HOLES_MAX = 10_000;

    private static final BigInteger END = BigInteger.ONE.shiftLeft(8 * KEY_BYTES);

    private final AbstractRocksIterator<?> records;

    Skipping(AbstractRocksIterator<?> records) {
        this.records = records;
    }

    /// Takes a record.
    interface Taker {
        void take(byte[] key, byte[] value);
    }

    /// Keys among which nothing can be read, as numbers.
    record Hole(BigInteger behind, BigInteger before) {
        static final Hole ALL = new Hole(BigInteger.ONE.negate(), END);

        boolean has(byte[] key) {
            BigInteger number = number(key);
            return number.compareTo(behind) > 0 && number.compareTo(before) <= 0;
        }
    }

    /// Takes all that can be read, and says what can't.
    ///
    /// @param key   of what the iterator stands on, as each kind of it has a method of its own
    /// @param value of that
    List<Hole> run(Supplier<byte[]> key, Supplier<byte[]> value, Taker taker) {
        List<Hole> holes = new ArrayList<>();
        BigInteger last = BigInteger.ONE.negate();
        records.seekToFirst();
        while (true) {
            while (records.isValid()) {
                last = number(key.get());
                taker.take(key.get(), value.get());
                records.next();
            }
            if (isSound()) return holes;
            BigInteger next = holes.size() < HOLES_MAX ? seekBehind(last) : END;
            holes.add(new Hole(last, next));
            if (next.equals(END)) return holes;
            last = next; // At the edge of a block it may fail again: further on, so that this ends.
        }
    }

    /// The first place that can be read behind one; [#END] if there is none.
    private BigInteger seekBehind(BigInteger last) {
        BigInteger broken = last;
        BigInteger step = BigInteger.ONE;
        while (!seek(last.add(step))) {
            broken = last.add(step);
            if (broken.compareTo(END) >= 0) return END;
            step = step.shiftLeft(1);
        }
        BigInteger sound = last.add(step).min(END);
        while (sound.subtract(broken).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = sound.add(broken).shiftRight(1);
            if (seek(middle)) sound = middle;
            else broken = middle;
        }
        seek(sound);
        return sound;
    }

    /// Whether what stands there can be read, or nothing does.
    private boolean seek(BigInteger number) {
        byte[] key = new byte[KEY_BYTES];
        byte[] bytes = number.min(END.subtract(BigInteger.ONE)).toByteArray();
        int from = Math.max(0, bytes.length - KEY_BYTES); // A leading zero says that it is positive.
        System.arraycopy(bytes, from, key, KEY_BYTES - bytes.length + from, bytes.length - from);
        records.seek(key);
        return records.isValid() || isSound();
    }

    private static BigInteger number(byte[] key) {
        return new BigInteger(1, Arrays.copyOf(key, KEY_BYTES));
    }

    private boolean isSound() {
        try {
            records.status();
            return true;
        } catch (RocksDBException broken) {
            return false;
        }
    }
}
