package dev.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ByteBuilderTest {
    @Property(tries = 200)
    void holdsWhatWasWritten(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuilder bytes = new ByteBuilder();
        byte[] model = new byte[0];
        for (int step = 0; step < 60; step++) {
            byte[] some = new byte[random.nextInt(random.nextInt(10) == 0 ? 5_000 : 20)];
            random.nextBytes(some);
            switch (random.nextInt(4)) {
                case 0 -> {
                    bytes.write(some);
                    model = concat(model, some);
                }
                case 1 -> {
                    bytes.write(7);
                    model = concat(model, new byte[] {7});
                }
                case 2 -> {
                    int at = random.nextInt(model.length + 1);
                    bytes.shift(at, some.length);
                    for (int i = 0; i < some.length; i++) bytes.set(at + i, some[i]);
                    model = concat(concat(Arrays.copyOf(model, at), some), Arrays.copyOfRange(model, at, model.length));
                }
                default -> {
                    int at = random.nextInt(model.length + 10);
                    bytes.truncate(at);
                    model = Arrays.copyOf(model, Math.min(at, model.length));
                }
            }
            assertThat(bytes.toByteArray()).isEqualTo(model);
            assertThat(bytes.size()).isEqualTo(model.length);
        }
        assertThat(bytes.clear().toByteArray()).isEmpty();
    }

    @Test
    void doesNotHoldTheMemoryOfOneHugeEventForever() {
        ByteBuilder bytes = new ByteBuilder();
        bytes.write(new byte[10_000_000]);
        assertThat(bytes.clear().array().length).isLessThan(1_000_000);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(one);
        out.writeBytes(other);
        return out.toByteArray();
    }
}
