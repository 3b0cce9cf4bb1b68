package dev.sluice.server.fuzz;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Runs a target with its corpus, and then for a while with mutations of it.
public final class Fuzzing {
    /// An input that takes longer than this has found a cost that grows faster than the input.
    private static final Duration INPUT_MAX = Duration.ofSeconds(10);

    private final FuzzTarget target;
    private final List<byte[]> corpus;
    private final Random random;
    private final long seed;

    private Fuzzing(FuzzTarget target, long seed) {
        this.target = target;
        this.corpus = target.corpus();
        this.seed = seed;
        this.random = new Random(seed);
    }

    /// @param seed of the mutations
    public static void run(FuzzTarget target, Duration time, long seed) {
        Fuzzing fuzzing = new Fuzzing(target, seed);
        for (byte[] each : fuzzing.corpus) fuzzing.check(each);
        long endNs = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < endNs) fuzzing.check(fuzzing.mutated());
    }

    private void check(byte[] input) {
        long beganNs = System.nanoTime();
        try {
            target.check().read(input.clone());
        } catch (Throwable failed) {
            throw new AssertionError(
                    "%s failed with seed %d for the input: %s".formatted(target, seed, FuzzTarget.escaped(input)),
                    failed);
        }
        if (System.nanoTime() - beganNs > INPUT_MAX.toNanos()) {
            throw new AssertionError(target + " took too long for the input: " + FuzzTarget.escaped(input));
        }
    }

    /// A seed after one to eight changes.
    private byte[] mutated() {
        byte[] input = seed();
        for (int i = random.nextInt(8); i >= 0; i--) input = mutated(input);
        return input.length > FuzzTarget.BYTES_MAX ? Arrays.copyOf(input, FuzzTarget.BYTES_MAX) : input;
    }

    private byte[] seed() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] mutated(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int length = Math.min(input.length - at, random.nextInt(8));
        return switch (random.nextInt(6)) {
            case 0 -> replaced(input, at, length, new byte[0]);
            case 1 -> replaced(input, at, 0, bytes(random.nextInt(4)));
            case 2 -> replaced(input, at, length, bytes(length));
            case 3 -> replaced(input, at, 0, repeated(Arrays.copyOfRange(input, at, at + length)));
            case 4 -> replaced(input, at, length, part(seed()));
            default -> flipped(input, at);
        };
    }

    private static byte[] replaced(byte[] input, int at, int length, byte[] by) {
        byte[] result = new byte[input.length - length + by.length];
        System.arraycopy(input, 0, result, 0, at);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(input, at + length, result, at + by.length, input.length - at - length);
        return result;
    }

    /// Bytes of which half are in use by most formats.
    private byte[] bytes(int count) {
        String common = "\0\t\n\r \"%&'*+,-./0129:;=?@A[\\]_az{}~\u007f\u00c3\u00a9\u00ff";
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        for (int i = 0; i < count; i++) {
            if (random.nextBoolean()) bytes[i] = (byte) common.charAt(random.nextInt(common.length()));
        }
        return bytes;
    }

    private byte[] repeated(byte[] part) {
        byte[] all = new byte[part.length * (1 + random.nextInt(random.nextInt(20) == 0 ? 2_000 : 20))];
        for (int i = 0; i < all.length; i++) all[i] = part[i % part.length];
        return all;
    }

    private byte[] part(byte[] of) {
        int from = random.nextInt(of.length + 1);
        return Arrays.copyOfRange(of, from, from + random.nextInt(of.length - from + 1));
    }

    private byte[] flipped(byte[] input, int at) {
        byte[] result = input.clone();
        if (at < result.length) result[at] ^= (byte) (1 << random.nextInt(8));
        return result;
    }
}
