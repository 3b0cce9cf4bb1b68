package dev.sluice.storage.repair;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.rocksdb.AbstractRocksIterator;
import org.rocksdb.RocksDBException;

/// Reads records in the order of their keys and skips unreadable ones: it looks for the next readable key in steps that
/// double, then narrows down by binary search.
final class SkippingScan {
    /// Longer than any key that is searched for; keys are padded with zeros when compared as numbers.
    private static final int KEY_BYTES = 24;

    /// The most holes that are kept apart; the rest after them counts as one.
    private static final int HOLES_MAX = 10_000;

    private static final BigInteger END = BigInteger.ONE.shiftLeft(8 * KEY_BYTES);

    private final AbstractRocksIterator<?> records;

    SkippingScan(AbstractRocksIterator<?> records) {
        this.records = records;
    }

    /// Receives a record.
    interface RecordConsumer {
        void accept(byte[] key, byte[] value);
    }

    /// A range of unreadable keys, as numbers.
    record Hole(BigInteger after, BigInteger before) {
        static final Hole ALL = new Hole(BigInteger.ONE.negate(), END);

        boolean has(byte[] key) {
            BigInteger number = number(key);
            return number.compareTo(after) > 0 && number.compareTo(before) <= 0;
        }
    }

    /// Reads all readable records.
    ///
    /// @param key   reads the iterator's current key; each type of iterator has its own method for that
    /// @param value reads its current value
    /// @return the unreadable ranges
    List<Hole> run(Supplier<byte[]> key, Supplier<byte[]> value, RecordConsumer consumer) {
        List<Hole> holes = new ArrayList<>();
        BigInteger last = BigInteger.ONE.negate();
        records.seekToFirst();
        while (true) {
            while (records.isValid()) {
                last = number(key.get());
                consumer.accept(key.get(), value.get());
                records.next();
            }
            if (isSound()) return holes;
            BigInteger next = holes.size() < HOLES_MAX ? seekAfter(last) : END;
            holes.add(new Hole(last, next));
            if (next.equals(END)) return holes;
            last = next; // The edge of a block may fail again: each further search begins behind it, so that this ends.
        }
    }

    /// @return the first readable place after `last`; [#END] if there is none
    private BigInteger seekAfter(BigInteger last) {
        BigInteger broken = last;
        BigInteger step = BigInteger.ONE;
        while (!seek(last.add(step))) {
            broken = last.add(step);
            if (broken.compareTo(END) >= 0) return END;
            step = step.shiftLeft(1);
        }
        BigInteger readable = last.add(step).min(END);
        while (readable.subtract(broken).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = readable.add(broken).shiftRight(1);
            if (seek(middle)) readable = middle;
            else broken = middle;
        }
        seek(readable);
        return readable;
    }

    /// @return true if the record at or after a key is readable, or there is none
    private boolean seek(BigInteger number) {
        byte[] key = new byte[KEY_BYTES];
        byte[] bytes = number.min(END.subtract(BigInteger.ONE)).toByteArray();
        int from = Math.max(0, bytes.length - KEY_BYTES); // A leading zero marks the number as positive.
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
